"""Rows on their way into a worksheet's XML: many at once, by replacing bytes, for a cell at a time is too slow.

A row travels as its cells, each followed by `CELL`, and `ROW` and a line end after the last; what is not a text stands
between the mark of its kind and `END`. These are control characters, which XML forbids and texts have no use for. Where
a text holds one all the same there are more of them than there should be: such a batch is read and cleaned row by row.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from .layout import LONGEST_CELL, STYLES
from .spelling import cairo_clock, plain_text

CELL, ROW, QUOTE, END = "\x1f", "\x1d", "\x1e", "\x12"
#: Before a cell of each kind but text.
MARKS: Final = {
    "money": "\x11",
    "datetime": "\x13",
    "integer": "\x15",
    "number": "\x16",
    "date": "\x17",
    "duration": "\x18",
}
_OPEN, _CLOSE, _EMPTY, _NEW_ROW = b"\x0e", b"\x0f", b"\x10", b"\x14"

_ALL_MARKS: Final = "".join((CELL, ROW, END, *MARKS.values())).encode()
_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 13))
_NOT_MARKS: Final = bytes(code for code in _CONTROLS if code not in _ALL_MARKS)
_ALL_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_LIKE_AN_ESCAPE: Final = re.compile(rb"_(?=x[0-9A-Fa-f]{4}_)")
# The two characters past the controls that XML forbids, U+FFFE and U+FFFF.
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

UNIX_DAY: Final = 25_569  # 1 January 1970 as spreadsheets count days
_DAY_ZERO: Final = date(1899, 12, 30)
_FIRST_EXCEL_DAY: Final = date(1900, 3, 1)
_NUMERIC: Final = frozenset({"number", "money", "integer"})

_ROW_END: Final = f"{CELL}{ROW}\n".encode()
_EXPANDED: Final = (
    (_OPEN, f'<c t="inlineStr" s="{STYLES["text"]}"><is><t xml:space="preserve">'.encode()),
    (_CLOSE, b"</t></is></c>"),
    (END.encode(), b"</v></c>"),
    (_EMPTY, b"<c/>"),
    (_NEW_ROW, b"</row><row>"),
)


def rows_as_xml(batch: bytes, rows: int, kinds: Sequence[str]) -> bytes:
    """A batch of `rows` rows as `<row>…</row>`; `kinds` of the columns tell how many marks there must be."""
    if not _is_clean(batch, rows, kinds):
        batch = _cleaned(batch, kinds)
    batch = without_controls(batch, _NOT_MARKS)
    batch = escaped(batch)
    batch = batch.replace(_ROW_END, _CLOSE + _NEW_ROW + _OPEN).replace(CELL.encode(), _CLOSE + _OPEN)
    batch = _OPEN + batch[:-2]
    batch = batch.replace(_OPEN + _CLOSE, _EMPTY).replace(END.encode() + _CLOSE, END.encode())
    for kind in sorted(set(kinds) - {"text"}):
        mark = MARKS[kind].encode()
        batch = batch.replace(_OPEN + mark, mark).replace(mark + END.encode(), _EMPTY)
        batch = batch.replace(mark, f'<c s="{STYLES[kind]}"><v>'.encode())
    for mark, xml in _EXPANDED:
        batch = batch.replace(mark, xml)
    return b"<row>" + batch + b"</row>"


def escaped(texts: bytes) -> bytes:
    """Texts as they stand in a workbook's XML: a return stays one, and `_x0041_`, which is an escape there, as well."""
    texts = texts.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")
    return _LIKE_AN_ESCAPE.sub(b"_x005F_", texts) if b"_x" in texts else texts


def without_controls(batch: bytes, controls: bytes = _CONTROLS) -> bytes:
    """Any number of lines without the characters that XML forbids, which are no use in a CSV file either."""
    batch = batch.translate(None, controls)
    if b"\xef\xbf" in batch:
        for none in _NO_CHARACTERS:
            batch = batch.replace(none, b"")
    return batch


def as_row(cells: Sequence[str]) -> str:
    """One row as it travels, from cells that are spelled already; quotes are for who has to read it again."""
    quoted = (f"{QUOTE}{cell}{QUOTE}" if "\n" in cell or "\r" in cell else cell for cell in cells)
    return CELL.join(quoted) + CELL + ROW + "\n"


def spelled_text(text: str) -> str:
    """A text without what XML forbids, as long as a cell may be."""
    return text.translate(_ALL_CONTROLS)[:LONGEST_CELL]


def spelled_cell(value: Any, kind: str) -> str:
    """A value on its way into a workbook; what doesn't fit its column's kind is written as the words it is."""
    if value is None or value == "":
        return ""
    number = None
    if kind in _NUMERIC:
        number = _number(value)
    elif kind == "duration":
        number = _part_of_days(value)
    elif kind != "text":
        number = _days(value, kind)
    if number is None:
        return spelled_text(plain_text(value))
    return f"{MARKS[kind]}{number}{END}"


def _number(value: Any) -> str | None:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value)
    return f"{value}" if is_number else None


def _part_of_days(value: Any) -> str | None:
    return f"{value / timedelta(days=1)!r}" if isinstance(value, timedelta) else None


def _days(value: Any, kind: str) -> str | None:
    """Days as spreadsheets count them on Cairo's clock; before March 1900 their calendar is wrong."""
    moment = cairo_clock(value) if isinstance(value, datetime) else value
    if not isinstance(moment, date):
        return None
    day = moment.date() if isinstance(moment, datetime) else moment
    if day < _FIRST_EXCEL_DAY:
        return None
    if kind == "date" or not isinstance(moment, datetime):
        return str((day - _DAY_ZERO).days)
    # The same sum as in SQL, so that the last digit is the same.
    seconds = moment.replace(microsecond=0, tzinfo=UTC).timestamp()
    return f"{seconds / 86_400 + UNIX_DAY!r}".removesuffix(".0")


def _is_clean(batch: bytes, rows: int, kinds: Sequence[str]) -> bool:
    """Whether every mark is one that we set: a text that holds one makes them too many."""
    marked = {mark: kinds.count(kind) * rows for kind, mark in MARKS.items()}
    wanted = {CELL: len(kinds) * rows, ROW: rows, END: sum(marked.values()), **marked}
    return all(batch.count(mark.encode()) == count for mark, count in wanted.items())


def _cleaned(batch: bytes, kinds: Sequence[str]) -> bytes:
    """The batch with every text cleaned by itself; quotes say where a text with marks or line ends begins and ends."""
    lines = csv.reader(io.StringIO(batch.decode(), newline=""), delimiter=CELL, quotechar=QUOTE)
    rows = (
        as_row([spelled_text(cell) if kind == "text" else cell for cell, kind in zip(line, kinds, strict=False)])
        for line in lines
    )
    return "".join(rows).encode()
