"""How often participants came to their lectures, by week if wanted, and who hasn't come for some of them running."""

import datetime as dt
from typing import Any, Final, Literal

from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from backoffice.courses.models import Course, Lecture, Season
from backoffice.shared.plain_rows import Holds, PlainRows, compiled

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
# PostgreSQL takes one course after the other, whose marks are sorted in memory and found by the index of its lectures;
# all at once they would be sorted on disk. SQLite knows no LATERAL, and goes through them together.
_ONE_BY_ONE: Final = {
    "postgresql": {"join": "JOIN LATERAL", "of_course": "lecture.course_id = course.id", "on": "true"},
    "sqlite": {
        "join": "JOIN",
        "of_course": "lecture.course_id IN (SELECT id FROM course)",
        "on": "{0}.course_id = course.id",
    },
}
_CHOSEN: Final = """
WITH course AS ({courses}),
lecture (id, course_id, day, place, part) AS NOT MATERIALIZED (SELECT held.*, {begins} part FROM ({lectures}) held)
"""
# Misses are counted in order of time, across the parts of the period. What a part's count comes to, less what it was at
# the last lecture they came to so far, is how many they missed running when the part ended.
_PEOPLE: Final = """(
SELECT person, course_id, part, min(day) first_day, count(*) marked, sum(CASE WHEN present THEN 1 ELSE 0 END) came,
    max(missed) - coalesce(max(max(CASE WHEN present THEN missed END)) OVER (
        PARTITION BY person, course_id ORDER BY part
    ), 0) running
FROM (
    SELECT coalesce(mark.child_id, mark.student_id) person, lecture.course_id, lecture.part, lecture.day, mark.present,
        count(CASE WHEN NOT mark.present THEN 1 END) OVER (
            PARTITION BY lecture.course_id, coalesce(mark.child_id, mark.student_id) ORDER BY lecture.place
            ROWS UNBOUNDED PRECEDING
        ) missed
    FROM lecture JOIN attendance_lectureattendance mark ON mark.lecture_id = lecture.id
    WHERE {of_course} AND mark.present IS NOT NULL
) marked GROUP BY person, course_id, part
) people"""
_PARTICIPANTS: Final = """
SELECT coalesce(people.part, people.first_day) since,
    coalesce(child.name, trim(person.first_name || ' ' || person.last_name)) participant,
    coalesce(child.unique_code, student.unique_code) code, course.name course, people.marked, people.came,
    people.marked - people.came absent, round(people.came * 100.0 / people.marked, 1) rate, people.running
FROM course {join} {people} ON {on}
LEFT JOIN users_child child ON child.id = people.person
LEFT JOIN users_studentuser student ON student.user_id = people.person
LEFT JOIN users_customuser person ON person.id = student.user_id
"""
# Left out where nobody asks: the sums then need no order of the marks.
_MISSED: Final = "WHERE people.running >= %s\n"
_COURSES: Final = """
SELECT coalesce(counted.part, counted.first_day) since, course.name course, course.id course_key, (
        SELECT count(*) FROM lecture
        WHERE lecture.course_id = course.id AND coalesce(lecture.part = counted.part, counted.part IS NULL) AND EXISTS (
            SELECT 1 FROM attendance_lectureattendance mark WHERE mark.lecture_id = lecture.id AND present IS NOT NULL
        )
    ) lectures, counted.participants, counted.marked, counted.came, counted.marked - counted.came absent,
    round(counted.came * 100.0 / counted.marked, 1) rate, counted.running
FROM course {join} (
    SELECT course_id, part, min(first_day) first_day, count(*) participants, sum(marked) marked, sum(came) came,
        sum(CASE WHEN running >= %s THEN 1 ELSE 0 END) running
    FROM {people} GROUP BY course_id, part
) counted ON {on}
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
    rows, missed = (_PARTICIPANTS + _MISSED, (absent_running,)) if absent_running else (_PARTICIPANTS, ())
    sql, params = _statement(rows, "people", first, last, by, season, course)
    order = "running DESC, participant, course, code, course.id"
    return PlainRows(
        sql,
        (*params, *missed),
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
    sql, params = _statement(_COURSES, "counted", first, last, by, season, course)
    return PlainRows(sql, (*params, THREE), _OF_COURSES | _COUNTED, "since, course, course.id")


def _statement(
    rows: str,
    joined: str,
    first: dt.date | None,
    last: dt.date | None,
    by: By,
    season: Season | None,
    course: Course | None,
) -> tuple[str, tuple[Any, ...]]:
    """The statement with what was chosen, and the values of its beginning."""
    chosen = {"season": season, "pk": course and course.pk}
    courses = Course.objects.filter(**{name: value for name, value in chosen.items() if value is not None})
    courses_sql, courses_params = compiled(courses.order_by().values_list("id", "name"))
    days = {"day__gte": first, "day__lte": last}
    held = Lecture.objects.held().filter(**{name: value for name, value in days.items() if value is not None})
    in_order = ("day", "start_time", "lecture_number")
    place = Window(RowNumber(), partition_by=F("course_id"), order_by=in_order)
    lectures_sql, lectures_params = compiled(held.order_by().values_list("id", "course_id", "day", place))
    ways = _ONE_BY_ONE[connection.vendor]
    sql = _CHOSEN.format(courses=courses_sql, lectures=lectures_sql, begins=_BEGINS[connection.vendor][by])
    people = _PEOPLE.format(of_course=ways["of_course"])
    sql += rows.format(join=ways["join"], people=people, on=ways["on"].format(joined))
    return sql, (*courses_params, *lectures_params)
