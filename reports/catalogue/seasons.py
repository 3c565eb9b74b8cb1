"""Season against season: courses, seats, and what they brought in, beside what they should."""

from django.utils.translation import gettext_lazy as _

from backoffice.courses.services import SEES_TARGET
from backoffice.payments.selectors.courses import season_figures

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import Filters, RowFilter, all_seasons
from ..groups import COURSES


class _Filters(Filters):
    season = RowFilter(all_seasons(), label=_("Season"))


@register
class Seasons(Report):
    """What the courses of each season come to, as they stand now; `season_figures` says what counts."""

    slug = "seasons"
    title = _("Season against season")
    about = _("What the courses of each season come to: seats, how full they are, who waits, and what came in.")
    group = COURSES
    filters = _Filters
    columns = (
        Column("season_name", _("Season"), width=26, link="courses_season", link_key="season"),
        Column("begins", _("first day"), "date", width=12),
        Column("courses", _("Courses"), "integer", total=True, width=10),
        Column("seats", _("Seats"), "integer", total=True, width=10),
        Column("taken", _("Taken"), "integer", total=True, width=10),
        Column("fill", _("Fill rate"), "percent", width=10),
        Column("listed", _("Waiting list"), "integer", total=True, width=12),
        Column("revenue", _("Revenue (EGP)"), "money", total=True),
        Column("target", _("Target (EGP)"), "money", total=True, permission=SEES_TARGET),
        Column("reached", _("Reached"), "percent", width=10, permission=SEES_TARGET),
    )
    chart = Chart("bar", series=("revenue",), label="season_name", most=12)
    totals_later = True
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """The newest season first."""
        chosen = {"season": given["season"]} if given["season"] else {}
        return season_figures(**chosen)
