"""What differs, found in one pass over a table: named conditions over joined rows, in SQL that both databases speak.

A subquery for each row, which is what the ORM makes of sums over four tables, takes minutes over a million payments;
sums grouped once and joined take a second. So these few statements are written by hand.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from backoffice.shared.money import CENT

type Row = dict[str, Any]


def flagged(columns: str, source: str, faults: Mapping[str, str]) -> Iterator[Row]:
    """The rows of `source` for which a condition of `faults` holds, each with `columns` and a bool for each fault.

    The three are ours, never typed by anybody.
    """
    flags = ", ".join(f"({condition}) AS {code}" for code, condition in faults.items())
    any_of_them = " OR ".join(f"({condition})" for condition in faults.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}, {flags} FROM {source} WHERE {any_of_them}")  # noqa: S608  see the docstring
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))


def on_this_database(*, postgresql: str, sqlite: str) -> str:
    """The one of two spellings that this database reads."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def computed_once() -> str:
    """The end of a subquery whose columns PostgreSQL shall work out once for each row.

    Without it each condition that names a column works it out anew, and what it is made of (a whole JSON document)
    goes through the joins.
    """
    return on_this_database(postgresql="OFFSET 0", sqlite="")


def one_of(values: tuple[str, ...]) -> str:
    """Constants of ours as an SQL list."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def key(value: Any) -> str:
    """A row's key as the models write it; SQLite keeps it without dashes."""
    return str(value if isinstance(value, UUID) else UUID(value))


def egp(value: Any) -> str:
    """Money as the models write it; SQLite answers with a float."""
    return str(Decimal(str(value)).quantize(CENT))
