"""The Egyptian national number: fourteen digits that hold a birth date, a governorate and a gender."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext_lazy as _

from .dates import cairo_today
from .errors import DomainError
from .text import as_text, ascii_digits

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SEPARATORS: Final = re.compile(r"[\s\-]+")
_LENGTH: Final = 14
_CENTURIES: Final = {"2": 1900, "3": 2000}

# The codes of the civil registry; 88 is a birth abroad.
GOVERNORATE_CODES: Final = frozenset(
    f"{code:02d}" for code in (*range(1, 5), *range(11, 20), *range(21, 30), *range(31, 36), 88)
)


@dataclass(frozen=True, slots=True)
class NationalId:
    """A national number and what it says of its holder."""

    number: str
    birth_date: date
    governorate_code: str
    gender: Literal["male", "female"]


def parse_national_id(nid: object) -> NationalId:
    """Read a national number, or say which of its parts can't be.

    Its last digit, said to be a check digit, is not checked: no official rule for it is known.
    """
    number = _SEPARATORS.sub("", ascii_digits(as_text(nid)))
    if not number:
        raise DomainError("nid_missing", _("The national number is missing."))
    if len(number) != _LENGTH or not (number.isascii() and number.isdigit()):
        raise _refusal("nid_length", _("“%(read)s” is not a national number: it has 14 digits."), number[:40])
    if number[0] not in _CENTURIES:
        sentence = _("The national number %(read)s begins with %(part)s; it should begin with 2 or 3.")
        raise _refusal("nid_century", sentence, number, number[0])
    if number[7:9] not in GOVERNORATE_CODES:
        sentence = _("The national number %(read)s: %(part)s (its 8th and 9th digits) is no governorate's code.")
        raise _refusal("nid_governorate", sentence, number, number[7:9])
    gender: Literal["male", "female"] = "male" if int(number[12]) % 2 else "female"
    return NationalId(number, _birth_date(number), number[7:9], gender)


def _birth_date(number: str) -> date:
    """The birth date within the number: a real day that has come."""
    year, month, day = _CENTURIES[number[0]] + int(number[1:3]), int(number[3:5]), int(number[5:7])
    part = f"{day:02d}/{month:02d}/{year}"
    try:
        birth_date = date(year, month, day)
    except ValueError:
        sentence = _("The national number %(read)s: its birth date %(part)s (2nd to 7th digits) is not a real date.")
        raise _refusal("nid_birth_date", sentence, number, part) from None
    if birth_date > cairo_today():
        sentence = _("The national number %(read)s: its birth date %(part)s (2nd to 7th digits) is in the future.")
        raise _refusal("nid_birth_date", sentence, number, part)
    return birth_date


def _refusal(code: str, sentence: "StrOrPromise", number: str, part: str = "") -> DomainError:
    params = {"read": number, "part": part}
    return DomainError(code, str(sentence) % params, **params)
