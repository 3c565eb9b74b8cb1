"""How values of a report are written for people: Latin digits, days by year, amounts with their thousands apart."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import number_format

from backoffice.shared.dates import hours_and_minutes
from backoffice.shared.phones import local_form

#: Kinds that run from left to right whatever stands around them.
LEFT_TO_RIGHT = frozenset(
    {"code", "phone", "money", "integer", "percent", "number", "date", "datetime", "month", "duration"}
)
#: Kinds whose cells stand under one another by their last digit.
FIGURES = frozenset({"money", "integer", "percent", "number", "duration"})


def words_of(value: Any, kind: str) -> str:
    """A value as it is read; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value)
    return _WORDS.get(kind, str)(value)


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "phone": lambda number: local_form(str(number)),
    "money": lambda amount: number_format(amount, 2, force_grouping=True),
    "integer": lambda number: number_format(number, 0, force_grouping=True),
    "number": lambda number: number_format(number, force_grouping=True),
    "percent": lambda share: f"{number_format(share, 1)}%",
    "date": lambda day: f"{day:%Y-%m-%d}",
    "month": lambda day: f"{day:%Y-%m}",
    "datetime": lambda moment: f"{moment:%Y-%m-%d %H:%M}",
    "duration": hours_and_minutes,
}
