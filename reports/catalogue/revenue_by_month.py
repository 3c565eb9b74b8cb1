"""A year's money month by month, with the year before beside it."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.movements import money_by

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfCourse, YearFilter
from ..groups import MONEY


class _Filters(OfCourse):
    year = YearFilter(label=_("Year"))


@register
class RevenueByMonth(Report):
    """Net money (payments less refunds, each on its own day; see `money_by`) of each month and of the year before."""

    slug = "revenue-by-month"
    title = _("Revenue by month")
    about = _("What came in less what went back, month by month, with the same month of the year before.")
    group = MONEY
    filters = _Filters
    columns = (
        Column("month", _("Month"), "month", width=12),
        Column("taken", _("Taken (EGP)"), "money", total=True),
        Column("given", _("Given back (EGP)"), "money", total=True),
        Column("net", _("Net (EGP)"), "money", total=True),
        Column("before", _("The year before (EGP)"), "money", total=True),
        Column("change", _("Difference (EGP)"), "money", total=True),
    )
    chart = Chart("bar", series=("net", "before"), label="month")
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """Twelve months, also those without any money."""
        year, only = given["year"], {name: given[name] for name in ("season", "course")}
        rows = money_by("month", first=dt.date(year - 1, 1, 1), last=dt.date(year, 12, 31), only=only)
        found: dict[dt.date, Any] = {row["month"]: row for row in rows}
        nothing = {"taken": 0, "given": 0, "net": 0}
        months = []
        for number in range(1, 13):
            this = found.get(dt.date(year, number, 1), nothing)
            before = found.get(dt.date(year - 1, number, 1), nothing)["net"]
            row = {name: this[name] for name in nothing} | {"before": before, "change": this["net"] - before}
            months.append({"month": dt.date(year, number, 1), **row})
        return months
