"""What an .xlsx file keeps apart from its cells: which formats are dates, and the texts that cells share."""

import re
from array import array
from collections.abc import Generator
from datetime import date, datetime, time, timedelta
from typing import Final

from .archive import Archive, new_parser

type Cell = str | int | float | bool | date | datetime | time
type Lines = Generator[tuple[int, list[Cell]]]

MOST_SHARED_TEXT: Final = 128 * 2**20

_DATE, _MOMENT, _TIME = "date", "moment", "time"
_BUILT_IN: Final = {
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), _DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48), 55, 56), _TIME),
    22: _MOMENT,
}
# Quoted words, escaped and padding characters, colours and conditions say nothing of the kind; [h] does.
_SILENT: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def date_kinds(archive: Archive, path: str | None) -> dict[str, str]:
    """The cell styles that show a number as a date or a time, by their numbers as cells name them."""
    if path is None:
        return {}
    custom: dict[str, str] = {}
    kinds: dict[str, str] = {}
    style = -1  # counts within <cellXfs> only
    for tag, attributes in archive.elements(path):
        if tag == "numFmt":
            custom[attributes.get("numFmtId", "")] = _kind_of(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            style = 0
        elif tag == "cellStyles":
            style = -1
        elif tag == "xf" and style >= 0:
            number = attributes.get("numFmtId", "0")
            kind = custom.get(number) or (_BUILT_IN.get(int(number)) if number.isdigit() else None)
            if kind:
                kinds[str(style)] = kind
            style += 1
    return kinds


def _kind_of(code: str) -> str:
    """Whether a format's code shows a day, a time, both or (empty) neither."""
    plain = _SILENT.sub("", code).lower().partition(";")[0]
    has_day = "d" in plain or "y" in plain
    if "h" in plain or "s" in plain:
        return _MOMENT if has_day else _TIME
    return _DATE if has_day or "m" in plain else ""


def as_date(serial: float, kind: str, epoch: datetime) -> Cell:
    """A spreadsheet's count of days as the date or time that its cell shows; what can't be one stays a number."""
    try:
        if kind == _TIME and 0 <= serial < 1:
            return (epoch + timedelta(milliseconds=round(serial * 86_400_000))).time()
        if epoch.year == 1899 and serial < 60:
            serial += 1  # Excel believes that 1900 was a leap year; before that day its count is one short
        moment = epoch + timedelta(milliseconds=round(serial * 86_400_000))
    except (OverflowError, ValueError):
        return serial
    return moment.date() if kind == _DATE else moment


def unescape(text: str) -> str:
    """A text without Excel's way of writing control characters, "_x000D_"."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    """The character an escape stands for, if text may hold it."""
    character = chr(int(found[1], 16))
    return character if character.isprintable() or character.isspace() else ""


class SharedTexts:
    """The texts that cells refer to by number, kept as one block of bytes and not as many objects."""

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("I", [0])

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        return self._block[self._ends[index] : self._ends[index + 1]].decode()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        """Add the next text."""
        self._block += unescape(text).strip().encode("utf-8", "replace")
        self._ends.append(len(self._block))


def shared_texts(archive: Archive, path: str | None) -> SharedTexts:
    """The workbook's shared texts, without the reading aids that stand beside them."""
    texts = SharedTexts()
    if path is None:
        return texts
    reader, parser = _SharedReader(texts), new_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    for chunk in archive.chunks(path):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return texts


class _SharedReader:
    """Gathers each shared text from its pieces, while expat walks through them."""

    __slots__ = ("_pieces", "_reading_aid", "_taking", "_texts")

    def __init__(self, texts: SharedTexts) -> None:
        self._texts = texts
        self._pieces: list[str] = []
        self._taking = self._reading_aid = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        """An element begins."""
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self._reading_aid = False
        elif tag == "rPh":
            self._reading_aid = True
        self._taking = tag == "t" and not self._reading_aid

    def end(self, tag: str) -> None:
        """An element ends; a text may end with it."""
        self._taking = False
        if tag.endswith("si") and tag.rpartition(":")[2] == "si":
            self._texts.append("".join(self._pieces))
            self._pieces.clear()

    def text(self, data: str) -> None:
        """Characters of the element that began last."""
        if self._taking:
            self._pieces.append(data)


def cell_name(column: int, row: int) -> str:
    """A cell's name from its column, counted from 0, and its row: "AA12"."""
    letters, number = "", column + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row}"
