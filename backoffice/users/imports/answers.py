"""How cells about people are read, whichever sheet they stand in."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from backoffice.shared.dates import cairo_today, parse_date
from backoffice.shared.errors import DomainError
from backoffice.shared.text import as_text, fold

# A formula, a piece of a program or of a page, or nothing but digits and marks: no name looks like that.
_NOT_A_NAME: Final = re.compile(r'^[=+\-@]|[=<>{}\[\]|\\^"]|^[\W\d_]+$')


def name_part(value: Any) -> str:
    """A part of a name, or "" where there is none."""
    name = as_text(value)
    if name and _NOT_A_NAME.search(name):
        raise DomainError("name_unreadable", _("“%(read)s” is not a name.") % {"read": name[:40]})
    return name


def required_name(value: Any) -> str:
    """A name that must be there."""
    name = name_part(value)
    if not name:
        raise DomainError("name_missing", _("A name is missing."))
    return name


def birthday(value: Any) -> dt.date:
    """A birthday: a day that has come."""
    day = parse_date(value)
    if day > cairo_today():
        raise DomainError("dob_in_future", _("A birthday can't be in the future."))
    return day


def word_of(words: Mapping[str, str]) -> Callable[[Any], str]:
    """A reader of cells that hold one of the known words (folded word → what it means)."""

    def read(value: Any) -> str:
        text = as_text(value)
        if text in words:
            return words[text]
        if not text:
            raise DomainError("word_missing", _("This cell must be filled."))
        try:
            return words[fold(text)]
        except KeyError:
            sentence = _("“%(read)s” is not a word we know here.") % {"read": text[:40]}
            raise DomainError("word_unknown", sentence) from None

    return read


def words_for(meaning: str, *spellings: str) -> dict[str, str]:
    """Spellings of one word, folded, for `word_of`."""
    return dict.fromkeys([fold(spelling) for spelling in spellings], meaning)


def too_long(limit: int) -> DomainError:
    """A text is longer than there is room for."""
    return DomainError("too_long", _("This is too long: at most %(limit)s letters.") % {"limit": limit})
