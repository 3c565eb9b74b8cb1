"""A table that is at hand row by row as a sheet: real numbers and dates, right to left, and nothing that would run.

A writer takes columns and an iterable of rows and never holds more than a few batches of them. What a cell becomes is
decided by its column's kind. Rows of a query go through `tables`, into the same workbook.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from .fragments import as_row, spelled_cell
from .layout import LAST_ROW, Column
from .package import Workbook
from .spelling import csv_cell, harmless

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_CSV_BATCH: Final = 64 * 1024


class _Passing:
    """Rows on their way to the writer: counted, and the columns that ask for it added up."""

    def __init__(self, columns: Sequence[Column], known: Mapping[str, Decimal] | None) -> None:
        self._columns = columns
        self._known = known or {}
        self._sums = {place: Decimal(0) for place, column in enumerate(columns) if column.total}
        self.count = 0

    def spelled(self, rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
        """Each row as `fragments` has it."""
        kinds = [column.kind for column in self._columns]
        for row in rows:
            cells = [spelled_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
            self._add(row)
            yield as_row(cells).encode("utf-8", "ignore")

    def totals(self) -> Iterator[list[object]]:
        """The line of totals, the word in the first cell that has no sum; none where nothing is added up."""
        if not self._sums:
            return
        values: list[object] = [""] * len(self._columns)
        for place, amount in self._sums.items():
            values[place] = self._known.get(self._columns[place].key, amount)
        label = next((place for place in range(len(values)) if place not in self._sums), None)
        if label is not None:
            values[label] = str(_("Total"))
        yield values

    def _add(self, row: Sequence[object]) -> None:
        self.count += 1
        for place in self._sums:
            value = row[place]
            if isinstance(value, int | Decimal):
                self._sums[place] += value
            elif isinstance(value, float):
                self._sums[place] += Decimal(repr(value))


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
    passing = _Passing(columns, totals)
    book = Workbook(str(title), columns, above=[str(line) for line in header_lines], rows_in_sheet=LAST_ROW)
    with ExitStack() as opened:
        file = opened.enter_context(Path(out).open("wb")) if isinstance(out, str | Path) else out
        for piece in book.pieces(passing.spelled(rows), passing.totals()):
            file.write(piece)
    return passing.count


def iter_csv(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A table as CSV in batches of about 64 KB: UTF-8 with its mark, headings first, no cell a formula."""
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(str(column.heading)) for column in columns])
    kinds = [column.kind for column in columns]
    for row in rows:
        writer.writerow([csv_cell(value, kind) for value, kind in zip(row, kinds, strict=True)])
        if buffer.tell() >= _CSV_BATCH:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    """What was written so far, and an empty buffer."""
    batch = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return batch
