"""Rows on their way into a worksheet's XML: many at once, by replacing bytes, for a cell at a time is too slow.

A row travels as its cells, each followed by `CELL`, and `ROW` and a line end after the last; a number stands between
`NUMBER` or `MOMENT` and `END`. These are control characters, which XML forbids and texts have no use for. Where a text
holds one all the same there are more of them than there should be: such a batch is read and cleaned row by row.
"""

import csv
import io
from collections.abc import Sequence
from typing import Final

CELL, ROW, QUOTE = "\x1f", "\x1d", "\x1e"
NUMBER, MOMENT, END = "\x11", "\x13", "\x12"
_OPEN, _CLOSE, _EMPTY, _NEW_ROW = b"\x0e", b"\x0f", b"\x10", b"\x14"

LONGEST_CELL: Final = 32_767
_MARKS: Final = (CELL + ROW + NUMBER + MOMENT + END).encode()
_CONTROLS: Final = bytes(code for code in range(32) if code not in (9, 10, 13))
_NOT_MARKS: Final = bytes(code for code in _CONTROLS if code not in _MARKS)
_ALL_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
# The two characters past the controls that XML forbids, U+FFFE and U+FFFF.
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")

#: Styles of `package.STYLES`.
STYLES: Final = {"text": 0, "money": 1, "datetime": 2, "heading": 3, "total": 4, "total_money": 5}
_ROW_END: Final = f"{CELL}{ROW}\n".encode()
_EXPANDED: Final = (
    (_OPEN, b'<c t="inlineStr"><is><t xml:space="preserve">'),
    (_CLOSE, b"</t></is></c>"),
    (NUMBER.encode(), b'<c s="1"><v>'),
    (MOMENT.encode(), b'<c s="2"><v>'),
    (END.encode(), b"</v></c>"),
    (_EMPTY, b"<c/>"),
    (_NEW_ROW, b"</row><row>"),
)


def rows_as_xml(batch: bytes, rows: int, kinds: Sequence[str]) -> bytes:
    """A batch of `rows` rows as `<row>…</row>`; `kinds` of the columns tell how many marks there must be."""
    if not _is_clean(batch, rows, kinds):
        batch = _cleaned(batch, kinds)
    batch = without_controls(batch, _NOT_MARKS)
    batch = batch.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    batch = batch.replace(_ROW_END, _CLOSE + _NEW_ROW + _OPEN).replace(CELL.encode(), _CLOSE + _OPEN)
    batch = _OPEN + batch[:-2]
    batch = batch.replace(_OPEN + _CLOSE, _EMPTY)
    for mark in (NUMBER, MOMENT):
        batch = batch.replace(_OPEN + mark.encode(), mark.encode())
    batch = batch.replace(END.encode() + _CLOSE, END.encode())
    batch = batch.replace((MOMENT + END).encode(), _EMPTY)
    for mark_of, xml in _EXPANDED:
        batch = batch.replace(mark_of, xml)
    return b"<row>" + batch + b"</row>"


def without_controls(batch: bytes, controls: bytes = _CONTROLS) -> bytes:
    """Any number of lines without the characters that XML forbids, which are no use in a CSV file either."""
    batch = batch.translate(None, controls)
    if b"\xef\xbf" in batch:
        for none in _NO_CHARACTERS:
            batch = batch.replace(none, b"")
    return batch


def as_row(cells: Sequence[str]) -> str:
    """One row as it travels, from cells that are spelled already."""
    return CELL.join(cells) + CELL + ROW + "\n"


def spelled_text(text: str) -> str:
    """A text without what XML forbids, as long as a cell may be."""
    return text.translate(_ALL_CONTROLS)[:LONGEST_CELL]


def _is_clean(batch: bytes, rows: int, kinds: Sequence[str]) -> bool:
    """Whether every mark is one that we set: a text that holds one makes them too many."""
    numbers, moments = kinds.count("money") * rows, kinds.count("datetime") * rows
    wanted = ((CELL, len(kinds) * rows), (ROW, rows), (NUMBER, numbers), (MOMENT, moments), (END, numbers + moments))
    return all(batch.count(mark.encode()) == count for mark, count in wanted)


def _cleaned(batch: bytes, kinds: Sequence[str]) -> bytes:
    """The batch with every text cleaned by itself; the quotes of COPY say where a text with marks begins and ends."""
    lines = csv.reader(io.StringIO(batch.decode(), newline=""), delimiter=CELL, quotechar=QUOTE)
    rows = (
        as_row([spelled_text(cell) if kind == "text" else cell for cell, kind in zip(line, kinds, strict=False)])
        for line in lines
    )
    return "".join(rows).encode()
