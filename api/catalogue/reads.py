"""Rows of the catalogue as the apps get them; what belongs to a page's rows is read for all of them at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request

from backoffice.attendance.selectors import Average, averages_of
from backoffice.courses.models import Course, CourseSchedule, Tag
from backoffice.enrollments.selectors import takes_requests, with_free_seats
from backoffice.shared.statements import KeptStatement

from ..values import amount, public_file

type Row = Mapping[str, Any]
type ById = Mapping[UUID, list[dict[str, Any]]]

COURSE_COLUMNS: Final = (
    "id", "slug", "name", "description", "start_date", "end_date", "num_lectures", "price", "capacity", "free",
    "for_adults", "min_age", "max_age", "registration_opens", "registration_closes", "season_id", "season__name",
    "season__type", "season__end_date", "instructor_id", "instructor__image", "instructor__user__first_name",
    "instructor__user__last_name", "room__name",
)  # fmt: skip
INSTRUCTOR_COLUMNS: Final = ("pk", "bio", "image", "user__first_name", "user__last_name")


def courses_that_run() -> QuerySet[Any]:
    """Active courses, the latest first, with the seats that can be given away."""
    return with_free_seats(Course.objects.active()).order_by("-start_date", "name", "pk")


COURSES: Final = KeptStatement(lambda: courses_that_run().values(*COURSE_COLUMNS))
_HOURS: Final = KeptStatement(
    lambda ids: (
        CourseSchedule.objects.filter(course__pk__in=ids)
        .order_by("weekday", "start_time")
        .values_list("course_id", "weekday", "start_time", "end_time", "room__name")
    )
)
_TAGS_OF_COURSES: Final = KeptStatement(
    lambda ids: (
        Tag.courses.through.objects.filter(course__pk__in=ids)
        .order_by("tag__name")
        .values_list("course_id", "tag_id", "tag__name")
    )
)
_TAGS_OF_INSTRUCTORS: Final = KeptStatement(
    lambda ids: (
        Tag.instructors.through.objects.filter(instructor__user__pk__in=ids)
        .order_by("tag__name")
        .values_list("instructor_id", "tag_id", "tag__name")
    )
)


def courses(rows: Sequence[Row], request: Request) -> list[dict[str, Any]]:
    """Courses, of COURSE_COLUMNS; two more queries."""
    keys = [row["id"] for row in rows]
    today, rooms = timezone.localdate(), {row["id"]: row["room__name"] for row in rows}
    hours, tags = _hours(rooms), _tags(_TAGS_OF_COURSES, keys)
    return [
        {
            "id": row["id"],
            "slug": row["slug"],
            "name": row["name"],
            "description": row["description"],
            "season": {"id": row["season_id"], "name": row["season__name"], "type": row["season__type"]},
            "instructor": _instructor_of(row, request),
            "tags": tags[row["id"]],
            "schedules": hours[row["id"]],
            "start_date": row["start_date"],
            "end_date": row["end_date"],
            "num_lectures": row["num_lectures"],
            "price": amount(row["price"]),
            "capacity": row["capacity"],
            "seats_left": row["free"],
            "is_open": _is_open(row, today),
            "for_adults": row["for_adults"],
            "min_age": row["min_age"],
            "max_age": row["max_age"],
            "registration_opens": row["registration_opens"],
            "registration_closes": row["registration_closes"],
        }
        for row in rows
    ]


def instructors(rows: Sequence[Row], request: Request) -> list[dict[str, Any]]:
    """Instructors, of INSTRUCTOR_COLUMNS; three more queries."""
    keys = [row["pk"] for row in rows]
    tags, ratings = _tags(_TAGS_OF_INSTRUCTORS, keys), averages_of(keys)
    nobody = Average(None, 0)
    return [
        {
            "id": row["pk"],
            "name": f"{row['user__first_name']} {row['user__last_name']}".strip(),
            "bio": row["bio"],
            "image": public_file(row["image"], request),
            "tags": tags[row["pk"]],
            "rating": _two_decimals(ratings.get(row["pk"], nobody)),
            "ratings": ratings.get(row["pk"], nobody).count,
        }
        for row in rows
    ]


def _two_decimals(average: Average) -> str | None:
    return None if average.rating is None else amount(average.rating)


def _instructor_of(row: Row, request: Request) -> dict[str, Any] | None:
    if row["instructor_id"] is None:
        return None
    name = f"{row['instructor__user__first_name']} {row['instructor__user__last_name']}".strip()
    return {"id": row["instructor_id"], "name": name, "image": public_file(row["instructor__image"], request)}


def _is_open(row: Row, today: dt.date) -> bool:
    last_day = row["end_date"] or row["season__end_date"]
    return takes_requests(today, last_day=last_day, opens=row["registration_opens"], closes=row["registration_closes"])


def _hours(rooms: Mapping[UUID, str | None]) -> ById:
    """Weekly hours by course; each in its own room, or else in the course's."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for course, weekday, start, end, room in _HOURS.rows(ids=list(rooms)):
        hour = {"weekday": weekday, "start_time": start, "end_time": end, "room": room or rooms[course]}
        found[course].append(hour)
    return found


def _tags(statement: KeptStatement, keys: Sequence[UUID]) -> ById:
    """Tags by whatever carries them."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for key, tag, name in statement.rows(ids=keys):
        found[key].append({"id": tag, "name": name})
    return found
