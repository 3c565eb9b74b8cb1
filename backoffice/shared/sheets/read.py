"""Open a spreadsheet that anybody may have sent: a sheet of lines, or a sentence on what is wrong with the file."""

import os
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Protocol, Self

from ..text import as_text
from .columns import map_columns
from .delimited import Delimited
from .formats import Cell, Lines
from .refusals import refusal
from .workbook import Workbook

__all__ = ["Cell", "Sheet", "map_columns", "open_sheet"]

MOST_BYTES: Final = 30 * 2**20
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 60
# A title may stand above the headings; they are the first line, among these, with more than one word in it.
_HEADINGS_WITHIN: Final = 10

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_NAMES: Final = (".csv", ".tsv", ".txt")


class _Source(Protocol):
    """A file of either kind."""

    def choose(self) -> tuple[str, str]: ...
    def check(self, path: str) -> int: ...
    def lines(self, path: str) -> Lines: ...


class Sheet:
    """The headings and the filled lines of one sheet.

    `rows()` may be called again, for a second reading. A file can still be refused (`too_many_rows`, `file_broken`)
    in the middle of it: keep nothing of a sheet before its last line was read, or keep it in one transaction.
    """

    def __init__(self, source: _Source, *, name: str, most_rows: int) -> None:
        self.name = name
        self.closing = ExitStack()
        self._source, self._most_rows = source, most_rows
        self.title, self._path = source.choose()
        rows = source.check(self._path)
        self._header_line, self.headers, above = self._find_headers()
        #: About how many lines there are, for a progress bar.
        self.total = max(rows - above - 1, 1)
        with closing(self.rows()) as lines:
            if next(lines, None) is None:
                raise refusal("no_rows", name)

    def rows(self) -> Lines:
        """The filled lines below the headings: the number the spreadsheet shows, and at least a value per heading."""
        width, count = len(self.headers), 0
        with closing(self._source.lines(self._path)) as lines:
            for number, line in lines:
                if number <= self._header_line:
                    continue
                count += 1
                if count > self._most_rows:
                    raise refusal("too_many_rows", self.name, limit=f"{self._most_rows:,}")
                if len(line) < width:
                    line.extend([""] * (width - len(line)))
                yield number, line

    def close(self) -> None:
        """Let go of the file, if it was opened here."""
        self.closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _find_headers(self) -> tuple[int, list[str], int]:
        """The row number of the headings, the headings, and how many filled rows stand above them."""
        with closing(self._source.lines(self._path)) as lines:
            first = list(islice(lines, _HEADINGS_WITHIN))
        if not first:
            raise refusal("no_headers", self.name)
        wide = (above for above, (_, line) in enumerate(first) if sum(value != "" for value in line) > 1)
        above = next(wide, 0)
        number, line = first[above]
        return number, [as_text(value) for value in line], above


def open_sheet(
    source: str | Path | IO[bytes], *, name: str, max_bytes: int = MOST_BYTES, max_rows: int = MOST_ROWS
) -> Sheet:
    """Open an .xlsx or CSV file by its path or as an open file; its content decides what it is, not its name.

    Every fault is a `DomainError` with a code and a sentence that holds `name`, the name the sender gave the file.
    """
    with ExitStack() as opened:
        if isinstance(source, str | Path):
            stream: IO[bytes] = opened.enter_context(Path(source).open("rb"))
        else:
            stream = getattr(source, "file", source)  # what Django wraps an upload in lacks half of a file's ways
        kind = _kind_of(stream, name, max_bytes)
        sheet = Sheet(kind(stream, name, most_columns=MOST_COLUMNS), name=name, most_rows=max_rows)
        sheet.closing = opened.pop_all()
        return sheet


def _kind_of(stream: IO[bytes], name: str, max_bytes: int) -> type[Workbook] | type[Delimited]:
    """What reads this file, by its size and its first bytes."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if not size:
        raise refusal("file_empty", name)
    if size > max_bytes:
        raise refusal("file_too_large", name, limit=max_bytes // 2**20)
    beginning = stream.read(8)
    extension = Path(name).suffix.lower()
    if beginning.startswith(_ZIP):
        if extension in (".xlsm", ".xltm"):
            raise refusal("file_macro", name)
        return Workbook
    if beginning == _OLE:
        raise refusal(_kind_of_ole(stream), name)
    if extension not in _TEXT_NAMES:
        raise refusal("file_not_a_sheet", name)
    return Delimited


def _kind_of_ole(stream: IO[bytes]) -> str:
    """What an old compound file is, by the names of the streams in it."""
    stream.seek(0)
    content = stream.read()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "file_encrypted"
    if any(f"{word}\0".encode("utf-16-le") in content for word in ("Workbook", "Book")):
        return "file_old_excel"
    return "file_not_a_sheet"
