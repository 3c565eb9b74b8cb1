"""What a sheet that is handed out looks like: its columns, its title, and the styles its cells refer to."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from .spelling import drawable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type Kind = Literal["text", "number", "money", "date", "datetime", "integer", "duration"]

LAST_ROW: Final = 1_048_576
LONGEST_CELL: Final = 32_767
_LONGEST_TITLE: Final = 31
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\]")

#: How a cell of each kind is shown; a text stays one when somebody types a number over it.
_FORMATS: Final[dict[Kind, str]] = {
    "text": "@",
    "number": "#,##0.##",
    "money": "#,##0.00",
    "integer": "#,##0",
    "date": "yyyy\\-mm\\-dd",
    "datetime": "yyyy\\-mm\\-dd hh:mm",
    # Hours go on past 24.
    "duration": "[h]:mm",
}
_FIRST_FORMAT: Final = 164  # those below are Excel's own
_BOLD, _SHADED, _TOP, _BOTTOM = 1, 2, 1, 2

MAIN: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
BEGIN: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


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


def sheet_title(title: str, number: int) -> str:
    """A title as Excel takes it: 31 characters, none of its own signs; a number from the second sheet on."""
    plain = _NOT_IN_TITLE.sub(" ", drawable(title)).strip().strip("'") or "1"
    end = "" if number == 1 else f" {number}"
    return plain[: _LONGEST_TITLE - len(end)].strip() + end


def letters(place: int) -> str:
    """The name of the column at a place from 0: A, B, … Z, AA."""
    name, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


#: The number of each style in the workbook; 0 is that of cells nobody has touched.
STYLES: Final[dict[str, int]] = {
    look: number
    for number, look in enumerate((*_FORMATS, *(f"total_{kind}" for kind in _FORMATS), "heading", "above"), 1)
}


def styles_part() -> str:
    """The part of a workbook that holds the styles, in the order of `STYLES`."""
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>'
        for number, code in enumerate(_FORMATS.values(), _FIRST_FORMAT)
    )
    numbers = range(_FIRST_FORMAT, _FIRST_FORMAT + len(_FORMATS))
    right_to_left = '<alignment vertical="center" wrapText="1" readingOrder="2"/>'
    looks = [
        _look(),
        *(_look(number) for number in numbers),
        *(_look(number, font=_BOLD, border=_TOP) for number in numbers),
        _look(font=_BOLD, fill=_SHADED, border=_BOTTOM, alignment=right_to_left),
        _look(font=_BOLD, alignment='<alignment readingOrder="2"/>'),
    ]
    return (
        f'{BEGIN}<styleSheet {MAIN}><numFmts count="{len(_FORMATS)}">{formats}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>'
        '<borders count="3"><border><left/><right/><top/><bottom/><diagonal/></border>'
        '<border><left/><right/><top style="thin"/><bottom/><diagonal/></border>'
        '<border><left/><right/><top/><bottom style="thin"/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _look(number: int = 0, *, font: int = 0, fill: int = 0, border: int = 0, alignment: str = "") -> str:
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="{1 if alignment else 0}">{alignment}</xf>'
    )
