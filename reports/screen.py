"""What a page of a report shows: its cells with their links, its pages, its sums, its chart."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from .definition import Column
from .reading import Reading, Row
from .words import FIGURES, LEFT_TO_RIGHT, words_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words, where they lead, which way they run."""

    words: str
    column: Column
    url: str = ""

    @property
    def is_left_to_right(self) -> bool:
        """Figures and codes keep their direction inside Arabic text."""
        return self.column.kind in LEFT_TO_RIGHT

    @property
    def is_figure(self) -> bool:
        """Figures stand under one another."""
        return self.column.kind in FIGURES


@dataclass(frozen=True)
class Screen:
    """One page of a report's rows."""

    reading: Reading
    number: int
    size: int
    with_totals: bool

    @cached_property
    def _asked(self) -> list[Row]:
        """One more than is shown says whether there is a next page, where counting all would take long."""
        return self.reading.page((self.number - 1) * self.size, self.size + 1)

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """The rows of this page."""
        return [[_cell(row, column) for column in self.reading.report.columns] for row in self._asked[: self.size]]

    @property
    def as_of(self) -> dt.datetime | None:
        """The moment that the rows show, where they come from a copy of the database."""
        _ = self._asked
        return self.reading.as_of

    @property
    def headings(self) -> list[Cell]:
        """The headings, each knowing its column."""
        return [Cell(str(column.label), column) for column in self.reading.report.columns]

    @property
    def next(self) -> int | None:
        """The next page, if there is one."""
        return self.number + 1 if len(self._asked) > self.size else None

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def pages(self) -> int:
        """How many pages there are; asked for with the totals alone."""
        return max(-(-self.count // self.size), 1)

    @property
    def count(self) -> int:
        """How many rows there are; asked for with the totals alone."""
        return self.reading.totals.count

    @property
    def has_sums(self) -> bool:
        """Whether any column is added up."""
        return any(column.total for column in self.reading.report.columns)

    @cached_property
    def totals(self) -> list[Cell]:
        """The line of totals: empty where nothing is added up, and everywhere before they have come."""
        sums = self.reading.totals.sums if self.with_totals else {}
        return [Cell(words_of(sums.get(one.key), one.kind), one) for one in self.reading.report.columns]

    @cached_property
    def chart(self) -> dict[str, Any] | None:
        """What the browser draws: values as numbers, for nobody reads them off to the piastre."""
        chart = self.reading.report.chart
        if chart is None or not self.with_totals or not self.reading.points:
            return None
        labels = [label for label, _values in self.reading.points]
        series = ["" if chart.of_totals else str(self.reading.report.column(key).label) for key in chart.series]
        columns = series[:1] if chart.of_totals else series
        values = zip(*(values for _label, values in self.reading.points), strict=True)
        return {
            "kind": chart.kind,
            "labels": labels,
            "series": [
                {"label": label, "values": [float(value) for value in line]}
                for label, line in zip(columns, values, strict=True)
            ],
        }

    @property
    def point_headings(self) -> list[str]:
        """What stands above the chart's table; nothing where each row names its only value."""
        chart = self.reading.report.chart
        if chart is None or chart.of_totals:
            return []
        return [str(self.reading.report.column(key).label) for key in (chart.label, *chart.series)]

    @property
    def points(self) -> list[tuple[str, list[Cell]]]:
        """The chart as a table, for who can't see it and for paper."""
        chart = self.reading.report.chart
        if chart is None:
            return []
        kinds = [self.reading.report.column(key) for key in chart.series]
        return [
            (label, [Cell(words_of(value, one.kind), one) for value, one in zip(values, kinds, strict=False)])
            for label, values in self.reading.points
        ]


def _cell(row: Row, column: Column) -> Cell:
    key = row[column.link_key] if column.link else None
    url = reverse(f"admin:{column.link}_change", args=[key]) if key else ""
    return Cell(words_of(row[column.key], column.kind), column, url)
