"""A report as a file: CSV, a workbook, or paper. Each is written whole first, so a broken one is never handed out."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.shared.sheets.download import temporary_file
from backoffice.shared.sheets.layout import Column as SheetColumn
from backoffice.shared.sheets.layout import Kind as SheetKind
from backoffice.shared.sheets.spelling import csv_cell, harmless
from backoffice.shared.sheets.write import iter_csv, write_xlsx

from .definition import Column
from .filters import Filters
from .reading import Reading

CONTENT_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}
_KINDS: Final[dict[str, SheetKind]] = {
    "code": "text",
    "phone": "text",
    "percent": "number",
    "text": "text",
    "money": "money",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "datetime": "datetime",
    "month": "date",
    "duration": "duration",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that somebody asked for: its rows, the filters in words, and for whom."""

    reading: Reading
    filters: Filters
    by: Any

    @property
    def title(self) -> str:
        """The report's."""
        return str(self.reading.report.title)

    def said(self) -> list[tuple[str, str]]:
        """Each filter in words, and the moment of the copy that is read."""
        as_of = self.reading.as_of
        moment = [(_("As of"), f"{timezone.localtime(as_of):%Y-%m-%d %H:%M:%S}")] if as_of else []
        return [*self.filters.said(), *moment]

    def above(self) -> list[str]:
        """What stands above the headings: the title, each filter, who took it and when."""
        lines = [self.title, *(f"{label}: {words}" for label, words in self.said())]
        return [*lines, f"{_('Made by')} {self.by} · {timezone.localtime():%Y-%m-%d %H:%M}"]

    def file_name(self, kind: str) -> str:
        """The title and the day in Cairo."""
        return f"{self.title} {timezone.localdate():%Y-%m-%d}.{kind}"


def written(asked: Asked, kind: str) -> tuple[IO[bytes], int]:
    """The file, at its end, and how many rows it has."""
    return asked.reading.from_copy(lambda: _written(asked, kind))


def _written(asked: Asked, kind: str) -> tuple[IO[bytes], int]:
    file = temporary_file()
    try:
        match kind:
            case "csv":
                return file, _write_csv(file, asked)
            case "pdf":
                from .paper import write_pdf

                return file, write_pdf(file, asked)
        return file, _write_xlsx(file, asked)
    except BaseException:
        file.close()
        raise


def _sheet_columns(columns: Sequence[Column]) -> list[SheetColumn]:
    return [
        SheetColumn(one.key, f"{one.label} (%)" if one.kind == "percent" else one.label, _KINDS[one.kind],
                    width=one.width, total=one.total)
        for one in columns
    ]  # fmt: skip


def _write_xlsx(file: IO[bytes], asked: Asked) -> int:
    columns = asked.reading.report.columns
    rows = (_cells(row, columns) for row in asked.reading.rows())
    return write_xlsx(file, title=asked.title, columns=_sheet_columns(columns), rows=rows, header_lines=asked.above())


def _write_csv(file: IO[bytes], asked: Asked) -> int:
    """Headings, rows, and the line of totals: for programs, so nothing stands above the headings."""
    columns = asked.reading.report.columns
    passing = _Counted(columns)
    for piece in iter_csv(_sheet_columns(columns), passing.through(asked.reading)):
        file.write(piece)
    if passing.sums:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerow(passing.total_line())
        file.write(text.getvalue().encode())
    return passing.count


def _cells(row: Any, columns: Sequence[Column]) -> list[Any]:
    return [row[column.key] for column in columns]


class _Counted:
    """Rows on their way into a file, counted and added up: its totals are those of the rows in it."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns, self.count = columns, 0
        self.sums = {one.key: Decimal("0.00") if one.kind == "money" else 0 for one in columns if one.total}

    def through(self, reading: Reading) -> Iterator[list[Any]]:
        """The cells of each row."""
        for row in reading.rows():
            self.count += 1
            for key in self.sums:
                self.sums[key] += row[key] or 0
            yield _cells(row, self._columns)

    def total_line(self) -> list[Any]:
        """The sums under their columns, the word in the first that has none."""
        line = [csv_cell(self.sums[one.key], "money") if one.total else "" for one in self._columns]
        label = next((place for place, one in enumerate(self._columns) if not one.total), None)
        if label is not None:
            line[label] = harmless(_("Total"))
        return line
