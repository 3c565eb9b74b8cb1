"""Figures of several tables in one question to the database: a first page asks a dozen, and each would cost a trip."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, Count, DateTimeField, DecimalField, IntegerField, Max, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.dateparse import parse_datetime

from .plain_rows import as_money

_AMOUNT: Final = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many rows there are, how many of a kind among them, what they come to in EGP, and a moment."""

    count: int = 0
    part: int = 0
    amount: Decimal = Decimal("0.00")
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Figured:
    """Rows, and what is asked of them: a selector's answer that hasn't been fetched yet.

    `part` is an expression of a whole number (`Count(…, filter=…)`); `amount` the column that is added up, in EGP;
    `at` the column whose latest moment is wanted.
    """

    rows: QuerySet[Any]
    part: Any = None
    amount: str = ""
    at: str = ""

    def fetch(self) -> Figure:
        """The figure, by a question of its own."""
        return figures_of({"": self})[""]

    def _line(self, name: str) -> QuerySet[Any, Any]:
        # Grouped by a constant, which is by nothing: one line, also where there are no rows.
        line = self.rows.order_by().values(card=Value(name, output_field=CharField()))
        none = Cast(Value(None), DateTimeField())
        asked: QuerySet[Any, Any] = line.annotate(
            figure_count=Count("pk"),
            figure_part=Coalesce(self.part, 0) if self.part is not None else Value(0, output_field=IntegerField()),
            figure_amount=Coalesce(Sum(self.amount), Value(0), output_field=_AMOUNT) if self.amount else _nothing(),
            figure_at=Max(self.at if self.at else none),
        ).values_list("card", "figure_count", "figure_part", "figure_amount", "figure_at")
        return asked


def figures_of(asked: Mapping[str, Figured]) -> dict[str, Figure]:
    """Every figure by its name, all by one statement."""
    lines = [one._line(name) for name, one in asked.items()]
    if not lines:
        return {}
    first, *others = lines
    rows = first.union(*others, all=True) if others else first
    return {name: Figure(count, part, as_money(amount), _moment(at)) for name, count, part, amount, at in rows}


def _nothing() -> Any:
    return Value(Decimal("0.00"), output_field=_AMOUNT)


def _moment(value: Any) -> dt.datetime | None:
    """A moment as a database gives it: SQLite keeps them as text, in UTC."""
    read = parse_datetime(value) if isinstance(value, str) else value
    return read.replace(tzinfo=dt.UTC) if read is not None and read.tzinfo is None else read
