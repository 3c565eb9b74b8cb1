"""The lines of an .xlsx workbook's sheet, as a stream: what lies in memory is a chunk of XML and one line.

Our own reader and not calamine: that one lays out the whole rectangle of used cells first (100 MB for 100,000 lines,
terabytes for one cell in the last column of the last row), and a rule about where cells may lie would have to be
checked by a second parser that must never disagree with it.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import chain
from typing import IO, Final

from .archive import BROKEN, Archive, new_parser
from .cells import LAST_ROW, LONGEST_TEXT, Cells
from .formats import MOST_SHARED_TEXT, Cell, Lines, date_kinds, shared_texts
from .plain import is_plain_beginning, plain_lines
from .refusals import refusal

# A row longer than this is left to the parser, which needs not have it whole.
_LONGEST_ROW: Final = 2**20

# What follows the cells in a sheet's XML; the first of them ends the reading.
_AFTER_CELLS: Final = frozenset(
    "sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews "  # noqa: SIM905
    "mergeCells conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF "
    "picture oleObjects controls webPublishItems tableParts".split()
)
# Cells and rows that only carry a style; taken out of a chunk that is full of them before XML sees it.
_EMPTY: Final = re.compile(rb'<(?:c|row) r="[A-Z]{0,3}[0-9]{1,7}"[^<>]*/>')
_MANY_EMPTY: Final = 200
_UNNUMBERED: Final = (b"<c>", b"<c s", b"<c t", b"<row>", b"<row s", b"<row h")


class _CellReader:
    """Gathers the filled lines while expat walks through a sheet's XML. The hot path: three calls a cell."""

    __slots__ = (
        "_cell_tag", "_cells", "_column", "_kind", "_line", "_phonetic", "_row", "_row_tag", "_style", "_taking",
        "_text", "_text_tags", "done", "lines",
    )  # fmt: skip

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._row, self._column = 0, -1
        self._line: list[Cell] = []
        self._text, self._taking, self._phonetic = "", False, False
        self._kind: str | None = None
        self._style: str | None = None
        self.lines: list[tuple[int, list[Cell]]] = []
        self.done = False
        self._cell_tag, self._row_tag, self._text_tags = "", "", ("", "")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; with it what was gathered before it ends."""
        if tag == self._cell_tag:
            if self._text:
                self._keep()
            reference = attributes.get("r")
            self._column = self._cells.columns[reference.rstrip("0123456789")] if reference else self._column + 1
            self._kind = attributes.get("t")
            self._style = attributes.get("s")
            self._taking = self._phonetic = False
        elif tag in self._text_tags:
            self._taking = not self._phonetic
        elif tag == self._row_tag:
            self.finish()
            self._row = int(attributes.get("r", self._row + 1))
            if not 1 <= self._row <= LAST_ROW:
                raise ValueError(self._row)
            self._column, self._taking = -1, False
        else:
            self._other(tag)

    def text(self, data: str) -> None:
        """Characters of the element that began last."""
        if self._taking:
            self._text += data
            if len(self._text) > LONGEST_TEXT:
                raise ValueError("a cell's text is too long")

    def finish(self) -> None:
        """A row ends: it counts when something is written in it."""
        if self._text:
            self._keep()
        if self._line:
            self.lines.append((self._row, self._line))
            self._line = []

    def _other(self, tag: str) -> None:
        """An element that is neither a row, a cell nor its text."""
        prefix, _, name = tag.rpartition(":")
        if not self._cell_tag:  # the root, which shows how this file spells its tags
            prefix = prefix and f"{prefix}:"
            self._cell_tag, self._row_tag = f"{prefix}c", f"{prefix}row"
            self._text_tags = (f"{prefix}v", f"{prefix}t")
        self._taking = False
        if name == "rPh":
            self._phonetic = True
        elif name in _AFTER_CELLS:
            self.finish()
            self.done = True

    def _keep(self) -> None:
        """The gathered text becomes the value of its cell."""
        text, self._text = self._text.strip(), ""
        if not text:
            return
        value = self._cells.value(text, self._kind, self._style)
        if value != "":
            self._cells.place(self._line, self._row, self._column, value)


class Workbook:
    """An .xlsx file: its sheets, and what their cells refer to."""

    def __init__(self, stream: IO[bytes], name: str, *, most_columns: int) -> None:
        self.name = name
        self._most_columns = most_columns
        self._archive = Archive(stream, name)
        try:
            self._read_parts()
        except BROKEN as error:
            raise refusal("file_broken", name) from error

    def _read_parts(self) -> None:
        """Find the workbook's parts and read those that the cells of every sheet need."""
        main = [path for kind, path in self._archive.related("").values() if kind == "officeDocument"]
        workbook = main[0] if main else "xl/workbook.xml"
        related = self._archive.related(workbook)
        parts = dict(related.values())
        sheets, epoch = [], datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's days have no zone
        for tag, attributes in self._archive.elements(workbook):
            kind, path = related.get(attributes.get("id", ""), ("", ""))
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                epoch = datetime(1904, 1, 1)  # noqa: DTZ001
            elif tag == "sheet" and kind == "worksheet" and self._archive.has(path):
                sheets.append((attributes.get("state", "visible") != "visible", attributes.get("name", ""), path))
        if not sheets:
            raise refusal("no_headers", self.name)
        self._sheets = sorted(sheets, key=lambda sheet: sheet[0])  # hidden ones last
        shared = parts.get("sharedStrings")
        if shared and self._archive.size(shared) > MOST_SHARED_TEXT:
            raise refusal("file_too_large", self.name, limit=MOST_SHARED_TEXT // 2**20)
        texts, kinds = shared_texts(self._archive, shared), date_kinds(self._archive, parts.get("styles"))
        self._cells = Cells(self.name, texts, kinds, epoch, self._most_columns)

    def choose(self) -> tuple[str, str]:
        """The title and the path of the first sheet in which something is written."""
        for _, title, path in self._sheets:
            with closing(self.lines(path)) as lines:
                if next(lines, None) is not None:
                    return title, path
        raise refusal("no_headers", self.name)

    def check(self, path: str) -> int:
        """Unpack a whole sheet once, so that a damaged file is known before its first line is used; count its rows."""
        rows, end, ending = 0, b"", b"</row>"
        try:
            for chunk in self._archive.chunks(path):
                rows += (end + chunk).count(ending)
                end = chunk[1 - len(ending) :]
        except BROKEN as error:
            raise refusal("file_broken", self.name) from error
        return rows

    def lines(self, path: str) -> Lines:
        """The filled rows of a sheet with their numbers; a list ends with the row's last filled cell."""
        try:
            chunks = (_without_empty(chunk) for chunk in self._archive.chunks(path))
            before, found, rest = next(chunks, b"").partition(b"<sheetData>")
            left: bytes | None = rest
            if is_plain_beginning(before + found):
                left = yield from self._plain_lines(rest, chunks)
            if left is not None:
                yield from self._parsed_lines(chain((before + found, left), chunks))
        except BROKEN as error:
            raise refusal("file_broken", self.name) from error

    def _plain_lines(
        self, rest: bytes, chunks: Iterator[bytes]
    ) -> Generator[tuple[int, list[Cell]], None, bytes | None]:
        """The lines of the blocks in the plain shape; returns what is left for the parser, None at the cells' end."""
        ending = b"</row>"
        while not rest.startswith(b"</sheetData>"):
            cut = rest.rfind(ending) + len(ending)
            if cut >= len(ending):
                lines = plain_lines(rest[:cut], self._cells)
                if lines is None:
                    return rest
                yield from lines
                rest = rest[cut:]
                continue
            chunk = next(chunks, None)
            if chunk is None or len(rest) > _LONGEST_ROW:
                return rest + (chunk or b"")
            rest += chunk
        return None

    def _parsed_lines(self, chunks: Iterable[bytes]) -> Lines:
        """The lines of any XML that a spreadsheet program may write."""
        reader, parser = _CellReader(self._cells), new_parser()
        parser.StartElementHandler, parser.CharacterDataHandler = reader.start, reader.text
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield from reader.lines
            reader.lines.clear()
            if reader.done:
                return
        parser.Parse(b"", True)
        reader.finish()
        yield from reader.lines


def _without_empty(chunk: bytes) -> bytes:
    """A chunk without its empty cells, where there are many and all that stays says its own place."""
    if chunk.count(b"/>") < _MANY_EMPTY or any(mark in chunk for mark in _UNNUMBERED):
        return chunk
    return _EMPTY.sub(b"", chunk)
