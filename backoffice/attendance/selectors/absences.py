"""How often participants came to their lectures, and who hasn't come for some of them running."""

import datetime as dt
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from backoffice.courses.models import Course, Season
from backoffice.shared.plain_rows import Holds, PlainRows

from ..models import LectureAttendance

_HOLDS: Final[dict[str, Holds]] = {
    "participant": "text",
    "code": "text",
    "course": "text",
    "marked": "integer",
    "came": "integer",
    "absent": "integer",
    "rate": "money",
    "running": "integer",
}
_STATEMENT: Final = """
WITH of_period (child_id, student_id, present, course_id, day, start_time, lecture_number) AS ({rows}),
marked AS (
    SELECT of_period.*, row_number() OVER (
        PARTITION BY child_id, student_id, course_id ORDER BY day DESC, start_time DESC, lecture_number DESC
    ) place FROM of_period
),
sums AS (
    SELECT child_id, student_id, course_id, count(*) marked, sum(CASE WHEN present THEN 1 ELSE 0 END) came,
        coalesce(min(CASE WHEN present THEN place END) - 1, count(*)) running
    FROM marked GROUP BY child_id, student_id, course_id
)
SELECT coalesce(child.name, trim(person.first_name || ' ' || person.last_name)) participant,
    coalesce(child.unique_code, student.unique_code) code, course.name course, sums.marked, sums.came,
    sums.marked - sums.came absent, round(sums.came * 100.0 / sums.marked, 1) rate, sums.running
FROM sums JOIN courses_course course ON course.id = sums.course_id
LEFT JOIN users_child child ON child.id = sums.child_id
LEFT JOIN users_studentuser student ON student.user_id = sums.student_id
LEFT JOIN users_customuser person ON person.id = sums.student_id
WHERE sums.running >= %s
"""


def attendance_of_participants(
    first: dt.date | None,
    last: dt.date | None,
    *,
    season: Season | None = None,
    course: Course | None = None,
    absent_running: int = 0,
) -> PlainRows:
    """Each participant's lectures of a course in a period that were marked: came, absent, absent running.

    `running` is how many of the latest marked lectures of the period were missed one after the other. Lectures that
    nobody marked and cancelled ones count for nothing. `absent_running` leaves out who missed fewer running.
    """
    chosen: dict[str, Any] = {
        "lecture__day__gte": first,
        "lecture__day__lte": last,
        "lecture__course__season": season,
        "lecture__course": course,
    }
    rows: QuerySet[Any, Any] = LectureAttendance.objects.filter(present__isnull=False)
    rows = rows.filter(**{name: value for name, value in chosen.items() if value is not None})
    rows = rows.exclude(lecture__status="cancelled").order_by()
    columns = ("lecture__course_id", "lecture__day", "lecture__start_time", "lecture__lecture_number")
    named = rows.values_list("child_id", "student_id", "present", *columns)
    sql, params = named.query.get_compiler(connection=connection).as_sql()
    return PlainRows(
        _STATEMENT.format(rows=sql), (*params, absent_running), _HOLDS, "running DESC, participant, course, code"
    )
