"""A report with its filters: a page of its rows, all of them, their sums, and the points of its chart."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum

from backoffice.shared.money import CENT
from backoffice.shared.plain_rows import PlainRows
from backoffice.shared.replica import from_the_copy

from .definition import Column, Given, Report
from .words import words_of

_CHUNK: Final = 2_000

type Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are, and what the columns that are added up come to."""

    count: int
    sums: Mapping[str, Decimal]


@dataclass(frozen=True)
class Reading:
    """A report as its filters have it."""

    report: Report
    given: Given
    #: So many of the first rows are asked for at once, by whoever comes first: the page or the chart.
    at_once: int = field(default=0, kw_only=True)

    @cached_property
    def _rows(self) -> Any:
        return self.report.rows(self.given)

    def from_copy[Found](self, read: Callable[[], Found]) -> Found:
        """What `read` finds where reports are read from; `as_of` says of what moment it is."""
        return from_the_copy(read, told=partial(self.__dict__.__setitem__, "as_of"))

    @cached_property
    def as_of(self) -> dt.datetime | None:
        """The moment of the copy that was read last; None for the database itself, which is of now."""
        return None

    def page(self, first: int, count: int) -> list[Row]:
        """Some of the rows."""
        return self.from_copy(lambda: self._some(first, count))

    def _some(self, first: int, count: int) -> list[Row]:
        return self._beginning[:count] if first == 0 and count <= self.at_once else self._page(first, count)

    @cached_property
    def _beginning(self) -> list[Row]:
        return self._page(0, self.at_once)

    def _page(self, first: int, count: int) -> list[Row]:
        rows = self._rows
        if isinstance(rows, PlainRows):
            return [*map(self._row, rows.page(first, count))]
        if isinstance(rows, QuerySet):
            rows = rows.values(*self._keys)
        return [*map(self._row, rows[first : first + count])]

    def rows(self) -> Iterator[Row]:
        """Every row; of a query as a stream."""
        rows = self._rows
        if isinstance(rows, QuerySet):
            rows = rows.values(*self._keys).iterator(chunk_size=_CHUNK)
        return map(self._row, rows)

    def count(self, *, at_most: int | None = None) -> int:
        """How many rows there are; with `at_most` no more than so many are looked for."""
        return self.from_copy(lambda: self._count(at_most))

    def _count(self, at_most: int | None) -> int:
        rows = self._rows
        if isinstance(rows, PlainRows):
            return rows.count(at_most=at_most)
        if isinstance(rows, QuerySet):
            return rows.order_by()[:at_most].count()
        return len(rows)

    @cached_property
    def totals(self) -> Totals:
        """The sums over all rows of the filters, added up by the database."""
        return self.from_copy(self._totals)

    def _totals(self) -> Totals:
        rows, keys = self._rows, [column.key for column in self.report.columns if column.total]
        if isinstance(rows, PlainRows):
            count, sums = rows.sums(keys)
        elif isinstance(rows, QuerySet):
            named = rows.order_by().aggregate(rows_=Count("*"), **{f"{key}_sum": Sum(key) for key in keys})
            count, sums = named["rows_"], {key: named[f"{key}_sum"] for key in keys}
        else:
            count, known = len(rows), self.report.sums(self.given)
            sums = {key: known[key] if known else sum(row[key] for row in rows) for key in keys}
        return Totals(count, {key: _plain(sums[key] or 0, self.report.column(key)) for key in keys})

    @cached_property
    def points(self) -> list[tuple[str, list[Any]]]:
        """The points of the chart: what each is called, and its values in the order of the series."""
        return self.from_copy(self._points)

    def _points(self) -> list[tuple[str, list[Any]]]:
        chart = self.report.chart
        if chart is None:
            return []
        if chart.of_totals:
            return [(str(self.report.column(key).label), [self.totals.sums[key]]) for key in chart.series]
        label = self.report.column(chart.label)
        points: dict[str, list[Any]] = {}
        for row in self._drawn(chart.most):
            point = points.setdefault(words_of(row[label.key], label.kind), [0] * len(chart.series))
            for place, key in enumerate(chart.series):
                point[place] += row[key] or 0
        return list(points.items())[: chart.most]

    def _drawn(self, most: int) -> Iterable[Row]:
        """The first rows of a query; of rows that were put together all."""
        return self.page(0, most) if isinstance(self._rows, QuerySet | PlainRows) else map(self._row, self._rows)

    @cached_property
    def _keys(self) -> list[str]:
        keys = [column.key for column in self.report.columns]
        links = [column.link_key for column in self.report.columns if column.link]
        return list(dict.fromkeys([*keys, *links]))

    def _row(self, row: Row) -> Row:
        known = {column.key: column for column in self.report.columns}
        return {key: _plain(row[key], known[key]) if key in known else row[key] for key in self._keys}


def _plain(value: Any, column: Column) -> Any:
    """A database's value as its column means it: amounts to the piastre, which SQLite adds up as floats."""
    if value is None:
        return None
    if column.kind == "money":
        return Decimal(str(value)).quantize(CENT)
    if column.kind == "percent":
        return Decimal(str(value)).quantize(Decimal("0.1"))
    if column.words is not None:
        return str(column.words.get(value, value))
    return value
