"""Deciding on a request: a seat is given, or refused with a reason."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.shared.money import positive_amount
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..events import request_accepted, request_closed, seat_taken
from ..models import Enrollment, EnrollmentRequest
from ..pricing import Discount, agree_price
from ..querysets import offer_lasts
from ..selectors import free_seats, seats_not_held, why_not_running
from .seats import (
    call_waiting,
    call_waiting_besides,
    lock_course,
    lock_course_of,
    lock_request,
    lock_request_of,
    take_seat,
)
from .turnstile import Standing, course_full, refuse_hopeless, standing_of

Status = EnrollmentRequest.Status


def accept_request(
    request_id: UUID, *, by: CustomUser | None, discount: Discount | None = None, overbook_reason: str = ""
) -> Enrollment:
    """Give the participant a seat at the price of today less a discount, or say why not.

    Whether the course runs and a seat is free is looked at again; age and registration window were judged when the
    place was asked for. With `overbook_reason` the seat is one above the capacity, whoever waits.
    Raises DomainError `illegal_step`, `course_full`, `offer_lapsed`, `course_inactive`, `course_ended`,
    `overbooking_not_allowed`, `seats_free`,
    `has_place_already`, `discount_not_allowed`, `discount_without_reason`, `discount_above_price`, or what a hook
    refuses (`paid_more_than_price`, …); then nothing is written.
    """
    above = overbook_reason.strip()
    # Before the transaction: a refusal costs one question, and no savepoint inside a caller's transaction.
    course_id = refuse_hopeless(request_id, overbook_reason=above)
    return give_place(request_id, course_id=course_id, by=by, discount=discount, overbook_reason=above)


@transaction.atomic
def give_place(
    request_id: UUID, *, course_id: UUID, by: CustomUser | None, discount: Discount | None, overbook_reason: str
) -> Enrollment:
    """What `accept_request` does under the locks of the course and of the request."""
    course = lock_course(course_id)
    request = lock_request_of(course, request_id)
    standing = standing_of(request)
    if standing.line or course.overbooked:
        # Its capacity may have been raised in a form since: who waits is served first, maybe this very request.
        call_waiting_besides(course, request, by=by)
    before = audit.snapshot(request)
    if overbook_reason and request.status == Status.WAITLISTED:
        advance(request, Status.PENDING)
    advance(request, Status.ACCEPTED)
    for refusal in why_not_running(course, today=timezone.localdate()):
        raise refusal
    _check_seat(course, request, standing, above=overbook_reason, by=by)
    off = _allowed_discount(discount, course, by)
    enrollment = Enrollment(
        course=course,
        request=request,
        child=request.child,
        student=request.student,
        list_price=course.price,
        discount=off.amount if off else Decimal("0.00"),
        discount_reason=off.reason if off else "",
        price=agree_price(course.price, [off] if off else []).total,
        overbook_reason=overbook_reason,
        accepted_by=by,
    )
    take_seat(course, above=bool(overbook_reason))
    enrollment.save(force_insert=True)
    told = _decide(request, before, by=by, reason="")
    audit.record_many([told, audit.creation(enrollment, by=by, reason=overbook_reason)])
    seat_taken(enrollment, by)
    # The last step, for it may take a receipt number: counters are locked last.
    request_accepted(request, enrollment, by)
    return enrollment


@transaction.atomic
def start_processing(request_id: UUID, *, by: CustomUser | None) -> EnrollmentRequest:
    """Say that somebody is looking at the request."""
    request = lock_request(request_id)
    before = audit.snapshot(request)
    advance(request, Status.PROCESSING)
    request.save(update_fields=["status"])
    audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION)
    return request


@transaction.atomic
def refuse_request(request_id: UUID, *, by: CustomUser | None, reason: str) -> EnrollmentRequest:
    """Refuse a request, with the reason the family is told."""
    reason = reason.strip()
    if not reason:
        raise DomainError("reason_missing", _("Say why the request is refused."), field="reason")
    return close_request(request_id, Status.REJECTED, by=by, reason=reason)


def close_request(
    request_id: UUID,
    status: str,
    *,
    by: CustomUser | None,
    reason: str,
    check: Callable[[EnrollmentRequest, CustomUser | None], None] | None = None,
) -> EnrollmentRequest:
    """End an open request without a place; if a seat was kept for it, the next who waits is called."""
    course = lock_course_of(request_id)
    request = lock_request(request_id)
    if check is not None:
        check(request, by)
    before = audit.snapshot(request)
    advance(request, status)
    audit.record_many([_decide(request, before, by=by, reason=reason.strip())])
    if request.called_at is not None:
        call_waiting(course, by=by)
    # The last step, for it may take a receipt number: counters are locked last.
    request_closed(request, by)
    return request


def _decide(request: EnrollmentRequest, before: audit.Snapshot, *, by: CustomUser | None, reason: str) -> AuditEntry:
    """Write the decision; what the trail is to say of it is the caller's to write."""
    request.decision_reason = reason
    request.decided_at = timezone.now()
    request.decided_by = by
    request.save(update_fields=["status", "decision_reason", "decided_at", "decided_by"])
    changes = audit.difference(before, audit.snapshot(request))
    return audit.entry(request, audit.Action.TRANSITION, by=by, changes=changes, reason=reason)


def _check_seat(
    course: Course, request: EnrollmentRequest, standing: Standing, *, above: str, by: CustomUser | None
) -> None:
    if standing.has_place:
        raise DomainError("has_place_already", _("This participant has a place in this course already."))
    # Where nobody is in line, no seat is kept for anybody.
    free = free_seats(course, besides=request.pk) if standing.line else seats_not_held(course)
    if above:
        _check_overbooking(free, by)
        return
    if _lapsed_for_others(course, request):
        raise DomainError("offer_lapsed", _("The seat was offered for a time that is over, and others wait for it."))
    if not free:
        raise course_full(course)


def _check_overbooking(free: int, by: CustomUser | None) -> None:
    if by is None or not by.has_perm("enrollments.overbook_course"):
        raise DomainError("overbooking_not_allowed", _("You may not give places above the capacity."))
    if free:
        raise DomainError("seats_free", _("This course has a free seat: accept the request instead."))


def _lapsed_for_others(course: Course, request: EnrollmentRequest) -> bool:
    """Whether the request's offer is over while somebody waits; with nobody waiting the seat is still theirs."""
    ends = request.called_at + offer_lasts() if request.called_at else None
    if ends is None or ends > timezone.now():
        return False
    waiting: bool = EnrollmentRequest.objects.waitlisted().filter(course=course).exists()
    return waiting


def _allowed_discount(discount: Discount | None, course: Course, by: CustomUser | None) -> Discount | None:
    """The discount, if this person may give it; nobody but a person gives one."""
    if discount is None:
        return None
    if by is None or not by.has_perm("enrollments.give_discount"):
        raise DomainError("discount_not_allowed", _("You may not give a discount."), field="discount")
    try:
        amount = positive_amount(discount.amount)
    except DomainError as error:
        error.field = "discount"
        raise
    reason = discount.reason.strip()
    if not reason:
        raise DomainError("discount_without_reason", _("Say why the discount is given."), field="discount_reason")
    if amount > course.price:
        raise DomainError("discount_above_price", _("A discount can't be more than the price."), field="discount")
    return Discount(amount, reason)
