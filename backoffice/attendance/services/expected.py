"""Who of the staff is expected: rows of the coming days for lectures and the rota, and what the clock makes of them.

The weekly job makes the rows of a week (`workers`). What is planned, moved or changed after it has run is put right at
once here, and a row that is there already is never made twice: an index stands behind it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.shared import audit
from backoffice.shared.states import advance

from ..events import announce_presence
from ..models import InstructorAttendance, SupervisorSchedule
from ..selectors import moment
from ..selectors.due import standing_unseen
from ..selectors.planned import open_days
from ..selectors.presence import EARLY
from .presence import hold_around, read, save_changed

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Actor = "CustomUser | None"

Kind = InstructorAttendance.Kind
Status = InstructorAttendance.Status
WAITING: Final = (Status.NOT_STARTED, Status.PENDING)
# The weekly job makes the rows of seven days (domain.md, Scheduled jobs); within these a change makes its own.
AHEAD: Final = dt.timedelta(days=7)
_DAY: Final = dt.timedelta(days=1)


def expect_instructors(lectures: Iterable[Lecture], by: Actor) -> None:
    """Rows for the instructors of lectures that were added within the coming days."""
    today = timezone.localdate()
    near = [one for one in lectures if today <= one.day < today + AHEAD and one.status != Lecture.Status.CANCELLED]
    InstructorAttendance.objects.bulk_create(
        [
            InstructorAttendance(
                instructor_id=lecture.instructor_id,
                kind=Kind.LECTURE,
                lecture=lecture,
                day=lecture.day,
                start_time=lecture.start_time,
                end_time=lecture.end_time,
            )
            for lecture in near
            if lecture.instructor_id
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def add_rows_of_rota(schedule: SupervisorSchedule) -> None:
    """Rows for hours that begin within the coming days; none on a holiday of all seasons."""
    now, today = timezone.now(), timezone.localdate()
    days = open_days([today + number * _DAY for number in range(AHEAD.days)])
    InstructorAttendance.objects.bulk_create(
        [
            InstructorAttendance(
                instructor_id=schedule.supervisor_id,
                kind=Kind.SUPERVISION,
                schedule=schedule,
                day=day,
                start_time=schedule.start_time,
                end_time=schedule.end_time,
            )
            for day in days
            if schedule.counts_on(day) and now < moment(day, schedule.start_time)
        ],
        ignore_conflicts=True,
    )


def follow_moved_lectures(lectures: Iterable[Lecture], by: Actor) -> None:
    """Who is expected at a lecture is expected on its new day and hour, or its new instructor in their place."""
    moved = {lecture.pk: lecture for lecture in lectures}
    expected = InstructorAttendance.objects.expected().select_for_update(of=("self",)).filter(lecture_id__in=moved)
    taken = set(InstructorAttendance.objects.filter(lecture_id__in=moved).values_list("lecture_id", "instructor_id"))
    for row in expected.order_by("pk"):
        lecture, before = moved[row.lecture_id], audit.snapshot(row)  # type: ignore[index]
        goes_to = (lecture.pk, lecture.instructor_id)
        # Nobody gives it now, or who does has a row of it already, from before it went to somebody else.
        if lecture.instructor_id is None or (row.instructor_id != lecture.instructor_id and goes_to in taken):
            row.delete()
            continue
        row.instructor_id = lecture.instructor_id
        row.day, row.start_time, row.end_time = lecture.day, lecture.start_time, lecture.end_time
        row.status = Status.NOT_STARTED
        row.save(update_fields=["instructor", "day", "start_time", "end_time", "status"])
        audit.record_changed(row, before, by=by)
    expect_instructors(moved.values(), by)


@transaction.atomic
def follow_the_rota(now: dt.datetime | None = None) -> int:
    """Bring the rows of today and yesterday up to the clock; returns how many changed. For a job every few minutes.

    Who is due is expected, unless a scan that was told before there was a row says that they are here; who hasn't come
    by the rota's minutes is absent. Lecturers become absent by the nightly job alone. Twice changes nothing.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    expected = InstructorAttendance.objects.expected().filter(day__gte=today - _DAY, day__lte=today)
    near = [row for row in expected.only("instructor", "day", "start_time") if now >= _may_come_from(row)]
    held = hold_around({row.instructor_id for row in near}, today, today)
    read(held, now)
    for row in held.rows:
        if row.status in WAITING and now >= moment(row.day, row.start_time):
            _follow_the_clock(row, now)
    changed = save_changed(held, by=None)
    announce_presence(changed)
    return len(changed)


def _may_come_from(row: InstructorAttendance) -> dt.datetime:
    return moment(row.day, row.start_time) - EARLY


def _follow_the_clock(row: InstructorAttendance, now: dt.datetime) -> None:
    standing = standing_unseen(row, now)
    if standing != row.status and not (row.kind == Kind.LECTURE and standing == Status.ABSENT):
        advance(row, standing)
