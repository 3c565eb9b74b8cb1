"""Requests: how many came, how long they waited, what became of them."""

from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.request_figures import request_figures

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfCourse, Period, of_course, within
from ..groups import PEOPLE


class _Filters(OfCourse, Period):
    """Of the days the places were asked for."""


@register
class Requests(Report):
    """Requests by course and by the day they came; the wait is from then to the decision, of those that have one."""

    slug = "requests"
    title = _("Requests")
    about = _("How many asked for a place, what became of them by now, and how long the decided ones waited.")
    group = PEOPLE
    filters = _Filters
    columns = (
        Column("course_name", _("Course"), width=28, link="courses_course", link_key="course_id"),
        Column("season_name", _("Season"), width=22),
        Column("came", _("Came"), "integer", total=True, width=9),
        Column("accepted", _("Accepted"), "integer", total=True, width=9),
        Column("refused", _("Refused"), "integer", total=True, width=9),
        Column("lapsed", _("Cancelled or expired"), "integer", total=True, width=12),
        Column("listed", _("On the waiting list"), "integer", total=True, width=12),
        Column("open", _("Waiting"), "integer", total=True, width=9),
        Column("wait", _("Average wait (hours)"), "duration", width=14),
    )
    chart = Chart("bar", series=("came", "accepted", "refused"), label="course_name", most=15)

    def rows(self, given: Given) -> Rows:
        """The course most asked for first."""
        asked = EnrollmentRequest.objects.filter(**within("created_at", given), **of_course(given))
        return request_figures(asked, order="came DESC, course_name, course_id")
