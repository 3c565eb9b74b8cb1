"""Days as people write them, and today as Cairo has it."""

import calendar
import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .errors import DomainError
from .text import ascii_digits, clean

CAIRO: Final = ZoneInfo("Africa/Cairo")

_TIME: Final = r"(?:[T ]+\d{1,2}:\d{2}.*)?"
_DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})\s?[/\-.]\s?(?P<month>\d{1,2})\s?[/\-.]\s?(?P<year>[12]\d{3})" + _TIME)
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>[12]\d{3})\s?[/\-.]\s?(?P<month>\d{1,2})\s?[/\-.]\s?(?P<day>\d{1,2})" + _TIME
)
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_LONGEST_SPELLING: Final = 40

# A spreadsheet counts days from here; numbers that could be one, of the years 1927 to 2099.
_SERIAL_START: Final = date(1899, 12, 30)
_SERIALS: Final = range(10_000, 73_000)


def cairo_today() -> date:
    """The day it is in Cairo now."""
    return timezone.now().astimezone(CAIRO).date()


def day_begins(day: date) -> datetime:
    """When a day begins in Cairo; where the clock jumps over midnight, at the first moment there is."""
    return datetime.combine(day, time(), tzinfo=CAIRO)


def hours_and_minutes(length: timedelta) -> str:
    """A length of time as 7:05; whole minutes, hours past a day go on."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    return f"{hours}:{minutes:02}"


def parse_date(value: object) -> date:
    """A day from a cell or a form: a date, 2018-05-01, 1/5/2018 or ١-٥-٢٠١٨ (the day comes first).

    A bare number is refused even where a spreadsheet would show it as a day, and so is a year of two digits:
    a wrong birthday that looks right is found years later.
    """
    if isinstance(value, datetime):
        day = value.astimezone(CAIRO).date() if timezone.is_aware(value) else value.date()
        return _within_reason(day, day.isoformat())
    if isinstance(value, date):
        return _within_reason(value, value.isoformat())
    if isinstance(value, int | float):
        raise _bare_number(value)
    text = "" if value is None else ascii_digits(clean(str(value)))
    if not text:
        raise DomainError("date_missing", _("A date is missing."))
    read = text[:_LONGEST_SPELLING]
    found = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    if found is None:
        sentence = _("“%(read)s” is not a date we can read: write day/month/year, such as 25/1/2015.")
        raise DomainError("date_unreadable", sentence % {"read": read}, read=read)
    year, month, day_number = int(found["year"]), int(found["month"]), int(found["day"])
    try:
        day = date(year, month, day_number)
    except ValueError:
        raise _impossible(read, year, month, day_number) from None
    return _within_reason(day, read)


def _within_reason(day: date, read: str) -> date:
    """The day itself, if anybody alive or any plan could mean it."""
    if _EARLIEST <= day < _LATEST:
        return day
    sentence = _("“%(read)s” is not a year we know: it should be between 1900 and 2099.")
    raise DomainError("date_out_of_range", sentence % {"read": read}, read=read)


def _impossible(read: str, year: int, month: int, day: int) -> DomainError:
    """No calendar has this day: say which part of it is wrong."""
    params: dict[str, Any] = {"read": read, "day": day, "month": month, "year": year}
    if not 1 <= month <= 12:
        sentence = _("“%(read)s” is not a real date: there is no month %(month)s (the day comes first).")
        return DomainError("date_impossible", sentence % params, **params)
    params["days"] = calendar.monthrange(year, month)[1]
    sentence = _("“%(read)s” is not a real date: month %(month)s of %(year)s has %(days)s days.")
    return DomainError("date_impossible", sentence % params, **params)


def _bare_number(value: float) -> DomainError:
    """A number where a date belongs; where it may have been a day, the sentence says which."""
    params: dict[str, Any] = {"read": f"{value:.15g}"}
    if value == value and int(min(max(value, 0), 10**6)) in _SERIALS and not isinstance(value, bool):
        day = _SERIAL_START + timedelta(days=int(value))
        params["meant"] = f"{day.day}/{day.month}/{day.year}"
        sentence = _("“%(read)s” is a number, not a date. If it means %(meant)s, give the column the format of dates.")
        return DomainError("date_is_number", sentence % params, **params)
    sentence = _("“%(read)s” is a number, not a date: write day/month/year, such as 25/1/2015.")
    return DomainError("date_is_number", sentence % params, **params)
