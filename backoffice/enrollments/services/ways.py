"""Further ways to a seat: the office's own, back after leaving, and from one course to another."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import Child, CustomUser, StudentUser

from ..events import enrollment_moving, enrollment_transferred, seat_taken
from ..models import Enrollment, EnrollmentRequest
from ..pricing import Discount
from ..selectors import free_seats, why_not_again, why_not_running
from .decisions import give_place
from .places import drop_enrollment
from .requests import submit_request
from .seats import call_waiting, lock_course, take_seat


@transaction.atomic
def enrol_directly(
    *,
    course_id: UUID,
    by: CustomUser | None,
    child: Child | None = None,
    student: StudentUser | None = None,
    discount: Discount | None = None,
    payment_method: str = "",
    notes: str = "",
    overbook_reason: str = "",
) -> Enrollment:
    """Ask for a place and give it in one step; a course without a free seat, or with people waiting, refuses.

    Raises what `submit_request` and `accept_request` raise, `course_full` among it.
    """
    request = submit_request(
        course_id=course_id, by=by, child=child, student=student, payment_method=payment_method, notes=notes
    )
    _refuse_waiting(request, overbook_reason)
    above = overbook_reason.strip()
    return give_place(request.pk, course_id=course_id, by=by, discount=discount, overbook_reason=above)


@transaction.atomic
def reactivate_enrollment(enrollment_id: UUID, *, by: CustomUser | None, reason: str) -> Enrollment:
    """Give a dropped place back at its old price, if a seat is free and nobody waits for it.

    Raises DomainError `reason_missing`, `illegal_step`, `course_full`, `course_inactive`, `course_ended`,
    `has_place_already` or `request_open_already`.
    """
    reason = _given(reason, _("Say why the place is given back."))
    course = lock_course(Enrollment.objects.values_list("course_id", flat=True).get(pk=enrollment_id))
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    # After the lock, for an offer that lapses may take a receipt number: counters are locked last.
    call_waiting(course, by=by)
    if enrollment.status != Enrollment.Status.DROPPED:
        raise DomainError("illegal_step", _("Only a place that was dropped is given back."))
    before = audit.snapshot(enrollment)
    advance(enrollment, Enrollment.Status.ACTIVE)
    for refusal in (
        *why_not_running(course, today=timezone.localdate()),
        *why_not_again(course, enrollment.participant),  # type: ignore[arg-type]
    ):
        raise refusal
    if not free_seats(course):
        raise _full(course)
    take_seat(course)
    enrollment.status_reason = reason
    enrollment.ended_at = None
    enrollment.save(update_fields=["status", "status_reason", "ended_at"])
    audit.record_changed(enrollment, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    seat_taken(enrollment, by)
    return enrollment


@transaction.atomic
def transfer_enrollment(enrollment_id: UUID, *, course_id: UUID, by: CustomUser | None, reason: str) -> Enrollment:
    """Move a participant to another course at its price of today; the old seat is offered to who waits for it.

    Registration may be over there; all other rules of the course hold. Returns the new place. Raises DomainError
    `reason_missing`, `same_course`, `illegal_step`, `course_full`, or what `submit_request` and a hook refuse.
    """
    reason = _given(reason, _("Say why the participant moves."))
    old_course_id = Enrollment.objects.values_list("course_id", flat=True).get(pk=enrollment_id)
    if old_course_id == course_id:
        raise DomainError("same_course", _("The participant is in this course already."), field="course")
    for one in sorted((old_course_id, course_id)):
        lock_course(one)
    old: Enrollment = Enrollment.objects.lock(enrollment_id)
    if old.status not in (Enrollment.Status.ACTIVE, Enrollment.Status.SUSPENDED):
        raise DomainError("illegal_step", _("Only a place that is held and not completed can be moved."))
    enrollment_moving(old, by)
    request = submit_request(course_id=course_id, by=by, child=old.child, student=old.student, notes=reason, late=True)
    _refuse_waiting(request, "")
    new = give_place(request.pk, course_id=course_id, by=by, discount=None, overbook_reason="")
    old = drop_enrollment(old.pk, by=by, reason=reason)
    # The last step, for it moves money (which is locked already).
    enrollment_transferred(old, new, by)
    return new


def _refuse_waiting(request: EnrollmentRequest, overbook_reason: str) -> None:
    if request.status == EnrollmentRequest.Status.WAITLISTED and not overbook_reason.strip():
        raise _full(request.course)


def _full(course: Course) -> DomainError:
    message = _("No seat is free in “%(course)s”, or others wait for it.") % {"course": course}
    return DomainError("course_full", message, field="course")


def _given(reason: str, sentence: "object") -> str:
    if not reason.strip():
        raise DomainError("reason_missing", str(sentence), field="reason")
    return reason.strip()
