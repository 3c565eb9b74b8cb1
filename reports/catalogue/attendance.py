"""Who came to the lectures, how often, and who has been absent for some of them running."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from backoffice.attendance.selectors.absences import attendance_of_participants

from ..definition import Column, Given, Report, Rows, register
from ..filters import ChoiceFilter, OfCourse, Period
from ..groups import ATTENDANCE

_RUNNING: Final = (("2", _("Twice running")), ("3", _("Three times running")), ("5", _("Five times running")))


class _Filters(OfCourse, Period):
    running = ChoiceFilter(choices=_RUNNING, label=_("Absent lately"))


@register
class Attendance(Report):
    """Marked lectures of each participant and course; see `attendance_of_participants`."""

    slug = "attendance"
    title = _("Attendance of participants")
    about = _(
        "Lectures that were marked: how often each participant came, and how many of the latest they missed running."
    )
    group = ATTENDANCE
    filters = _Filters
    columns = (
        Column("participant", _("Participant"), width=28),
        Column("code", _("code"), "code", width=12),
        Column("course", _("Course"), width=28),
        Column("marked", _("Lectures"), "integer", total=True, width=10),
        Column("came", _("Came"), "integer", total=True, width=10),
        Column("absent", _("Absent"), "integer", total=True, width=10),
        Column("rate", _("Attendance rate"), "percent", width=10),
        Column("running", _("Absent running"), "integer", width=12),
    )
    totals_later = True

    def rows(self, given: Given) -> Rows:
        """Who missed most of the latest lectures first."""
        return attendance_of_participants(
            given["first"],
            given["last"],
            season=given["season"],
            course=given["course"],
            absent_running=int(given["running"] or 0),
        )
