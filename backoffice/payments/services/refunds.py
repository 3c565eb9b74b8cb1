"""Money going back: asked for by one person, approved by another, then paid back."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.conf import settings
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
from ..querysets import SETTLED
from ..selectors import balance_of, refunded_of
from ..selectors.pots import share_of
from .credits import close_spent_task
from .intake import normalise_reference, read_amount
from .receipts import next_number
from .sessions import lock_open_session

Status = RefundRequest.Status
_PROCESSED = ("status", "cash_session", "processed_at", "processed_by", "reference_number", "number")


@transaction.atomic
def request_refund(
    payment_id: UUID, *, amount: Decimal, reason: str, by: CustomUser, enrollment_id: UUID | None = None
) -> RefundRequest:
    """Ask for money of a settled payment to go back: all of it or a part, less what was asked for before.

    It is money of the payment's own place (of the family's account, if it has none), or of the place named, to which
    credit was moved. Above `REFUND_NEEDS_MANAGER_ABOVE` EGP a manager agrees as well. Raises DomainError
    `reason_missing`, `payment_not_settled`, `more_than_paid`, or `amount_…`.
    """
    wanted = read_amount(amount, field="amount")
    reason = reason.strip()
    if not reason:
        raise DomainError("reason_missing", _("Say why the money goes back."), field="reason")
    payment: Payment = Payment.objects.lock(payment_id)
    if payment.status not in SETTLED:
        raise DomainError("payment_not_settled", _("Only money that was taken can go back."))
    place_id = enrollment_id or payment.enrollment_id
    left = share_of(payment, place_id)
    if wanted > left:
        message = _("Of this payment %(left)s EGP can still go back, and %(amount)s EGP is asked for.") % {
            "left": left,
            "amount": wanted,
        }
        raise DomainError("more_than_paid", message, field="amount", left=left)
    refund = RefundRequest(
        payment=payment,
        enrollment_id=place_id,
        amount=wanted,
        reason=reason,
        requested_by=by,
        recorded_by=payment.recorded_by,
        needs_manager=wanted > settings.REFUND_NEEDS_MANAGER_ABOVE,
    )
    refund.save(force_insert=True)
    audit.record_created(refund, by=by, reason=reason)
    return refund


@transaction.atomic
def approve_refund(refund_id: UUID, *, by: CustomUser) -> RefundRequest:
    """Approve a refund: by somebody who neither asked for it nor took the money (`four_eyes`), whoever it is."""
    return _decide(refund_id, Status.APPROVED, by=by, reason="")


@transaction.atomic
def agree_to_refund(refund_id: UUID, *, by: CustomUser) -> RefundRequest:
    """A manager agrees to an approved refund above the limit: a third person (`four_eyes`, `no_manager_needed`)."""
    refund: RefundRequest = RefundRequest.objects.lock(refund_id)
    before = audit.snapshot(refund)
    if not refund.needs_manager or refund.status != Status.APPROVED or refund.manager_by_id is not None:
        raise DomainError("no_manager_needed", _("This refund waits for no manager."))
    if not by.has_perm("payments.approve_large_refundrequest"):
        raise DomainError("not_allowed", _("You may not agree to a refund above the limit."))
    if by.pk in (refund.requested_by_id, refund.recorded_by_id, refund.decided_by_id):
        message = _("The manager who agrees is neither who asked, nor who took the money, nor who approved.")
        raise DomainError("four_eyes", message)
    refund.manager_by, refund.manager_at = by, timezone.now()
    refund.save(update_fields=["manager_by", "manager_at"])
    audit.record_changed(refund, before, by=by, action=audit.Action.TRANSITION)
    return refund


@transaction.atomic
def reject_refund(refund_id: UUID, *, by: CustomUser, reason: str) -> RefundRequest:
    """Refuse a refund, with the reason; the payment is free for another request."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the refund is refused."), field="reason")
    return _decide(refund_id, Status.REJECTED, by=by, reason=reason.strip())


@transaction.atomic
def process_refund(refund_id: UUID, *, by: CustomUser | None, reference_number: str = "") -> RefundRequest:
    """Pay an approved refund back by the payer's method, with the number of the transfer if it was one.

    Cash comes out of the open session of whoever pays it (`no_open_session`). When nothing of what was paid for the
    place is left, the place ends and its seat is free.
    """
    held = _lock_refund(refund_id)
    refund, payment = held.refund, held.payment
    before, payment_before = audit.snapshot(refund), audit.snapshot(payment)
    advance(refund, Status.PROCESSED)
    if refund.needs_manager and refund.manager_by_id is None:
        raise DomainError("manager_missing", _("A refund above the limit needs a manager as well."))
    refunded = refunded_of(payment) + refund.amount
    if refunded > payment.amount:
        raise DomainError("more_than_paid", _("More would go back than was paid."), field="amount")
    advance(payment, Payment.Status.REFUNDED if refunded == payment.amount else Payment.Status.PARTIALLY_REFUNDED)
    payment.save(update_fields=["status"])
    audit.record_changed(payment, payment_before, by=by, action=audit.Action.TRANSITION, reason=refund.reason)
    if held.enrollment is not None:
        balance = balance_of(held.enrollment)
        if balance.paid - balance.refunded == refund.amount:
            end_refunded(held.enrollment.pk, by=by, reason=refund.reason)
    refund.cash_session = _session_for(payment, by)
    refund.processed_at = timezone.now()
    refund.processed_by = by
    refund.reference_number = normalise_reference(reference_number)[:60]
    year = timezone.localtime(refund.processed_at).year
    refund.number = f"R-{year}-{next_number('refund', year):06d}"
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


def _decide(refund_id: UUID, status: str, *, by: CustomUser, reason: str) -> RefundRequest:
    refund: RefundRequest = RefundRequest.objects.lock(refund_id)
    before = audit.snapshot(refund)
    advance(refund, status)
    if by.pk in (refund.requested_by_id, refund.recorded_by_id):
        message = _("Who asked for a refund or recorded its payment can't decide on it.")
        raise DomainError("four_eyes", message)
    refund.decided_at = timezone.now()
    refund.decided_by = by
    refund.decision_reason = reason
    refund.save(update_fields=["status", "decided_at", "decided_by", "decision_reason"])
    audit.record_changed(refund, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    return refund
