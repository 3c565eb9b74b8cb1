"""Courses: seats, how full they are, who waits, and what they brought in."""

from django.utils.translation import gettext_lazy as _

from backoffice.payments.selectors.courses import course_figures

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import Filters, RowFilter, all_seasons
from ..groups import COURSES


class _Filters(Filters):
    season = RowFilter(all_seasons(), label=_("Season"))


@register
class Courses(Report):
    """Each course as it stands now; `course_figures` says what its revenue is."""

    slug = "courses"
    title = _("Courses")
    about = _("Seats, how many are taken, who waits, and what came in for the places less what went back.")
    group = COURSES
    filters = _Filters
    columns = (
        Column("name", _("Course"), width=30, link="courses_course", link_key="pk"),
        Column("season_name", _("Season"), width=22),
        Column("start_date", _("first day"), "date", width=12),
        Column("capacity", _("Seats"), "integer", total=True, width=10),
        Column("enrolled_count", _("Taken"), "integer", total=True, width=10),
        Column("fill_rate", _("Fill rate"), "percent", width=10),
        Column("waiting", _("Waiting list"), "integer", total=True, width=12),
        Column("received", _("Revenue (EGP)"), "money", total=True),
    )
    chart = Chart("bar", series=("capacity", "enrolled_count"), label="name", most=15)
    totals_later = True
    counts_drawers = True

    def rows(self, given: Given) -> Rows:
        """The newest course first."""
        chosen = {"season": given["season"]} if given["season"] else {}
        return course_figures(**chosen)
