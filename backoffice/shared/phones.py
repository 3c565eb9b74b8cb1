"""Phone numbers: one number, however it was typed, is one E.164 text."""

import re
from typing import Final

import phonenumbers
from django.utils.translation import gettext_lazy as _

from .errors import DomainError
from .text import ascii_digits, clean

# 010, 011, 012, 015 and eight digits; with +20, 0020 or 20 before it, with or without the 0 ("+2 010…" is typed too).
# The same answer as phonenumbers gives, at a twentieth of its time.
_EGYPTIAN_MOBILE: Final = re.compile(r"(?:\+20|0020|20)?0?(1[0125][0-9]{8})")
_SEPARATORS: Final = re.compile(r"[\s()\-‐‑‒–—−./_]+")
_WHOLE_NUMBER: Final = re.compile(r"(\d+)\.0+")
_PHONE_LIKE: Final = re.compile(r"\+?[0-9]{3,}")
_LONGEST_SPELLING: Final = 40


def normalise_phone(value: object) -> str:
    """A number as E.164, "+201001234567"; a `DomainError` says what is wrong with one that can't be called.

    Egyptian mobiles may come in any spelling and as numbers of a sheet; others need + or 00 and their country's code.
    """
    typed = _typed(value)
    found = _EGYPTIAN_MOBILE.fullmatch(typed)
    if found is None:
        compact = _compact(typed)
        found = _EGYPTIAN_MOBILE.fullmatch(compact)
        if found is None:
            return _foreign(typed, compact)
    return "+20" + found[1]


def local_form(e164: str) -> str:
    """The number as it is dialled in Egypt: "01001234567"; a foreign one stays as it is."""
    return "0" + e164[3:] if e164.startswith("+20") else e164


def search_forms(typed: str) -> tuple[str, ...]:
    """What to look for, by `contains`, in a text that holds a number both as +201001234567 and as 01001234567.

    Empty when what was typed is no part of a phone number.
    """
    compact = _compact(clean(typed))
    if not _PHONE_LIKE.fullmatch(compact):
        return ()
    digits = compact.removeprefix("+").removeprefix("00")
    # "+20 0100…" holds a 0 that neither kept form has behind the country's code.
    return (digits.removeprefix("20") if digits.startswith("2001") else digits,)


def _typed(value: object) -> str:
    """A cell's value as the text a person would have typed."""
    if value is None or value == "":
        raise DomainError("phone_missing", _("A phone number is missing."))
    if isinstance(value, bool):
        raise DomainError("phone_invalid", _("“%(read)s” is not a phone number.") % {"read": value}, read=value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _compact(typed: str) -> str:
    """Without marks and separators, its digits 0–9; the 1001234567.0 of a sheet saved as text loses its end."""
    text = ascii_digits(clean(typed))
    whole = _WHOLE_NUMBER.fullmatch(text)
    text = whole[1] if whole else _SEPARATORS.sub("", text)
    # Turned over by right-to-left text, the plus stands behind the number.
    return f"+{text[:-1]}" if text.endswith("+") and text[:-1].isdigit() else text


def _foreign(typed: str, compact: str) -> str:
    """A number of another country (or an Egyptian landline) with its country's code."""
    read = clean(typed)[:_LONGEST_SPELLING]
    if not read:
        raise DomainError("phone_missing", _("A phone number is missing."))
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.startswith("+") and compact[1:].isdigit():
        try:
            number = phonenumbers.parse(compact)
        except phonenumbers.NumberParseException:
            number = None
        if number is not None and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise _refusal(read, ascii_digits(clean(typed)), compact)


def _refusal(read: str, text: str, compact: str) -> DomainError:
    """What is wrong with a number, in the words of the person who has to mend it."""
    params = {"read": read}
    digits = compact.removeprefix("+")
    mobiles = re.findall(r"(?<![0-9])(?:\+?20|0020)?0?1[0125][0-9]{8}(?![0-9])", text)
    if len(mobiles) > 1:
        return DomainError("phone_several", _("“%(read)s” is more than one number: write one.") % params, **params)
    if not digits.isdigit():
        return DomainError("phone_invalid", _("“%(read)s” is not a phone number.") % params, **params)
    if not compact.startswith("+") and len(digits) < len("1001234567"):
        return DomainError("phone_too_short", _("“%(read)s” is too short for a phone number.") % params, **params)
    sentence = _(
        "“%(read)s” is not a phone number we know: a mobile is 010, 011, 012 or 015 and 8 digits; "
        "one from abroad begins with + and its country's code."
    )
    return DomainError("phone_invalid", sentence % params, **params)
