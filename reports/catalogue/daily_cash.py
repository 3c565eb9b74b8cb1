"""What each cashier took and gave back, by method: the paper that is laid beside the drawers."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.movements import money_by, sums_of_money
from backoffice.shared.dates import cairo_today
from backoffice.shared.form_fields import DayField

from ..columns import METHOD, TAKEN_AND_GIVEN
from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfMethod, Period, StaffFilter
from ..groups import MONEY

_ONLY: Final = ("cashier", "method")


class _Filters(OfMethod, Period):
    first = DayField(label=_("From day"), required=False, initial=cairo_today)
    cashier: forms.Field = StaffFilter(label=_("Cashier"))


@register
class DailyCash(Report):
    """Payments on the day they were paid at, refunds on the day they were paid back; see `money_by`."""

    slug = "daily-cash"
    title = _("Daily cash sheet")
    about = _("What each person took and gave back, by method. What came with an imported sheet has no cashier.")
    group = MONEY
    filters = _Filters
    columns = (
        Column("day", _("Day"), "date", width=12),
        Column("cashier_name", _("Cashier"), width=24),
        METHOD,
        *TAKEN_AND_GIVEN,
    )
    chart = Chart("bar", series=("taken", "given"), label="cashier_name")
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """By day, cashier and method."""
        only = {name: given[name] for name in _ONLY}
        return money_by("day", "cashier", "method", first=given["first"], last=given["last"], only=only)

    def sums(self, given: Given) -> Mapping[str, Any]:
        """Added up by the database."""
        return sums_of_money(first=given["first"], last=given["last"], only={name: given[name] for name in _ONLY})
