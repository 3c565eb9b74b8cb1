"""How values of a report are written for people: Latin digits, days by year, amounts with their thousands apart."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format

from backoffice.shared.phones import local_form

#: Kinds that run from left to right whatever stands around them.
LEFT_TO_RIGHT = frozenset({"code", "phone", "money", "integer", "percent", "number", "date", "datetime"})
#: Kinds whose cells stand under one another by their last digit.
FIGURES = frozenset({"money", "integer", "percent", "number"})


def words_of(value: Any, kind: str) -> str:
    """A value as it is read; nothing for none."""
    if value is None:
        return ""
    match kind:
        case "phone":
            return local_form(str(value))
        case "money":
            return number_format(value, 2, force_grouping=True)
        case "integer":
            return number_format(value, 0, force_grouping=True)
        case "percent":
            return f"{number_format(value, 1)}%"
        case "number":
            return number_format(value, force_grouping=True)
        case "date" if isinstance(value, dt.datetime):
            return f"{timezone.localtime(value):%Y-%m-%d}"
        case "date":
            return f"{value:%Y-%m-%d}"
        case "datetime":
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)
