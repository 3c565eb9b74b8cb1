"""How well courses are attended, week by week, and how many of their participants have stopped coming."""

from django.utils.translation import gettext_lazy as _

from backoffice.attendance.selectors.absences import attendance_of_courses

from ..columns import ATTENDED
from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import BY_WHOLE, ChoiceFilter, OfCourse, Period
from ..groups import ATTENDANCE


class _Filters(OfCourse, Period):
    by = ChoiceFilter(choices=BY_WHOLE, label=_("By"), required=True, initial="week")


@register
class AttendanceOfCourses(Report):
    """Marked lectures of each course by week, month or the whole period; see `attendance_of_courses`."""

    slug = "attendance-of-courses"
    title = _("Attendance of courses by week")
    about = _(
        "Lectures that were marked: how many came to each course, and how many had missed three or more running when "
        "the week ended. Weeks begin on Saturday."
    )
    group = ATTENDANCE
    filters = _Filters
    columns = (
        Column("since", _("From"), "date", width=12),
        Column("course", _("Course"), width=28, link="courses_course", link_key="course_key"),
        Column("lectures", _("Lectures"), "integer", total=True, width=10),
        Column("participants", _("Participants"), "integer", width=12),
        Column("marked", _("On the lists"), "integer", total=True, width=12),
        *ATTENDED,
        Column("running", _("Absent three times running"), "integer", width=14),
    )
    chart = Chart("bar", series=("came", "absent"), label="since")

    def rows(self, given: Given) -> Rows:
        """By week, then by course."""
        chosen = {"by": given["by"], "season": given["season"], "course": given["course"]}
        return list(attendance_of_courses(given["first"], given["last"], **chosen))
