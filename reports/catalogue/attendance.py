"""Who came to the lectures, how often, and who has been absent for some of them running."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from backoffice.attendance.selectors.absences import attendance_of_participants

from ..columns import ATTENDED
from ..definition import Column, Given, Report, Rows, register
from ..filters import BY_WHOLE, ChoiceFilter, OfCourse, Period
from ..groups import ATTENDANCE

_RUNNING: Final = (("2", _("Twice running")), ("3", _("Three times running")), ("5", _("Five times running")))


class _Filters(OfCourse, Period):
    by = ChoiceFilter(choices=BY_WHOLE, label=_("By"), required=True, initial="whole")
    running = ChoiceFilter(choices=_RUNNING, label=_("Absent lately"))


@register
class Attendance(Report):
    """Marked lectures of each participant and course, by week if wanted; see `attendance_of_participants`."""

    slug = "attendance"
    title = _("Attendance of participants")
    about = _(
        "Lectures that were marked: how often each participant came, and how many of the latest they missed running."
    )
    group = ATTENDANCE
    of_people = True
    filters = _Filters
    columns = (
        Column("since", _("From"), "date", width=12),
        Column("participant", _("Participant"), width=28),
        Column("code", _("code"), "code", width=12),
        Column("course", _("Course"), width=28),
        Column("marked", _("Lectures"), "integer", total=True, width=10),
        *ATTENDED,
        Column("running", _("Absent running"), "integer", width=12),
    )
    totals_later = True

    def rows(self, given: Given) -> Rows:
        """Who missed most of the latest lectures first; of parts of the period the latest part before."""
        return attendance_of_participants(
            given["first"],
            given["last"],
            by=given["by"],
            season=given["season"],
            course=given["course"],
            absent_running=int(given["running"] or 0),
        )
