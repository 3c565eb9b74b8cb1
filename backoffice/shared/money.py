"""Amounts in Egyptian pounds: read from any spelling a person types, never guessed."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from .errors import DomainError
from .text import ascii_digits, clean

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CENT: Final = Decimal("0.01")
LARGEST: Final = Decimal("999999999.99")
_SPREADSHEET_DIGITS: Final = 15

_PLAIN: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_NUMBER: Final = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<decimals>[0-9]+))?")
_COMMA_FOR_POINT: Final = re.compile(r"(?P<whole>[0-9]+(?:\.[0-9]{3})*),(?P<decimals>[0-9]{1,2})")
_NEGATIVE: Final = re.compile(r"[-−‐–](?P<before>.*)|\((?P<within>.*)\)|(?P<after>.*)[-−]")

# ٫ and ٬ are the Arabic decimal and thousands marks; the Arabic comma is typed for either, so it is read as a comma.
_MARKS: Final = str.maketrans({"٫": ".", "٬": ",", "،": ","})
_EGYPTIAN: Final = re.compile(
    r"\s*(?:ج\s?\.?\s?م\.?|جم\.?|جنيه(?:ات|اً|ًا|ا)?(?:\s+مصر[يى](?:اً|ًا|ا|ة)?)?|جنية|EGP|L\.?E\.?|E£)\s*", re.IGNORECASE
)
_FOREIGN: Final = re.compile(
    r"[$€£¥₪₺₹]|\b(?:USD|EUR|GBP|SAR|AED|KWD|QAR)\b|دولار|يورو|ريال|ر\.?س|درهم|دينار|[إا]سترليني", re.IGNORECASE
)
_LONGEST_SPELLING: Final = 40


def parse_amount(value: object) -> Decimal:
    """An amount in EGP with two decimals, zero or more; a `DomainError` says why one can't be taken, or asks."""
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.isascii():
            return Decimal(value).quantize(CENT)
        return _from_text(value)
    if value is None:
        raise DomainError("amount_missing", _("An amount is missing."))
    if isinstance(value, Decimal):
        return _from_number(value, str(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refusal("amount_unreadable", _("“%(read)s” is not an amount."), str(value))
    # A sheet keeps 15 digits: what it shows as 0.3 may lie in the file as 0.30000000000000004.
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, f".{_SPREADSHEET_DIGITS}g"))
    return _from_number(number, str(value))


def positive_amount(value: object) -> Decimal:
    """An amount as `parse_amount` reads it, more than zero."""
    amount = parse_amount(value)
    if not amount:
        raise DomainError("amount_zero", _("The amount must be more than zero."), read=str(value))
    return amount


def _from_number(number: Decimal, read: str) -> Decimal:
    """A number within what the centre could be paid, in whole piastres."""
    if not number.is_finite():
        raise _refusal("amount_unreadable", _("“%(read)s” is not an amount."), read)
    if number < 0:
        raise _refusal("amount_negative", _("“%(read)s” is less than zero."), read)
    if number > LARGEST:
        raise _refusal("amount_too_large", _("“%(read)s” is too large for an amount."), read)
    amount = number.quantize(CENT)
    if amount != number:
        raise _refusal("amount_decimals", _("“%(read)s” has more than two decimals."), read)
    return abs(amount)  # never -0.00


def _from_text(typed: str) -> Decimal:
    """A typed amount, its currency and its Arabic digits and marks understood."""
    read = clean(typed)
    if not read:
        raise DomainError("amount_missing", _("An amount is missing."))
    text = ascii_digits(read).translate(_MARKS)
    text = _EGYPTIAN.sub("", text, count=1).strip().removeprefix("+")
    if _FOREIGN.search(text):
        raise _refusal("amount_currency", _("“%(read)s” is in another currency: write it in Egyptian pounds."), read)
    negative = _NEGATIVE.fullmatch(text)
    if negative and _NUMBER.fullmatch("".join(part or "" for part in negative.groups()).strip()):
        raise _refusal("amount_negative", _("“%(read)s” is less than zero."), read)
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_SPELLING else None
    if found is None:
        raise _ambiguous(text, read) or _refusal("amount_unreadable", _("“%(read)s” is not an amount."), read)
    if len(found["decimals"] or "") > 2:
        raise _refusal("amount_decimals", _("“%(read)s” has more than two decimals."), read)
    return _from_number(Decimal(text.replace(",", "")), read)


def _ambiguous(text: str, read: str) -> DomainError | None:
    """A comma where a point may have been meant: 150,50 is 150.50 to some and 15050 to others, so ask."""
    found = _COMMA_FOR_POINT.fullmatch(text) if len(text) <= _LONGEST_SPELLING else None
    if found is None:
        return None
    whole, decimals = found["whole"].replace(".", ""), found["decimals"]
    without_mark = (whole + decimals).lstrip("0") or "0"
    sentence = _("“%(read)s” can be read in two ways: write %(with_point)s or %(without_mark)s.")
    return _refusal("amount_ambiguous", sentence, read, with_point=f"{whole}.{decimals}", without_mark=without_mark)


def _refusal(code: str, sentence: "StrOrPromise", read: str, **more: str) -> DomainError:
    params = {"read": read[:_LONGEST_SPELLING], **more}
    return DomainError(code, str(sentence) % params, **params)
