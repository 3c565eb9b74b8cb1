"""Deciding on a request: a seat is given, or refused with a reason."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.money import positive_amount
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..events import request_accepted, request_closed, seat_taken
from ..models import Enrollment, EnrollmentRequest
from ..pricing import Discount, agree_price
from ..querysets import offer_lasts
from ..selectors import free_seats, why_not_running
from .seats import call_waiting, lock_course_of, lock_request, take_seat

Status = EnrollmentRequest.Status


@transaction.atomic
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
    if not overbook_reason.strip():
        _refuse_when_full(request_id)
    course = lock_course_of(request_id)
    # Its capacity may have been raised in a form since: who waits is served first, maybe this very request.
    call_waiting(course, by=by, besides=_own_offer(request_id))
    request = lock_request(request_id)
    before = audit.snapshot(request)
    above = overbook_reason.strip()
    if above and request.status == Status.WAITLISTED:
        advance(request, Status.PENDING)
    advance(request, Status.ACCEPTED)
    for refusal in why_not_running(course, today=timezone.localdate()):
        raise refusal
    _check_seat(course, request, above=above, by=by)
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
        overbook_reason=above,
        accepted_by=by,
    )
    take_seat(course, above=bool(above))
    enrollment.save(force_insert=True)
    _decide(request, before, by=by, reason="")
    audit.record_created(enrollment, by=by, reason=above)
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
    _decide(request, before, by=by, reason=reason.strip())
    if request.called_at is not None:
        call_waiting(course, by=by)
    # The last step, for it may take a receipt number: counters are locked last.
    request_closed(request, by)
    return request


def _decide(request: EnrollmentRequest, before: audit.Snapshot, *, by: CustomUser | None, reason: str) -> None:
    request.decision_reason = reason
    request.decided_at = timezone.now()
    request.decided_by = by
    request.save(update_fields=["status", "decision_reason", "decided_at", "decided_by"])
    audit.record_changed(request, before, by=by, action=audit.Action.TRANSITION, reason=reason)


def _own_offer(request_id: UUID) -> UUID | None:
    """The request, if a seat was offered to it: its own offer doesn't lapse while it is being taken."""
    return request_id if EnrollmentRequest.objects.called().filter(pk=request_id).exists() else None


def _refuse_when_full(request_id: UUID) -> None:
    """Refuse without a lock, in one question, what the locks could only refuse for the same reason.

    Where every seat is held at this moment, nobody without an offer gets one: to say so needs no queue of hundreds
    behind the course's lock. Whatever else may be wrong with the request is left to the checks under the locks.
    """
    today = timezone.localdate()
    of_season = Q(course__season__end_date=None) | Q(course__season__end_date__gte=today)
    runs = Q(course__end_date__gte=today) | Q(of_season, course__end_date=None)
    has_place = Enrollment.objects.holding_seat().filter(
        Q(child=OuterRef("child")) | Q(student=OuterRef("student")), course=OuterRef("course")
    )
    full = EnrollmentRequest.objects.filter(
        runs,
        ~Exists(has_place),
        pk=request_id,
        status__in=(Status.PENDING, Status.PROCESSING),
        called_at=None,
        course__is_active=True,
        course__enrolled_count__gte=F("course__capacity"),
    )
    request = full.select_related("course").first()
    if request is not None:
        raise _course_full(request.course)


def _course_full(course: Course) -> DomainError:
    message = _("No seat is left in “%(course)s”: put the request on the waiting list.") % {"course": course}
    return DomainError("course_full", message)


def _check_seat(course: Course, request: EnrollmentRequest, *, above: str, by: CustomUser | None) -> None:
    who = {"child_id": request.child_id, "student_id": request.student_id}
    if Enrollment.objects.holding_seat().filter(**who, course=course).exists():
        raise DomainError("has_place_already", _("This participant has a place in this course already."))
    free = free_seats(course, besides=request.pk)
    if above:
        _check_overbooking(free, by)
        return
    if _lapsed_for_others(course, request):
        raise DomainError("offer_lapsed", _("The seat was offered for a time that is over, and others wait for it."))
    if not free:
        raise _course_full(course)


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
