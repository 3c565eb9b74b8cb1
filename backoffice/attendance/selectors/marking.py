"""A lecture's list, and who may mark it."""

import datetime as dt
import enum
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

    @property
    def absent(self) -> int:
        """Who is marked absent."""
        return self.expected - self.came - self.unmarked


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
        .select_related("child", "student__user", "marked_by")
        .order_by("child__name", "student__user__first_name", "pk")
    )


class Marking(enum.StrEnum):
    """Whether a lecture can be marked by a person at a moment."""

    OPEN = "open"
    EARLY = "early"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class MarkingTime:
    """When a person may mark a lecture: `until` is None for those who may mark any past one."""

    state: Marking
    begins: dt.datetime
    until: dt.datetime | None


def marking_time(lecture: Lecture, user: "CustomUser", *, now: dt.datetime | None = None) -> MarkingTime:
    """When a person to whom the lecture is shown may mark it, and how that stands now."""
    now, begins = now or timezone.now(), lecture_begins(lecture)
    if lecture.status == Lecture.Status.CANCELLED:
        state = Marking.CANCELLED
    elif now < begins:
        state = Marking.EARLY
    else:
        state = Marking.OPEN if may_mark(lecture, user, now=now) else Marking.OVER
    return MarkingTime(state, begins, may_mark_until(lecture, user))


@dataclass(frozen=True)
class LectureToMark:
    """A lecture with its counts and the time in which the person marks it."""

    lecture: Lecture
    counts: Counts
    time: MarkingTime


def lectures_to_mark(user: "CustomUser", *, now: dt.datetime | None = None) -> list[LectureToMark]:
    """The person's lectures of today, and those of yesterday on which somebody isn't marked yet; two queries.

    The night's job marks yesterday's absent, so one that still lacks marks was missed or is still within its time.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    mine: QuerySet[Lecture] = Lecture.objects.visible_to(user).held().filter(day__in=[today - dt.timedelta(1), today])
    lectures = list(mine.select_related("course", "room", "instructor__user").order_by("day", "start_time", "pk"))
    counts = counts_of([lecture.pk for lecture in lectures])
    rows = [
        LectureToMark(lecture, counts.get(lecture.pk, Counts()), marking_time(lecture, user, now=now))
        for lecture in lectures
    ]
    return [row for row in rows if row.lecture.day == today or (row.counts.unmarked and row.time.state == Marking.OPEN)]
