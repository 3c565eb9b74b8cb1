"""The lines of a CSV file, in the spellings that Excel, Google and old programs write."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from .formats import Cell, Lines, cell_name
from .refusals import refusal

_CHUNK: Final = 64 * 1024
_LONGEST_LINE: Final = 2**20
_DELIMITERS: Final = ",;\t"
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC_WINDOWS: Final = "cp1256"
_SEPARATOR_HINT: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"')
# Beginnings of other kinds of files; most also hold control characters, which no text does.
_FOREIGN: Final = (b"%pdf", b"{\\rtf", b"<!doctype", b"<html", b"<?xml", b"rar!", b"sqlite format")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class Delimited:
    """A CSV file: its encoding and delimiter found out, its lines as a stream."""

    def __init__(self, stream: IO[bytes], name: str, *, most_columns: int) -> None:
        self.name = name
        self._stream = stream
        self._most_columns = most_columns
        self._encoding, self._ends = self._scan()
        self._delimiter, self._hints = self._find_delimiter()

    def choose(self) -> tuple[str, str]:
        """A CSV file is one sheet, and that has no title."""
        return "", ""

    def check(self, path: str) -> int:
        """How many rows the file has, as far as line ends show them."""
        return self._ends - self._hints

    def lines(self, path: str) -> Lines:
        """The filled rows with the numbers a spreadsheet program shows for them."""
        with self._text() as text:
            for _ in range(self._hints):
                next(text, None)
            try:
                for number, record in enumerate(csv.reader(text, delimiter=self._delimiter), 1):
                    line: list[Cell] = [cell.strip() for cell in record]
                    while line and not line[-1]:
                        line.pop()
                    if len(line) > self._most_columns:
                        cell = cell_name(len(line) - 1, number)
                        raise refusal("too_many_columns", self.name, cell=cell, limit=self._most_columns)
                    if line:
                        yield number, line
            except (csv.Error, UnicodeError) as error:
                raise refusal("file_broken", self.name) from error

    def _scan(self) -> tuple[str, int]:
        """The encoding (UTF-8 where all of the file is, else that of Arabic Windows), and the number of line ends."""
        self._stream.seek(0)
        chunk = self._stream.read(_CHUNK)
        if chunk.lstrip().lower().startswith(_FOREIGN):
            raise refusal("file_not_a_sheet", self.name)
        marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if chunk.startswith(mark)), None)
        decoder = codecs.getincrementaldecoder(marked or "utf-8")()
        encoding, ends, since_end = marked or "utf-8", 0, 0
        while chunk:
            if encoding != "utf-16" and _CONTROLS.search(chunk):
                raise refusal("file_not_a_sheet", self.name)
            ends += chunk.count(b"\n")
            since_end = len(chunk) - chunk.rfind(b"\n") if b"\n" in chunk else since_end + len(chunk)
            if since_end > _LONGEST_LINE:
                raise refusal("file_broken", self.name)
            following = self._stream.read(_CHUNK)
            if encoding != _ARABIC_WINDOWS:
                encoding = self._still(encoding, decoder, chunk, ends_here=not following)
            chunk = following
        return encoding, ends

    def _still(self, encoding: str, decoder: codecs.IncrementalDecoder, chunk: bytes, *, ends_here: bool) -> str:
        """The encoding so far, or the fallback when this chunk is not in it."""
        try:
            decoder.decode(chunk, final=ends_here)
        except UnicodeDecodeError as error:
            if encoding != "utf-8":  # a byte order mark promised it
                raise refusal("file_broken", self.name) from error
            return _ARABIC_WINDOWS
        return encoding

    def _find_delimiter(self) -> tuple[str, int]:
        """The mark that parts the first written line most often, and how many lines (Excel's "sep=;") to pass over."""
        with self._text() as text:
            for line in text:
                if hint := _SEPARATOR_HINT.fullmatch(line):
                    return hint[1], 1
                if line.strip():
                    return max(_DELIMITERS, key=_QUOTED.sub("", line).count), 0
        return ",", 0

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        """The file as text, from its beginning; the file itself stays open."""
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding=self._encoding, newline="")
        try:
            yield text
        finally:
            text.detach()
