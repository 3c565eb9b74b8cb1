"""Who owes what, and since when, as it stood at the end of any day."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.receivables import owed_as_of

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import AsOf, ChoiceFilter, OfCourse
from ..groups import MONEY

_STANDINGS: Final = (("held", _("Still in the course")), ("left", _("Left the course")))


class _Filters(OfCourse, AsOf):
    standing = ChoiceFilter(choices=_STANDINGS, label=_("Places"), initial="held")


@register
class Receivables(Report):
    """What places owed when a day ended; `owed_as_of` says which rows count, and from when a debt is old."""

    slug = "receivables"
    title = _("Receivables")
    about = _("What each place still owed when the day ended, and in which band of days the debt stood.")
    group = MONEY
    of_people = True
    filters = _Filters
    columns = (
        Column("participant", _("Participant"), width=26, link="enrollments_enrollment", link_key="place"),
        Column("owed", _("Owed (EGP)"), "money", total=True),
        Column("since", _("Since"), "date", width=12),
        Column("payer", _("Payer"), width=26),
        Column("phone", _("Phone number"), "phone", width=18),
        Column("course", _("Course"), width=24),
        Column("season", _("Season"), width=18),
        Column("charged", _("Price (EGP)"), "money", total=True),
        Column("paid", _("Paid (EGP)"), "money", total=True),
        Column("upto_30", _("0–30 days"), "money", total=True),
        Column("upto_60", _("31–60 days"), "money", total=True),
        Column("upto_90", _("61–90 days"), "money", total=True),
        Column("over_90", _("Over 90 days"), "money", total=True),
    )
    chart = Chart("bar", series=("upto_30", "upto_60", "upto_90", "over_90"), of_totals=True)
    totals_later = True
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """The places that owed, the oldest debt first."""
        return owed_as_of(
            given["day"], season=given["season"], course=given["course"], standing=given["standing"] or ""
        )
