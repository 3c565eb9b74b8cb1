"""Live events: recorded in the transaction of the change, sent when it is committed.

The table is the truth and the channel layer a doorbell. Whoever listens sees a gap in the cursors, or asks after a
while, and reads the table: a layer that is down or restarted loses nothing.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.shared import counters
from backoffice.shared.queue import enqueue_on_commit

from .models import AttendanceEvent, InstructorAttendance, LectureAttendance
from .selectors import Counts, counts_of

_log = logging.getLogger(__name__)

# The group of the channel layer that every listening process joins once, and the type of its messages.
GROUP: Final = "attendance"
MESSAGE: Final = "attendance.events"
# Larger than any batch of scans; past it the listeners read the table.
_AT_ONCE: Final = 1_000
# Seconds that a change waits for the layer, and seconds for which it isn't asked after it failed.
_PATIENCE: Final = 1.0
_REST: Final = 5.0


def announce_marks(rows: Sequence[LectureAttendance]) -> None:
    """Tell of marked rows, which come with their lectures, and how the lists stand now.

    Last in the transaction: it takes a counter.
    """
    lectures = {row.lecture_id: row.lecture for row in rows}
    counts = counts_of(lectures) if lectures else {}
    summaries = [_summary(lecture, counts.get(pk, Counts())) for pk, lecture in lectures.items()]
    _record([*(_mark(row.lecture, row) for row in rows), *summaries])


def announce_presence(rows: Iterable[InstructorAttendance]) -> None:
    """Tell of instructors who came, left or were corrected. Last in the transaction: it takes a counter."""
    _record([_presence(row) for row in rows])


def announce_summaries(lecture_ids: Iterable[UUID]) -> None:
    """Tell how the lists of lectures stand now, after work in bulk. Last in the transaction: it takes a counter."""
    ids = list(lecture_ids)
    counts = counts_of(ids)
    lectures = Lecture.objects.filter(pk__in=ids).order_by("pk")
    _record([_summary(lecture, counts.get(lecture.pk, Counts())) for lecture in lectures])


def resolve_codes_of_staff(instructor_id: UUID) -> None:
    """Have the worker give an instructor the scans that waited with the new numbers.

    Not at once: that holds every device, and whoever enters the numbers holds the instructor already.
    """
    from .services import cards

    enqueue_on_commit(cards.resolve_codes_of_staff, instructor_id)


def send(events: Sequence[AttendanceEvent]) -> None:
    """Ring the listeners' doorbell with the events and note that it rang.

    Raises what the layer raises, TimeoutError when it doesn't answer, and LayerRests for some seconds after either.
    """
    told = [_on_the_layer(event) for event in events] if len(events) <= _AT_ONCE else []
    _circuit.call(get_channel_layer(), {"type": MESSAGE, "events": told, "last": events[-1].cursor})
    cursors = [event.cursor for event in events]
    AttendanceEvent.objects.filter(cursor__in=cursors, sent_at=None).update(sent_at=timezone.now())


class LayerRests(Exception):
    """The layer failed a moment ago: nobody waits for it again just yet."""


class _Circuit:
    """Lets a layer that fails or hangs hold up one request, and not each of the next seconds."""

    def __init__(self) -> None:
        self.closed_again_at = 0.0

    def call(self, layer: Any, message: dict[str, Any]) -> None:
        """Ring, or say at once that it is no use."""
        if time.monotonic() < self.closed_again_at:
            raise LayerRests
        try:
            # On the server's own event loop where there is one, by the connection that it has.
            async_to_sync(_ring)(layer, message)
        except Exception:
            # Whatever it was, nobody else waits for it now; the caller is told.
            self.closed_again_at = time.monotonic() + _REST
            raise


_circuit: Final = _Circuit()


async def _ring(layer: Any, message: dict[str, Any]) -> None:
    async with asyncio.timeout(_PATIENCE):
        await layer.group_send(GROUP, message)


def from_the_layer(told: dict[str, Any]) -> AttendanceEvent:
    """The event again, from what `send` put on the layer."""
    return AttendanceEvent(**{name: UUID(told[name]) if told[name] else None for name in _IDS}, **told["rest"])


_IDS: Final = ("lecture_id", "teacher_id", "child_id", "student_id", "instructor_id")


def _on_the_layer(event: AttendanceEvent) -> dict[str, Any]:
    ids = {name: str(value) if (value := getattr(event, name)) else None for name in _IDS}
    return ids | {"rest": {"cursor": event.cursor, "type": event.type, "data": event.data}}


def _record(events: list[AttendanceEvent]) -> None:
    if not events:
        return
    first = counters.take(AttendanceEvent.COUNTER, len(events))
    for cursor, event in enumerate(events, first):
        event.cursor = cursor
    AttendanceEvent.objects.bulk_create(events, batch_size=500)
    transaction.on_commit(partial(_send_now, events))


def _send_now(events: Sequence[AttendanceEvent]) -> None:
    """The change is committed whatever becomes of this; the worker sends again what stays unsent."""
    try:
        send(events)
    except LayerRests:
        return
    except Exception as error:
        _log.warning("events from %d on were not sent, the worker will: %r", events[0].cursor, error)


def _mark(lecture: Lecture, row: LectureAttendance) -> AttendanceEvent:
    by = row.marked_by
    return AttendanceEvent(
        type=AttendanceEvent.Type.ATTENDANCE,
        lecture_id=lecture.pk,
        teacher_id=lecture.instructor_id,
        child_id=row.child_id,
        student_id=row.student_id,
        data={
            "lecture": str(lecture.pk),
            "course": str(lecture.course_id),
            "participant": str(row.participant_key),
            "present": row.present,
            "rating": None if row.rating is None else f"{row.rating:.2f}",
            "marked_by": {"id": str(by.pk), "name": str(by)} if by else None,
            "marked_via": row.marked_via,
            "at": _iso(row.marked_at),
        },
    )


def _presence(row: InstructorAttendance) -> AttendanceEvent:
    return AttendanceEvent(
        type=AttendanceEvent.Type.STAFF,
        lecture_id=row.lecture_id,
        instructor_id=row.instructor_id,
        data={
            "attendance": row.pk,
            "instructor": {"id": str(row.instructor_id), "name": str(row.instructor)},
            "kind": row.kind,
            "lecture": str(row.lecture_id) if row.lecture_id else None,
            "day": row.day.isoformat(),
            "status": row.status,
            "check_in": _iso(row.check_in),
            "check_out": _iso(row.check_out),
            "late_minutes": row.late_minutes,
            "at": timezone.localtime().isoformat(),
        },
    )


def _summary(lecture: Lecture, counts: Counts) -> AttendanceEvent:
    return AttendanceEvent(
        type=AttendanceEvent.Type.SUMMARY,
        lecture_id=lecture.pk,
        teacher_id=lecture.instructor_id,
        data={
            "lecture": str(lecture.pk),
            "course": str(lecture.course_id),
            "expected": counts.expected,
            "present": counts.came,
            "absent": counts.expected - counts.came - counts.unmarked,
            "unmarked": counts.unmarked,
        },
    )


def _iso(at: Any) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
