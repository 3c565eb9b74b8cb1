"""Which days a scheduled report is about, told from the morning it is sent."""

import datetime as dt

from django.http import QueryDict

from backoffice.courses.models import Weekday
from backoffice.shared.form_fields import DayField

from .definition import Report
from .filters import Filters, MonthFilter, YearFilter
from .models import Period

_ONE_DAY = dt.timedelta(days=1)


def days_of(period: str, day: dt.date) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a period means on a morning; none where the filters say it themselves.

    Weeks begin on Saturday, as everywhere in reports.
    """
    match period:
        case Period.DAY:
            return day - _ONE_DAY, day - _ONE_DAY
        case Period.WEEK:
            last = day - _ONE_DAY * (Weekday.of(day) + 1)
            return last - 6 * _ONE_DAY, last
        case Period.MONTH:
            last = day.replace(day=1) - _ONE_DAY
            return last.replace(day=1), last
    return None


def filters_on(report: Report, kept: str, period: str, day: dt.date) -> Filters:
    """The report's filters as they were kept, over the days that the period means on a morning.

    A report as of a day, of a month or of a year is about the last of these days, its month, its year.
    """
    address, days = QueryDict(kept, mutable=True), days_of(period, day)
    if days is not None:
        first, last = days
        by_name = {"first": first.isoformat(), "last": last.isoformat(), "day": last.isoformat()}
        for name, field in report.filters.base_fields.items():
            match field:
                case MonthFilter():
                    address[name] = f"{last:%Y-%m}"
                case YearFilter():
                    address[name] = str(last.year)
                case DayField() if name in by_name:
                    address[name] = by_name[name]
    return report.filters.read(address)
