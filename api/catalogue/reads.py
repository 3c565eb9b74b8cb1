"""Rows of the catalogue as the apps get them; what belongs to a page's rows is read for all of them at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request

from backoffice.attendance.selectors import Average, averages_of
from backoffice.courses.models import CourseSchedule, Tag
from backoffice.enrollments.selectors import takes_requests

from ..values import amount, public_file

type Row = Mapping[str, Any]
type ById = Mapping[UUID, list[dict[str, Any]]]

COURSE_AS_IT_IS: Final = (
    "id", "slug", "name", "description", "start_date", "end_date", "num_lectures", "capacity", "for_adults", "min_age",
    "max_age", "registration_opens", "registration_closes",
)  # fmt: skip
COURSE_COLUMNS: Final = (
    *COURSE_AS_IT_IS, "price", "free", "season_id", "season__name", "season__type", "season__end_date", "instructor_id",
    "instructor__image", "instructor__user__first_name", "instructor__user__last_name", "room__name",
)  # fmt: skip
INSTRUCTOR_COLUMNS: Final = ("pk", "bio", "image", "user__first_name", "user__last_name")


def courses(rows: Sequence[Row], request: Request) -> list[dict[str, Any]]:
    """Courses, of COURSE_COLUMNS; two more queries."""
    keys = [row["id"] for row in rows]
    today, rooms = timezone.localdate(), {row["id"]: row["room__name"] for row in rows}
    hours, tags = _hours(rooms), _tags("course_id", Tag.courses.through, keys)
    return [
        {name: row[name] for name in COURSE_AS_IT_IS}
        | {
            "season": {"id": row["season_id"], "name": row["season__name"], "type": row["season__type"]},
            "instructor": _instructor_of(row, request),
            "tags": tags[row["id"]],
            "schedules": hours[row["id"]],
            "price": amount(row["price"]),
            "seats_left": row["free"],
            "is_open": _is_open(row, today),
        }
        for row in rows
    ]


def instructors(rows: Sequence[Row], request: Request) -> list[dict[str, Any]]:
    """Instructors, of INSTRUCTOR_COLUMNS; three more queries."""
    keys = [row["pk"] for row in rows]
    tags, ratings = _tags("instructor_id", Tag.instructors.through, keys), averages_of(keys)
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
    hours = CourseSchedule.objects.filter(course_id__in=rooms).order_by("weekday", "start_time")
    for course, weekday, start, end, room in hours.values_list(
        "course_id", "weekday", "start_time", "end_time", "room__name"
    ):
        hour = {"weekday": weekday, "start_time": start, "end_time": end, "room": room or rooms[course]}
        found[course].append(hour)
    return found


def _tags(column: str, through: Any, keys: Collection[UUID]) -> ById:
    """Tags by whatever carries them."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = through.objects.filter(**{f"{column}__in": keys}).order_by("tag__name")
    for key, tag, name in rows.values_list(column, "tag_id", "tag__name"):
        found[key].append({"id": tag, "name": name})
    return found
