"""Reads of attendance across lectures and people."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from backoffice.courses.models import Lecture

from .models import LectureAttendance, ParentInstructorRating, StudentInstructorRating

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

# The lecture's own instructor may mark from its start until a day after it (domain.md, Attendance).
MARKING_WINDOW = dt.timedelta(hours=24)


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """The instant of the centre's wall clock on a day."""
    return timezone.make_aware(dt.datetime.combine(day, time))


def lecture_begins(lecture: Lecture) -> dt.datetime:
    """The instant the lecture begins."""
    return moment(lecture.day, lecture.start_time)


def may_mark(lecture: Lecture, user: "CustomUser", *, now: dt.datetime | None = None) -> bool:
    """Whether the person may mark the lecture now.

    Its instructor from its start until 24 hours after its end; supervisors and managers any lecture that has begun;
    nobody a lecture to come, and nobody a cancelled one (domain.md, Attendance).
    """
    now = now or timezone.now()
    if lecture.status == Lecture.Status.CANCELLED or now < lecture_begins(lecture):
        return False
    if user.has_perm("attendance.view_instructorattendance") and user.has_perm("attendance.change_lectureattendance"):
        return True
    gives_it = lecture.instructor_id == user.pk
    return gives_it and now <= moment(lecture.day, lecture.end_time) + MARKING_WINDOW


def with_counts(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Lectures with `expected`, `came` and `unmarked`."""
    return lectures.annotate(
        expected=Count("attendance"),
        came=Count("attendance", filter=Q(attendance__present=True)),
        unmarked=Count("attendance", filter=Q(attendance__present__isnull=True)),
    )


def roster(lecture: Lecture) -> QuerySet[LectureAttendance]:
    """The lecture's list of participants, by name."""
    return (
        LectureAttendance.objects.filter(lecture=lecture)
        .select_related("child", "student__user")
        .order_by("child__name", "student__user__first_name")
    )


@dataclass(frozen=True)
class Average:
    """What an instructor's ratings come to, of students and parents together; None without one."""

    rating: Decimal | None
    count: int


def averages_of(instructors: Collection[UUID]) -> dict[UUID, Average]:
    """The average rating of each of these who has one; two queries, however many they are."""
    sums: dict[UUID, tuple[Decimal, int]] = {}
    for ratings in (StudentInstructorRating, ParentInstructorRating):
        rows = ratings.objects.filter(instructor_id__in=instructors).order_by().values_list("instructor_id")
        for key, total, count in rows.annotate(Sum("rating"), Count("pk")):
            so_far, counted = sums.get(key, (Decimal(0), 0))
            sums[key] = (so_far + total, counted + count)
    return {key: Average(total / count, count) for key, (total, count) in sums.items()}
