"""Asking for a place, and taking the question back."""

import datetime as dt
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, CustomUser, StudentUser

from ..models import EnrollmentRequest, PaymentMethod
from ..selectors import must_wait, why_not, why_not_again, why_not_for
from .decisions import close_request
from .seats import call_waiting, lock_course

Status = EnrollmentRequest.Status
LATE = "registration_closed"
# How long a request waits for an answer before it expires (domain.md, Enrolments).
UNANSWERED_FOR: Final = dt.timedelta(days=7)


class _Answered(Exception):
    """Somebody decided on the request while it was about to expire."""


@transaction.atomic
def submit_request(
    *,
    course_id: UUID,
    by: CustomUser | None,
    child: Child | None = None,
    student: StudentUser | None = None,
    payment_method: str = "",
    notes: str = "",
    late: bool = False,
) -> EnrollmentRequest:
    """Ask for a place for a child or an adult student: pending, or on the waiting list when the course is full.

    `late` lets the office ask outside the registration window (a move from another course).

    Raises DomainError `course_inactive`, `course_ended`, `registration_closed`, `age_out_of_range`, `adults_only`,
    `children_only`, `not_your_child`, `not_you`, `request_open_already` or `has_place_already`.
    """
    participant = _the_one(child, student)
    if payment_method and payment_method not in PaymentMethod.values:
        raise DomainError("method_unknown", _("We don't know this payment method."), field="payment_method")
    course = lock_course(course_id)
    # Its capacity may have been raised in a form since: who waits is served first.
    call_waiting(course, by=by)
    for refusal in (
        *why_not_for(participant, by),
        *(one for one in why_not(course, participant, today=timezone.localdate()) if not late or one.code != LATE),
        *why_not_again(course, participant),
    ):
        raise refusal
    request = EnrollmentRequest(
        course=course,
        child=child,
        student=student,
        status=Status.WAITLISTED if must_wait(course) else Status.PENDING,
        requested_by=by,
        payment_method=payment_method,
        notes=notes,
    )
    request.save(force_insert=True)
    audit.record_created(request, by=by)
    return request


@transaction.atomic
def cancel_request(request_id: UUID, *, by: CustomUser | None, reason: str = "") -> EnrollmentRequest:
    """Take an open request back: the family its own, the office anybody's."""
    return close_request(request_id, Status.CANCELLED, by=by, reason=reason, check=_may_cancel)


@transaction.atomic
def expire_request(request_id: UUID, *, by: CustomUser | None = None) -> EnrollmentRequest:
    """Close a request that nobody answered in time; money that its sheet named stays written on it."""
    return close_request(request_id, Status.EXPIRED, by=by, reason="")


def expire_enrollment_requests(day: dt.date) -> dict[str, int]:
    """Expire what nobody answered in the seven days before `day`; returns `expired`.

    Each request in its own transaction under its course's lock; a seat that was kept for it goes to the next who waits.
    Counted from the day's first minute, so that a late run expires the same requests. Source: domain.md, Enrolments.
    """
    since = timezone.make_aware(dt.datetime.combine(day - UNANSWERED_FOR, dt.time.min))
    waiting = EnrollmentRequest.objects.unanswered_since(since).order_by("created_at", "pk")
    expired = sum(_expire_unanswered(request_id, since) for request_id in waiting.values_list("pk", flat=True))
    return {"expired": expired}


def _expire_unanswered(request_id: UUID, since: dt.datetime) -> int:
    """Expire the request, unless somebody decided on it in the meantime; 1 if it was."""

    def check(request: EnrollmentRequest, _by: CustomUser | None) -> None:
        if not EnrollmentRequest.objects.unanswered_since(since).filter(pk=request.pk).exists():
            raise _Answered

    try:
        with transaction.atomic():
            close_request(request_id, Status.EXPIRED, by=None, reason="", check=check)
    except _Answered:
        return 0
    return 1


def _the_one(child: Child | None, student: StudentUser | None) -> Child | StudentUser:
    if child is not None and student is None:
        return child
    if student is not None and child is None:
        return student
    raise DomainError("one_participant", _("Choose a child or an adult student, one of the two."), field="child")


def _may_cancel(request: EnrollmentRequest, by: CustomUser | None) -> None:
    if by is None or by.has_perm("enrollments.change_enrollmentrequest"):
        return
    if not EnrollmentRequest.objects.of_family(by).filter(pk=request.pk).exists():
        raise DomainError("not_your_request", _("This is not a request of your family."))
