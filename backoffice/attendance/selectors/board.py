"""The live board: a day's lectures, who is missing, who of the staff is there, and how the devices do."""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format

from backoffice.courses.models import Lecture

from ..models import Device, InstructorAttendance, LectureAttendance
from .devices import state_of
from .marking import Counts, counts_of, moment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from backoffice.users.models import CustomUser


class Phase(enum.StrEnum):
    """Where a lecture stands at a moment."""

    RUNNING = "running"
    NEXT = "next"
    OVER = "over"
    CANCELLED = "cancelled"


class Presence(enum.StrEnum):
    """How one of the staff stands at a moment, in the board's words."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"
    # Due, and not here.
    MISSING = "missing"
    EXPECTED = "expected"
    LEFT = "left"


@dataclass(frozen=True)
class Missing:
    """A participant who isn't marked present; `absent` when somebody has said so."""

    participant: str
    name: str
    absent: bool


@dataclass(frozen=True)
class Staff:
    """One time at which one of the staff is due."""

    row: InstructorAttendance
    presence: Presence


@dataclass(frozen=True)
class BoardLecture:
    """A lecture as the board shows it; `staff` is None when nobody is due or the viewer may not see it."""

    lecture: Lecture
    phase: Phase
    counts: Counts
    missing: Sequence[Missing]
    staff: Staff | None


@dataclass(frozen=True)
class BoardDevice:
    """A reader at a door and how it does."""

    device: Device
    # online, clock, silent or new, and the same in words.
    state: str
    words: "StrOrPromise"

    @property
    def minutes_off(self) -> int:
        """By how many minutes its clock is off, ahead or behind; at least one."""
        return max(1, round(abs(self.device.clock_offset_seconds or 0) / 60))

    @property
    def since(self) -> str:
        """When it was heard of last: the hour of today, or the day."""
        seen = timezone.localtime(self.device.last_seen_at)
        today = seen.date() == timezone.localdate()
        return date_format(seen, "TIME_FORMAT" if today else "SHORT_DATE_FORMAT")


@dataclass(frozen=True)
class Board:
    """A day at the centre; `rota` and `devices` are None for those who may not see them."""

    day: dt.date
    now: dt.datetime
    lectures: Sequence[BoardLecture]
    rota: Sequence[Staff] | None
    devices: Sequence[BoardDevice] | None

    def in_phase(self, phase: Phase) -> list[BoardLecture]:
        """The lectures that stand there."""
        return [one for one in self.lectures if one.phase == phase]

    @property
    def counts(self) -> Counts:
        """Of all lectures that have begun, together."""
        begun = [one.counts for one in self.lectures if one.phase in (Phase.RUNNING, Phase.OVER)]
        return Counts(sum(c.expected for c in begun), sum(c.came for c in begun), sum(c.unmarked for c in begun))


def board_of(user: "CustomUser", day: dt.date, *, now: dt.datetime | None = None) -> Board:
    """The day as far as the person may see it: their own lectures for an instructor; at most five queries."""
    now = now or timezone.now()
    visible = Lecture.objects.visible_to(user).on(day).select_related("course", "room", "instructor__user")
    lectures = list(visible.order_by("start_time", "course__name", "pk"))
    phases = {lecture.pk: phase_of(lecture, now) for lecture in lectures}
    counts = counts_of(phases)
    missing = _missing([pk for pk, phase in phases.items() if phase in (Phase.RUNNING, Phase.OVER)])
    staff = _staff(user, day, now)
    of_lecture = {(one.row.lecture_id, one.row.instructor_id): one for one in staff}
    return Board(
        day=day,
        now=timezone.localtime(now),
        lectures=[
            BoardLecture(
                lecture,
                phases[lecture.pk],
                counts.get(lecture.pk, Counts()),
                missing[lecture.pk],
                of_lecture.get((lecture.pk, lecture.instructor_id)),
            )
            for lecture in lectures
        ],
        rota=_rota(staff) if user.has_perm("attendance.view_instructorattendance") else None,
        devices=_devices(now) if user.has_perm("attendance.view_device") else None,
    )


def phase_of(lecture: Lecture, now: dt.datetime) -> Phase:
    """Where the lecture stands on the centre's clock."""
    if lecture.status == Lecture.Status.CANCELLED:
        return Phase.CANCELLED
    if now < moment(lecture.day, lecture.start_time):
        return Phase.NEXT
    return Phase.RUNNING if now <= moment(lecture.day, lecture.end_time) else Phase.OVER


def presence_of(row: InstructorAttendance, now: dt.datetime) -> Presence:
    """How the row stands at a moment: who is due and hasn't come is missing, before the night's job says absent."""
    if row.status in (row.Status.NOT_STARTED, row.Status.PENDING):
        if now < moment(row.day, row.start_time):
            return Presence.EXPECTED
        return Presence.MISSING if now <= moment(row.day, row.end_time) else Presence.ABSENT
    if row.check_out and row.status != row.Status.ABSENT:
        return Presence.LEFT
    return Presence(row.status)


def _missing(lecture_ids: list[UUID]) -> dict[UUID, list[Missing]]:
    """Who isn't marked present at lectures that have begun, by name."""
    rows = LectureAttendance.objects.filter(Q(present=None) | Q(present=False), lecture__in=lecture_ids)
    named = rows.select_related("child", "student__user").order_by("child__name", "student__user__first_name", "pk")
    missing = defaultdict(list)
    for row in named:
        who = Missing(str(row.participant_key), str(row.participant), absent=row.present is False)
        missing[row.lecture_id].append(who)
    return missing


def _staff(user: "CustomUser", day: dt.date, now: dt.datetime) -> list[Staff]:
    """All of the staff who are due on the day; oneself alone for who may see no others."""
    rows = InstructorAttendance.objects.filter(day=day).select_related("instructor__user", "schedule")
    if not user.has_perm("attendance.view_instructorattendance"):
        rows = rows.filter(instructor=user.pk)
    return [Staff(row, presence_of(row, now)) for row in rows.order_by("start_time", "instructor__user__first_name")]


def _rota(staff: Sequence[Staff]) -> list[Staff]:
    return [one for one in staff if one.row.kind == InstructorAttendance.Kind.SUPERVISION]


def _devices(now: dt.datetime) -> list[BoardDevice]:
    """The readers that are in use; who was heard of last stands first."""
    rows = Device.objects.filter(is_active=True).order_by(F("last_seen_at").desc(nulls_last=True), "name")
    return [BoardDevice(device, *state_of(device, now)) for device in rows]
