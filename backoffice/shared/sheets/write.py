"""Write sheets as a stream: real numbers and dates, right to left, and no cell that a spreadsheet would run.

A writer takes columns and an iterable of rows and never holds more than one batch of them. What a cell becomes is
decided once per column (`Column.kind`), so a faster writer for very long sheets can stand behind the same call.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import xlsxwriter
from django.utils.translation import gettext_lazy as _

from .spelling import cairo_clock, drawable, harmless, plain_text

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

type Kind = Literal["text", "number", "money", "date", "datetime", "integer"]

LAST_ROW: Final = 1_048_576
_LONGEST_CELL: Final = 32_767
_LONGEST_TITLE: Final = 31
_CSV_BATCH: Final = 64 * 1024

_FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "number": "#,##0.##",
    "money": "#,##0.00",
    "integer": "#,##0",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}
_NUMERIC: Final = frozenset({"number", "money", "integer"})
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
_FIRST_EXCEL_DAY: Final = date(1900, 3, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, what its cells hold, its width in characters, and whether it is added up."""

    key: str
    heading: "StrOrPromise"
    kind: Kind = "text"
    width: int = 16
    total: bool = False
    # Our own words or what a constraint of the database has looked at: never a formula's beginning, never too long.
    is_plain: bool = False


class _Totals:
    """The sums of the columns that ask for one, kept while the rows pass."""

    def __init__(self, columns: Sequence[Column], known: Mapping[str, Decimal] | None) -> None:
        self._columns = columns
        self._known = known or {}
        self._sums = {place: Decimal(0) for place, column in enumerate(columns) if column.total}

    def __bool__(self) -> bool:
        return bool(self._sums)

    def add(self, row: Sequence[object]) -> None:
        """Count one row in."""
        for place in self._sums:
            value = row[place]
            if isinstance(value, int | Decimal):
                self._sums[place] += value
            elif isinstance(value, float):
                self._sums[place] += Decimal(repr(value))

    def row(self) -> list[object]:
        """The line of totals: the word in the first cell that has no sum."""
        values: list[object] = [""] * len(self._columns)
        for place, amount in self._sums.items():
            values[place] = self._known.get(self._columns[place].key, amount)
        label = next((place for place in range(len(values)) if place not in self._sums), None)
        if label is not None:
            values[label] = str(_("Total"))
        return values


def write_xlsx(
    out: IO[bytes] | Path | str,
    *,
    title: "StrOrPromise",
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    totals: Mapping[str, Decimal] | None = None,
    header_lines: Sequence["StrOrPromise"] = (),
) -> int:
    """Write one table as an .xlsx workbook and return how many rows it has.

    `header_lines` stand above the headings. Columns with `total` are added up below the last row, unless `totals`
    brings a sum by the column's key. Rows past a sheet's last line go on in a next sheet under the same headings.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        writer = _XlsxTable(book, str(title), columns, [str(line) for line in header_lines])
        sums = _Totals(columns, totals)
        for row in rows:
            if writer.is_full():
                writer.new_sheet()
            writer.write_row(row)
            sums.add(row)
        if sums:
            writer.write_totals(sums.row())
        writer.finish()
        return writer.count


class _XlsxTable:
    """A table that runs over as many sheets of a workbook as it needs."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column], lines: Sequence[str]) -> None:
        self._book, self._title, self._columns, self._lines = book, title, columns, lines
        self._bold = book.add_format({"bold": True, "reading_order": 2})
        self._heading = book.add_format(
            {
                "bold": True,
                "bg_color": "#E8EEF4",
                "bottom": 1,
                "text_wrap": True,
                "valign": "vcenter",
                "reading_order": 2,
            }
        )
        self._cell_formats = [self._format(book, column, {}) for column in columns]
        self._total_formats = [self._format(book, column, {"bold": True, "top": 1}) for column in columns]
        self._writers = [_CELL_WRITERS[column.kind] for column in columns]
        self._sheet_count = 0
        self.count = 0
        self.new_sheet()

    @staticmethod
    def _format(book: Any, column: Column, more: dict[str, Any]) -> "Format":
        return book.add_format({"num_format": _FORMATS[column.kind], **more})

    def new_sheet(self) -> None:
        """Begin a sheet: its direction, widths, lines above, and headings that stay in view."""
        if self._sheet_count:
            self.finish()
        self._sheet_count += 1
        self._sheet: Worksheet = self._book.add_worksheet(sheet_title(self._title, self._sheet_count))
        self._sheet.right_to_left()
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
        self._row = 0
        for line in self._lines:
            self._sheet.write_string(self._row, 0, _text(line), self._bold)
            self._row += 1
        self._head = self._row
        for place, column in enumerate(self._columns):
            self._sheet.write_string(self._row, place, _text(str(column.heading)), self._heading)
        self._row += 1
        self._sheet.freeze_panes(self._row, 0)
        self._sheet.repeat_rows(self._head)

    def is_full(self) -> bool:
        """Whether the next row belongs on a next sheet; the last line is kept for totals."""
        return self._row >= LAST_ROW - 1

    def write_row(self, row: Sequence[object]) -> None:
        """Write the next row."""
        sheet, number = self._sheet, self._row
        for place, (write, value, look) in enumerate(zip(self._writers, row, self._cell_formats, strict=True)):
            if value is not None and value != "":
                write(sheet, number, place, value, look)
        self._row += 1
        self.count += 1

    def write_totals(self, row: Sequence[object]) -> None:
        """Write the line of totals below the last row."""
        for place, (value, look) in enumerate(zip(row, self._total_formats, strict=True)):
            if isinstance(value, Decimal):
                self._sheet.write_number(self._row, place, value, look)
            else:
                self._sheet.write_string(self._row, place, str(value), look)

    def finish(self) -> None:
        """The rows of this sheet are all there: its headings become filters over them."""
        self._sheet.autofilter(self._head, 0, max(self._row - 1, self._head), len(self._columns) - 1)


def sheet_title(title: str, number: int) -> str:
    """A title as Excel takes it: 31 characters, none of its own signs; a number from the second sheet on."""
    plain = _NOT_IN_TITLE.sub(" ", _text(title)).strip().strip("'") or "1"
    end = "" if number == 1 else f" {number}"
    return plain[: _LONGEST_TITLE - len(end)].strip() + end


def _text(value: str) -> str:
    """A text as XML and Excel can hold it."""
    return drawable(value)[:_LONGEST_CELL]


def _write_text(sheet: "Worksheet", row: int, place: int, value: Any, look: "Format") -> None:
    sheet.write_string(row, place, _text(plain_text(value)), look)


def _write_number(sheet: "Worksheet", row: int, place: int, value: Any, look: "Format") -> None:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, place, value, look)
    else:
        _write_text(sheet, row, place, value, look)


def _write_day(sheet: "Worksheet", row: int, place: int, value: Any, look: "Format") -> None:
    day = cairo_clock(value).date() if isinstance(value, datetime) else value
    _write_when(sheet, row, place, day, look)


def _write_when(sheet: "Worksheet", row: int, place: int, value: Any, look: "Format") -> None:
    """A date or a moment; before March 1900 Excel's calendar is wrong, so it stays a text there."""
    moment = cairo_clock(value) if isinstance(value, datetime) else value
    if isinstance(moment, date) and (moment.date() if isinstance(moment, datetime) else moment) >= _FIRST_EXCEL_DAY:
        sheet.write_datetime(row, place, moment, look)
    else:
        _write_text(sheet, row, place, moment, look)


_CELL_WRITERS: Final[dict[str, Callable[["Worksheet", int, int, Any, "Format"], None]]] = {
    "text": _write_text,
    **dict.fromkeys(_NUMERIC, _write_number),
    "date": _write_day,
    "datetime": _write_when,
}


def iter_csv(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A table as CSV in batches of about 64 KB: UTF-8 with its mark, headings first, no cell a formula."""
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(str(column.heading)) for column in columns])
    cells = [_CSV_CELLS[column.kind] for column in columns]
    for row in rows:
        writer.writerow([cell(value) for cell, value in zip(cells, row, strict=True)])
        if buffer.tell() >= _CSV_BATCH:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    """What was written so far, and an empty buffer."""
    batch = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return batch


def _csv_text(value: Any) -> str:
    return "" if value is None else harmless(plain_text(value))


def _csv_number(value: Any) -> Any:
    """Numbers stay numbers, a minus and all; an amount keeps its two decimals."""
    return value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else _csv_text(value)


def _csv_day(value: Any) -> str:
    return _csv_text(cairo_clock(value).date() if isinstance(value, datetime) else value)


_CSV_CELLS: Final[dict[str, Callable[[Any], Any]]] = {
    "text": _csv_text,
    **dict.fromkeys(_NUMERIC, _csv_number),
    "date": _csv_day,
    "datetime": _csv_text,
}
