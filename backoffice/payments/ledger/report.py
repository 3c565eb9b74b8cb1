"""A row that differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Difference:
    """One row that differs: which rule, which row, what stands there and what the other rows say."""

    code: str
    rule: "StrOrPromise"
    model: str
    row: str
    found: str
    expected: str


def differences(
    code: str, rule: "StrOrPromise", rows: QuerySet[Any], *, found: str, expected: str
) -> Iterator[Difference]:
    """A difference for each row of a query that selects what is wrong, with its two columns side by side."""
    for row in rows.values("pk", found, expected):
        yield Difference(code, rule, rows.model._meta.label_lower, str(row["pk"]), str(row[found]), str(row[expected]))
