"""How often participants came to their lectures, by week if wanted, and who hasn't come for some of them running."""

import datetime as dt
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import QuerySet

from backoffice.courses.models import Course, Season
from backoffice.shared.plain_rows import Holds, PlainRows, compiled

from ..models import LectureAttendance

type By = Literal["whole", "month", "week"]

#: From how many lectures running somebody is looked after.
THREE: Final = 3
#: The first day of the part of the period that a mark's day lies in; the databases' own weeks begin on Monday.
_BEGINS: Final[dict[str, dict[By, str]]] = {
    "postgresql": {
        "whole": "NULL::date",
        "month": "date_trunc('month', day)::date",
        "week": "day - (extract(dow FROM day)::int + 1) %% 7",
    },
    "sqlite": {
        "whole": "NULL",
        "month": "date(day, 'start of month')",
        "week": "date(day, '-' || ((strftime('%%w', day) + 1) %% 7) || ' days')",
    },
}
_COUNTED: Final[dict[str, Holds]] = {
    "marked": "integer",
    "came": "integer",
    "absent": "integer",
    "rate": "money",
    "running": "integer",
}
_OF_PARTICIPANTS: Final[dict[str, Holds]] = {"since": "day", "participant": "text", "code": "text", "course": "text"}
_OF_COURSES: Final[dict[str, Holds]] = {
    "since": "day",
    "course": "text",
    "course_key": "key",
    "lectures": "integer",
    "participants": "integer",
}
# A participant's marks of a course are numbered in order of time, across the parts of the period. In each part the last
# number, less that of the last lecture they came to so far, is how many they missed running when it ended.
_PEOPLE: Final = """
WITH of_period (child_id, student_id, present, lecture_id, course_id, day, start_time, lecture_number) AS ({rows}),
placed AS (
    SELECT of_period.*, row_number() OVER (
        PARTITION BY child_id, student_id, course_id ORDER BY day, start_time, lecture_number
    ) place FROM of_period
),
marked AS (
    SELECT placed.*, {begins} part, max(CASE WHEN present THEN place ELSE 0 END) OVER (
        PARTITION BY child_id, student_id, course_id ORDER BY place ROWS UNBOUNDED PRECEDING
    ) seen FROM placed
),
people AS (
    SELECT child_id, student_id, course_id, part, min(day) first_day, count(*) marked,
        sum(CASE WHEN present THEN 1 ELSE 0 END) came, max(place) - max(seen) running
    FROM marked GROUP BY child_id, student_id, course_id, part
)
"""
_PARTICIPANTS: Final = """
SELECT coalesce(people.part, people.first_day) since,
    coalesce(child.name, trim(person.first_name || ' ' || person.last_name)) participant,
    coalesce(child.unique_code, student.unique_code) code, course.name course, people.marked, people.came,
    people.marked - people.came absent, round(people.came * 100.0 / people.marked, 1) rate, people.running
FROM people JOIN courses_course course ON course.id = people.course_id
LEFT JOIN users_child child ON child.id = people.child_id
LEFT JOIN users_studentuser student ON student.user_id = people.student_id
LEFT JOIN users_customuser person ON person.id = people.student_id
WHERE people.running >= %s
"""
_COURSES: Final = """,
courses AS (
    SELECT course_id, part, min(first_day) first_day, count(*) participants, sum(marked) marked, sum(came) came,
        sum(CASE WHEN running >= %s THEN 1 ELSE 0 END) running
    FROM people GROUP BY course_id, part
),
lectures AS (SELECT course_id, part, count(DISTINCT lecture_id) lectures FROM marked GROUP BY course_id, part)
SELECT coalesce(courses.part, courses.first_day) since, course.name course, course.id course_key, lectures.lectures,
    courses.participants, courses.marked, courses.came, courses.marked - courses.came absent,
    round(courses.came * 100.0 / courses.marked, 1) rate, courses.running
FROM courses JOIN courses_course course ON course.id = courses.course_id
JOIN lectures ON lectures.course_id = courses.course_id AND coalesce(lectures.part = courses.part, courses.part IS NULL)
"""


def attendance_of_participants(
    first: dt.date | None,
    last: dt.date | None,
    *,
    by: By = "whole",
    season: Season | None = None,
    course: Course | None = None,
    absent_running: int = 0,
) -> PlainRows:
    """Each participant's marked lectures of a course, in the period or in each part of it: came, absent, running.

    `running` is how many of the latest marked lectures of the period were missed one after the other when the part
    ended, those of earlier parts included. Lectures that nobody marked and cancelled ones count for nothing.
    `absent_running` leaves out who missed fewer running. `since` is the part's first day (weeks begin on Saturday), of
    a whole period that of the first mark.
    """
    people, params = _people(first, last, by, season, course)
    order = "running DESC, participant, course, code, people.course_id"
    return PlainRows(
        people + _PARTICIPANTS,
        (*params, absent_running),
        _OF_PARTICIPANTS | _COUNTED,
        order if by == "whole" else f"since DESC, {order}",
    )


def attendance_of_courses(
    first: dt.date | None,
    last: dt.date | None,
    *,
    by: By = "week",
    season: Season | None = None,
    course: Course | None = None,
) -> PlainRows:
    """Each course's marked lectures, in each part of the period or the whole of it, as for participants: their number,
    of how many participants, who came, who didn't; `running` is how many participants had missed three or more running
    when the part ended.
    """
    people, params = _people(first, last, by, season, course)
    order = "since, course, courses.course_id"
    return PlainRows(people + _COURSES, (*params, THREE), _OF_COURSES | _COUNTED, order)


def _people(
    first: dt.date | None, last: dt.date | None, by: By, season: Season | None, course: Course | None
) -> tuple[str, tuple[Any, ...]]:
    """The beginning of both statements: a row of each participant, course and part of the period."""
    chosen: dict[str, Any] = {
        "lecture__day__gte": first,
        "lecture__day__lte": last,
        "lecture__course__season": season,
        "lecture__course": course,
    }
    rows: QuerySet[Any, Any] = LectureAttendance.objects.marked()
    rows = rows.filter(**{name: value for name, value in chosen.items() if value is not None})
    rows = rows.exclude(lecture__status="cancelled").order_by()
    columns = ("lecture__course_id", "lecture__day", "lecture__start_time", "lecture__lecture_number")
    named = rows.values_list("child_id", "student_id", "present", "lecture_id", *columns)
    sql, params = compiled(named)
    return _PEOPLE.format(rows=sql, begins=_BEGINS[connection.vendor][by]), params
