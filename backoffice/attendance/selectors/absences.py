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
# PostgreSQL takes one course after the other, whose marks are grouped in memory and found by the index of its lectures;
# all at once they would be grouped on disk. SQLite knows no LATERAL, and goes through them together.
_WAYS: Final = {
    "postgresql": {
        "join": "JOIN LATERAL",
        "on": "true",
        "of_course": "lecture.course_id = course.id",
        "keyed": "",
        "gathered": "array_agg",
        "each_missed": "unnest(missed) place (value)",
    },
    "sqlite": {
        "join": "JOIN",
        "on": "{0}.course_id = course.id",
        "of_course": "lecture.course_id IN (SELECT id FROM course)",
        "keyed": "course_id,",
        "gathered": "json_group_array",
        "each_missed": "json_each(missed) place",
    },
}
_CHOSEN: Final = """
WITH course AS ({courses}),
lecture (id, course_id, day, place, part) AS NOT MATERIALIZED (SELECT held.*, {begins} part FROM ({lectures}) held)
"""
# How many a participant missed running when a part of the period ended, in two ways. Of a whole period the places of
# the lectures they missed are gathered, and those after the last they came to are counted: the marks need no order.
_AS_A_WHOLE: Final = """(
SELECT marked.*, {begins} part, (SELECT count(*) FROM {each_missed} WHERE place.value > seen) running
FROM (
    SELECT {keyed} coalesce(child_id, student_id) person, min(day) first_day, count(*) marked,
        count(*) FILTER (WHERE present) came, coalesce(max(place) FILTER (WHERE present), 0) seen,
        {gathered}(place) FILTER (WHERE NOT present) missed
    FROM lecture JOIN attendance_lectureattendance mark ON mark.lecture_id = lecture.id
    WHERE {of_course} AND present IS NOT NULL GROUP BY {keyed} person
) marked
) people"""
# Of its parts, misses are counted in order of time across them. A part's count, less what it was at the last lecture
# they came to so far, is how many it is.
_IN_PARTS: Final = """(
SELECT {keyed} person, part, min(day) first_day, count(*) marked, count(*) FILTER (WHERE present) came,
    max(missed) - coalesce(max(max(missed) FILTER (WHERE present)) OVER (
        PARTITION BY {keyed} person ORDER BY part
    ), 0) running
FROM (
    SELECT {keyed} coalesce(child_id, student_id) person, part, day, present,
        count(*) FILTER (WHERE NOT present) OVER (
            PARTITION BY {keyed} coalesce(child_id, student_id) ORDER BY place ROWS UNBOUNDED PRECEDING
        ) missed
    FROM lecture JOIN attendance_lectureattendance mark ON mark.lecture_id = lecture.id
    WHERE {of_course} AND present IS NOT NULL
) marked GROUP BY {keyed} person, part
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
    SELECT {keyed} part, min(first_day) first_day, count(*) participants, sum(marked) marked, sum(came) came,
        count(*) FILTER (WHERE running >= %s) running
    FROM {people} GROUP BY {keyed} part
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
    ways = _WAYS[connection.vendor] | {"begins": _BEGINS[connection.vendor][by]}
    ways["people"] = (_AS_A_WHOLE if by == "whole" else _IN_PARTS).format_map(ways)
    ways["on"] = ways["on"].format(joined)
    sql = (_CHOSEN + rows).format_map(ways | {"courses": courses_sql, "lectures": lectures_sql})
    return sql, (*courses_params, *lectures_params)
