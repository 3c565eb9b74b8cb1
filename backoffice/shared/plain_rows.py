"""Rows of a statement of our own SQL: a page of them, all of them one by one, or their sums."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from .money import CENT
from .replica import reading_connection

type Holds = Literal["text", "money", "number", "integer", "moment", "day", "duration", "key"]

_CHUNK = 2_000


@dataclass(frozen=True)
class PlainRows:
    """A statement (`SELECT …`, without an order) whose columns are named by `holds`, in that order.

    For what Django can only say with a subquery for each row: sums over several tables that are joined once.
    """

    sql: str
    params: Sequence[Any]
    holds: Mapping[str, Holds]
    order: str

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Every row; memory doesn't grow with them."""
        with reading_connection().chunked_cursor() as cursor:
            cursor.execute(f"{self.sql} ORDER BY {self.order}", self.params)
            while batch := cursor.fetchmany(_CHUNK):
                yield from map(self._read, batch)

    def page(self, first: int, count: int) -> list[dict[str, Any]]:
        """Some rows of their order."""
        with reading_connection().cursor() as cursor:
            cursor.execute(f"{self.sql} ORDER BY {self.order} LIMIT %s OFFSET %s", [*self.params, count, first])
            return list(map(self._read, cursor.fetchall()))

    def count(self, *, at_most: int | None = None) -> int:
        """How many rows there are; with `at_most` no more than so many are looked for."""
        limit = "" if at_most is None else " LIMIT %s"
        params = self.params if at_most is None else [*self.params, at_most]
        with reading_connection().cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({self.sql}{limit}) counted", params)  # noqa: S608  our own names
            (count,) = cursor.fetchone()
        return int(count)

    def sums(self, keys: Sequence[str]) -> tuple[int, dict[str, Decimal]]:
        """How many rows there are, and what the named columns come to."""
        wanted = "".join(f", sum({key})" for key in keys)
        with reading_connection().cursor() as cursor:
            cursor.execute(f"SELECT count(*){wanted} FROM ({self.sql}) summed", self.params)  # noqa: S608  our own names
            count, *sums = cursor.fetchone()
        return count, {key: as_money(value) for key, value in zip(keys, sums, strict=True)}

    def _read(self, row: Sequence[Any]) -> dict[str, Any]:
        return {key: _as(value, holds) for value, (key, holds) in zip(row, self.holds.items(), strict=True)}


def compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """A query's own statement and its values, to be a part of a longer one."""
    sql, params = rows.query.get_compiler(connection=reading_connection()).as_sql()
    return sql, tuple(params)


def as_money(value: Any) -> Decimal:
    """An amount as a database gives it, to the piastre: SQLite adds them as floats."""
    return Decimal(str(value or 0)).quantize(CENT)


def _as(value: Any, holds: Holds) -> Any:
    if value is None:
        return None
    if holds == "money":
        return as_money(value)
    if holds == "number":
        return Decimal(str(value))
    if holds == "duration":
        return value if isinstance(value, dt.timedelta) else dt.timedelta(microseconds=value)  # SQLite counts them
    if holds == "key":
        return value if isinstance(value, UUID) else UUID(value)  # SQLite keeps them as text, without dashes
    if holds == "moment" and isinstance(value, str):  # SQLite keeps them as text, in UTC
        read = parse_datetime(value)
        return read.replace(tzinfo=dt.UTC) if read and read.tzinfo is None else read
    if holds == "day" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value
