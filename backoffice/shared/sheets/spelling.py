"""How values are spelled in the sheets that are handed out."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from ..dates import CAIRO, hours_and_minutes

_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet takes for the beginning of a formula: also after blanks and marks nobody sees, also full-width.
_FORMULA: Final = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMERIC: Final = frozenset({"number", "money", "integer"})

# The same for PostgreSQL, where the blanks are named one by one and controls are still there to be passed over.
_PASSED_OVER: Final = r"\u0001-\u0020\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff"
FORMULA_IN_SQL: Final = rf"'^(?:[{_PASSED_OVER}]*[=+@＝＋－＠-]|[\u0001-\u0008\u000b\u000c\u000e-\u001f]*[\t\r\n])'"


def drawable(text: str) -> str:
    """A text without the characters that XML, and with it every workbook, forbids."""
    return _NOT_IN_XML.sub("", text)


def harmless(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula; a phone number's + is one to it, too."""
    text = drawable(text)
    return f"'{text}" if _FORMULA.match(text) else text


def cairo_clock(value: datetime) -> datetime:
    """A moment as Cairo's clocks show it, for a cell that knows no zones."""
    return value.astimezone(CAIRO).replace(tzinfo=None) if timezone.is_aware(value) else value


def plain_text(value: Any) -> str:
    """Any value as people read it."""
    if isinstance(value, datetime):
        return cairo_clock(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return hours_and_minutes(value)
    return str(value)


def csv_cell(value: Any, kind: str) -> Any:
    """A value as a CSV cell: numbers stay numbers, a minus and all, and an amount keeps its two decimals."""
    if value is None:
        return ""
    if kind == "date" and isinstance(value, datetime):
        value = cairo_clock(value).date()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return value if is_number and kind in _NUMERIC else harmless(plain_text(value))
