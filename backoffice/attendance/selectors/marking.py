"""A lecture's list, and who may mark it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from backoffice.courses.models import Lecture

from ..models import LectureAttendance

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
    if marks_any_lecture(user):
        return True
    gives_it = lecture.instructor_id == user.pk
    return gives_it and now <= _window_closes(lecture)


def may_mark_until(lecture: Lecture, user: "CustomUser") -> dt.datetime | None:
    """When the person's time to mark the lecture is over; None for those who may mark any past one."""
    return None if marks_any_lecture(user) else _window_closes(lecture)


def marks_any_lecture(user: "CustomUser") -> bool:
    """Supervisors and managers."""
    return user.has_perm("attendance.view_instructorattendance") and user.has_perm(
        "attendance.change_lectureattendance"
    )


def _window_closes(lecture: Lecture) -> dt.datetime:
    return moment(lecture.day, lecture.end_time) + MARKING_WINDOW


def with_counts(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Lectures with `expected`, `came` and `unmarked`."""
    return lectures.annotate(
        expected=Count("attendance"),
        came=Count("attendance", filter=Q(attendance__present=True)),
        unmarked=Count("attendance", filter=Q(attendance__present__isnull=True)),
    )


@dataclass(frozen=True)
class Counts:
    """Of one lecture's list: how many stand on it, came, and are not marked."""

    expected: int = 0
    came: int = 0
    unmarked: int = 0


def counts_of(lecture_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """How the lists of many lectures stand, in one query; a lecture without a list isn't in it."""
    rows = LectureAttendance.objects.filter(lecture__in=lecture_ids).order_by().values_list("lecture")
    counted = rows.annotate(
        expected=Count("pk"), came=Count("pk", filter=Q(present=True)), unmarked=Count("pk", filter=Q(present=None))
    )
    return {pk: Counts(*counts) for pk, *counts in counted}


def roster(lecture: Lecture) -> QuerySet[LectureAttendance]:
    """The lecture's list of participants, by name."""
    return (
        LectureAttendance.objects.filter(lecture=lecture)
        .select_related("child", "student__user")
        .order_by("child__name", "student__user__first_name")
    )
