"""The fast way through a sheet's XML: most programs write every row in one plain shape, and that shape needs no parser.

A block is read this way only when the pattern below accounts for each of its characters. At the first block that has
anything else in it (a comment, a prefix, rich text, an unknown attribute, an error) the XML parser takes over.
"""

import re
from typing import Final

from .cells import LAST_ROW, Cells
from .formats import Cell

_CELL: Final = (
    r'<c r="([A-Z]{1,3})[1-9][0-9]{0,6}"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")? ?'
    r"(?:/>|>(?:<f>[^<\x00-\x08\x0b-\x1f]*</f>)?"
    r'(?:(?:<v>|<is><t(?: xml:space="preserve")?>)([^<\x00-\x08\x0b-\x1f]*)(?:</v>|</t></is>))?</c>)'
)
_ROW: Final = r'<row r="([1-9][0-9]{0,6})"(?: [a-zA-Z0-9:]+="[^"<>&]*")* ?(/?)>'
_TOKEN: Final = re.compile(f"{_CELL}|{_ROW}|</row>")
_GROUPS: Final = 7  # what lies between two tokens, and the six groups of a token

_LOOSE_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{2,5}|#x[0-9a-fA-F]{1,4});)")
_ENTITY: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BEGINNING: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml [^<>]*encoding="UTF-8"[^<>]*\?>\s*)?<worksheet[\s>]', re.IGNORECASE
)

type Line = tuple[int, list[Cell]]


def is_plain_beginning(beginning: bytes) -> bool:
    """Whether what stands before the first row promises plain rows: UTF-8, no prefix, no comment, no document type."""
    return _BEGINNING.match(beginning) is not None and b"<!" not in beginning and beginning.endswith(b"<sheetData>")


def plain_lines(block: bytes, cells: Cells) -> list[Line] | None:
    """The filled lines of a block of whole rows; None when it has anything but rows in the plain shape."""
    text = block.decode()
    parts = _TOKEN.split(text)
    if any(parts[::_GROUPS]) or _LOOSE_AMPERSAND.search(text):
        return None
    lines: list[Line] = []
    line: list[Cell] = []
    row = 0
    groups = (parts[group::_GROUPS] for group in range(1, _GROUPS))
    for letters, style, kind, content, number, slash in zip(*groups, strict=True):
        if letters is not None:
            content = _unescaped(content).strip() if content else ""
            value = cells.value(content, kind, style) if content else ""
            if value != "":
                cells.place(line, row, cells.columns[letters], value)
        elif bool(row) == (number is not None) or (line and not row):
            return None  # a row within a row, an end without its beginning, a cell outside of rows
        elif number is not None:
            row = _row_number(number) if not slash else 0
        else:
            if line:
                lines.append((row, line))
                line = []
            row = 0
    return lines if not row else None


def _row_number(number: str) -> int:
    """A row's number, which no spreadsheet lets grow without end."""
    row = int(number)
    if row > LAST_ROW:
        raise ValueError(row)
    return row


def _unescaped(text: str) -> str:
    """A text with XML's own entities as the characters they stand for."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    """The character of an entity."""
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    if (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        raise ValueError("a character that XML forbids")
    return chr(code)
