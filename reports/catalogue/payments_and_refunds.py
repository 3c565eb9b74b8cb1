"""What came in and went back, by period, season, course and method."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.movements import money_by

from ..columns import METHOD, TAKEN_AND_GIVEN
from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import ChoiceFilter, OfCourse, OfMethod, Period
from ..groups import MONEY

_ONLY: Final = ("season", "course", "method")
_PERIODS: Final = (("day", _("Day")), ("week", _("Week")), ("month", _("Month")), ("year", _("Year")))


class _Filters(OfMethod, OfCourse, Period):
    by = ChoiceFilter(choices=_PERIODS, label=_("By"), required=True, initial="month")


@register
class PaymentsAndRefunds(Report):
    """Payments on the day they were paid at, refunds on the day they were paid back; see `money_by`."""

    slug = "payments-and-refunds"
    title = _("Payments and refunds")
    about = _("What came in and went back. Money on a family's account has no course; weeks begin on Saturday.")
    group = MONEY
    filters = _Filters
    columns = (
        Column("period", _("From"), "date", width=12),
        Column("season_name", _("Season"), width=20),
        Column("course_name", _("Course"), width=26),
        METHOD,
        *TAKEN_AND_GIVEN,
    )
    chart = Chart("bar", series=("taken", "given"), label="course_name")
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """By period, season, course and method."""
        by, only = given["by"], {name: given[name] for name in _ONLY}
        rows = money_by(by, "season", "course", "method", first=given["first"], last=given["last"], only=only)
        return [{**row, "period": row[by]} for row in rows]
