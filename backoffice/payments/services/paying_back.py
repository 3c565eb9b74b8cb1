"""An approved refund is paid back: by the payer's method, once, and the last of the money ends the place."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment, PaymentMethod
from backoffice.enrollments.services import end_refunded
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..models import CashSession, Payment, RefundRequest
from ..selectors import balance_of, refunded_of
from .credits import close_spent_task
from .intake import read_reference
from .receipts import next_number
from .sessions import lock_open_session

_PROCESSED = ("status", "cash_session", "processed_at", "processed_by", "reference_number", "number")


@transaction.atomic
def process_refund(refund_id: UUID, *, by: CustomUser | None, reference_number: str = "") -> RefundRequest:
    """Pay an approved refund back by the payer's method; what went by card or transfer needs its number.

    Cash comes out of the open session of whoever pays it (`no_open_session`). When nothing of what was paid for the
    place is left, the place ends and its seat is free. Raises DomainError `illegal_step`, `manager_missing`,
    `reference_missing`, `reference_too_long`, `reference_used` or `more_than_paid` besides.
    """
    held = _lock_refund(refund_id)
    refund, payment = held.refund, held.payment
    before = audit.snapshot(refund)
    advance(refund, RefundRequest.Status.PROCESSED)
    if refund.needs_manager and refund.manager_by_id is None:
        raise DomainError("manager_missing", _("A refund above the limit needs a manager as well."))
    refund.reference_number = read_reference(payment.method, reference_number)
    _give_back(held, by)
    refund.cash_session = _session_for(payment, by)
    refund.processed_at = timezone.now()
    refund.processed_by = by
    year = timezone.localtime(refund.processed_at).year
    refund.number = f"R-{year}-{next_number('refund', year):06d}"
    # Under the counter's lock: nobody else pays anything back with the same number at this moment.
    _check_reference(refund, payment)
    refund.save(update_fields=[*_PROCESSED])
    audit.record_changed(refund, before, by=by, action=audit.Action.TRANSITION)
    if held.enrollment is None:
        close_spent_task(payment, by=by)
    return refund


@dataclass(frozen=True)
class _Held:
    """The rows of a refund, locked in the order of docs/locking.md."""

    enrollment: Enrollment | None
    payment: Payment
    refund: RefundRequest


def _give_back(held: _Held, by: CustomUser | None) -> None:
    """What the payment and the place become when this much of them goes back."""
    refund, payment = held.refund, held.payment
    refunded = refunded_of(payment) + refund.amount
    if refunded > payment.amount:
        raise DomainError("more_than_paid", _("More would go back than was paid."), field="amount")
    before = audit.snapshot(payment)
    advance(payment, Payment.Status.REFUNDED if refunded == payment.amount else Payment.Status.PARTIALLY_REFUNDED)
    payment.save(update_fields=["status"])
    audit.record_changed(payment, before, by=by, action=audit.Action.TRANSITION, reason=refund.reason)
    if held.enrollment is not None:
        balance = balance_of(held.enrollment)
        if balance.paid - balance.refunded == refund.amount:
            end_refunded(held.enrollment.pk, by=by, reason=refund.reason)


def _check_reference(refund: RefundRequest, payment: Payment) -> None:
    """A transfer goes to one payer: its number may carry several refunds of a family, and none of another."""
    if not refund.reference_number:
        return
    same = RefundRequest.objects.processed().filter(
        payment__method=payment.method, reference_number=refund.reference_number
    )
    payer = {"payment__payer_parent": payment.payer_parent_id, "payment__payer_student": payment.payer_student_id}
    used = same.exclude(**payer).select_related("payment__payer_parent__user", "payment__payer_student__user").first()
    if used is None:
        return
    words = {"reference": refund.reference_number, "name": str(used.payment.payer), "number": used.number}
    message = _("The reference number %(reference)s was used for a refund to %(name)s already (%(number)s).")
    raise DomainError("reference_used", message % words, field="reference_number")


def _lock_refund(refund_id: UUID) -> _Held:
    """Lock everything that paying back may change; the course too, for the last refund frees a seat."""
    ids = RefundRequest.objects.values_list("enrollment__course_id", "enrollment_id", "payment_id")
    course_id, enrollment_id, payment_id = ids.get(pk=refund_id)
    if course_id is not None:
        Course.objects.lock(course_id)
    return _Held(
        enrollment=Enrollment.objects.lock(enrollment_id) if enrollment_id else None,
        payment=Payment.objects.lock(payment_id),
        refund=RefundRequest.objects.lock(refund_id),
    )


def _session_for(payment: Payment, by: CustomUser | None) -> CashSession | None:
    """The drawer that the cash comes out of."""
    if payment.method != PaymentMethod.CASH:
        return None
    if by is None:
        raise DomainError("no_open_session", _("Cash is paid back by a person, out of an open cash session."))
    return lock_open_session(by)
