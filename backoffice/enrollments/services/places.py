"""What becomes of a place: suspended and resumed, completed, dropped, ended by a refund."""

import datetime as dt
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..events import seat_freed
from ..models import Enrollment
from .seats import give_seat_back, lock_course

Status = Enrollment.Status
_STANDING: Final = ("status", "status_reason", "ended_at")


@transaction.atomic
def suspend_enrollment(enrollment_id: UUID, *, by: CustomUser | None, reason: str = "") -> Enrollment:
    """Let a place rest; its seat stays taken."""
    return _move(_lock(enrollment_id), Status.SUSPENDED, by=by, reason=reason)


@transaction.atomic
def resume_enrollment(enrollment_id: UUID, *, by: CustomUser | None, reason: str = "") -> Enrollment:
    """Go on with a place that rested."""
    enrollment = _lock(enrollment_id)
    # From a place that was dropped the way back is `reactivate_enrollment`, which looks for a seat.
    if enrollment.status == Status.DROPPED:
        raise DomainError("illegal_step", _("The participant has left: give the place back instead."))
    return _move(enrollment, Status.ACTIVE, by=by, reason=reason)


@transaction.atomic
def complete_enrollment(enrollment_id: UUID, *, by: CustomUser | None, reason: str = "") -> Enrollment:
    """The participant finished the course; the seat stays theirs."""
    return _move(_lock(enrollment_id), Status.COMPLETED, by=by, reason=reason)


def complete_enrollments(day: dt.date) -> dict[str, int]:
    """Complete the active places of courses that are over by `day`; returns `courses` and `completed`.

    Each course in its own transaction. A place that is suspended stays so: nobody said that it was gone on with.
    """
    over = Course.objects.ended_before(day).values("pk")
    places = Enrollment.objects.filter(status=Status.ACTIVE, course__in=over).order_by("course")
    completed = [_complete_course(pk) for pk in places.values_list("course", flat=True).distinct()]
    return {"courses": len(completed), "completed": sum(completed)}


@transaction.atomic
def _complete_course(course_id: UUID) -> int:
    rows = Enrollment.objects.select_for_update(of=("self",), no_key=True)
    active = rows.filter(course=course_id, status=Status.ACTIVE).order_by("pk")
    entries, ended = [], []
    for enrollment in active.select_related("course", "child", "student__user"):
        before = audit.snapshot(enrollment)
        _stand(enrollment, Status.COMPLETED, reason="")
        changes = audit.difference(before, audit.snapshot(enrollment))
        entries.append(audit.entry(enrollment, audit.Action.TRANSITION, by=None, changes=changes))
        ended.append(enrollment)
    Enrollment.objects.bulk_update(ended, _STANDING, batch_size=500)
    audit.record_many(entries)
    return len(ended)


@transaction.atomic
def drop_enrollment(enrollment_id: UUID, *, by: CustomUser | None, reason: str = "") -> Enrollment:
    """The participant leaves, for a reason; the seat is free and the waiting list is called.

    Money stays where it is: what was paid goes back by a refund, what is owed can still be paid.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the participant leaves."), field="reason")
    return _leave(enrollment_id, Status.DROPPED, by=by, reason=reason)


@transaction.atomic
def end_refunded(enrollment_id: UUID, *, by: CustomUser | None, reason: str = "") -> Enrollment:
    """End a place of which all that was paid has gone back; the seat, if it still held one, is free."""
    return _leave(enrollment_id, Status.REFUNDED, by=by, reason=reason)


def _lock(enrollment_id: UUID) -> Enrollment:
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    return enrollment


def _leave(enrollment_id: UUID, status: str, *, by: CustomUser | None, reason: str) -> Enrollment:
    course = lock_course(Enrollment.objects.values_list("course_id", flat=True).get(pk=enrollment_id))
    enrollment = _lock(enrollment_id)
    held_seat = enrollment.holds_seat
    _move(enrollment, status, by=by, reason=reason)
    if held_seat:
        give_seat_back(course, by=by)
        seat_freed(enrollment, by)
    return enrollment


def _move(enrollment: Enrollment, status: str, *, by: CustomUser | None, reason: str) -> Enrollment:
    before = audit.snapshot(enrollment)
    _stand(enrollment, status, reason=reason)
    enrollment.save(update_fields=_STANDING)
    audit.record_changed(enrollment, before, by=by, action=audit.Action.TRANSITION, reason=enrollment.status_reason)
    return enrollment


def _stand(enrollment: Enrollment, status: str, *, reason: str) -> None:
    """The new status on the locked place; the caller saves the columns of `_STANDING`."""
    advance(enrollment, status)
    enrollment.status_reason = reason.strip()
    # A dropped place that is refunded later ended when the participant left.
    if status not in (Status.ACTIVE, Status.SUSPENDED) and enrollment.ended_at is None:
        enrollment.ended_at = timezone.now()
