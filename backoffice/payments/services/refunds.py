"""Money to go back: asked for by one person, by staff or by the family itself, and decided on by another."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.money import CENT
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from ..models import Payment, RefundRequest
from ..querysets import SETTLED
from ..selectors.pots import family_of, share_of
from .credits import lock_holding
from .intake import key_conflict, read_amount, read_key

Status = RefundRequest.Status


@dataclass(frozen=True)
class _Asked:
    """One submission: what goes back of which place, why and for whom; `amount` none is all that can."""

    place_id: UUID | None
    amount: Decimal | None
    reason: str
    by: CustomUser
    key: str | None
    payment_id: UUID | None = None


@transaction.atomic
def request_refund(
    payment_id: UUID,
    *,
    amount: object,
    reason: str,
    by: CustomUser,
    enrollment_id: UUID | None = None,
    idempotency_key: str | None = None,
) -> RefundRequest:
    """Ask for money of a settled payment to go back: all of it or a part, less what was asked for before.

    It is money of the payment's own place (of the family's account, if it has none), or of the place named, to which
    credit was moved. Above `REFUND_NEEDS_MANAGER_ABOVE` EGP a manager agrees as well. The same key again gives the
    first request. Raises DomainError `reason_missing`, `payment_not_settled`, `more_than_paid`,
    `idempotency_conflict`, or `amount_…`.
    """
    wanted, why, key = read_amount(amount, field="amount"), _given(reason), read_key(idempotency_key)
    payment: Payment = Payment.objects.lock(payment_id)
    place_id = enrollment_id or payment.enrollment_id
    asked = _Asked(place_id, wanted, why, by, key, payment_id=payment.pk)
    if made := _asked_before(asked):
        return made[0]
    if payment.status not in SETTLED:
        raise DomainError("payment_not_settled", _("Only money that was taken can go back."), field="payment")
    left = share_of(payment, place_id)
    if wanted > left:
        message = _("Of this payment %(left)s EGP can still go back, and %(amount)s EGP is asked for.") % {
            "left": left,
            "amount": wanted,
        }
        raise DomainError("more_than_paid", message, field="amount", left=left)
    return _ask(asked, [(payment, wanted)])[0]


@transaction.atomic
def request_own_refund(
    enrollment_id: UUID,
    *,
    reason: str,
    by: CustomUser,
    amount: object = None,
    idempotency_key: str | None = None,
) -> list[RefundRequest]:
    """A family asks for money of its own place to go back: an amount in EGP, or (None) all that still can.

    Refunds are of payments, so there is a request for each payment that the amount takes from, the newest first; all
    or none are asked for, and whether a manager is needed follows from their sum. The same key again gives the same
    requests. Raises DomainError `not_your_place`, `reason_missing`, `nothing_to_refund`, `more_than_paid`,
    `idempotency_conflict`, or `amount_…`.
    """
    wanted = None if amount is None else read_amount(amount, field="amount")
    why, key = _given(reason), read_key(idempotency_key)
    place = Enrollment.objects.of_family(by).filter(pk=enrollment_id).first()
    if place is None:
        raise DomainError("not_your_place", _("This is not a place of your family."), field="enrollment")
    held = lock_holding(place, family_of(place))
    asked = _Asked(place.pk, wanted, why, by, key)
    if made := _asked_before(asked):
        return made
    return _ask(asked, _spread(wanted, held))


def _spread(wanted: Decimal | None, held: Sequence[Payment]) -> list[tuple[Payment, Decimal]]:
    """Which of the place's payments, given the oldest first, give how much back: the newest gives first."""
    shares = [(payment, payment.share.quantize(CENT)) for payment in reversed(held)]  # type: ignore[attr-defined]
    there = sum((share for _payment, share in shares), Decimal(0))
    if not there:
        raise DomainError("nothing_to_refund", _("Nothing of this place can go back."), field="enrollment")
    left = there if wanted is None else wanted
    if left > there:
        words = {"left": there, "amount": left}
        message = _("Of this place %(left)s EGP can still go back, and %(amount)s EGP is asked for.") % words
        raise DomainError("more_than_paid", message, field="amount", left=there)
    parts = []
    for payment, share in shares:
        if left:
            parts.append((payment, min(left, share)))
            left -= parts[-1][1]
    return parts


def _ask(asked: _Asked, parts: Sequence[tuple[Payment, Decimal]]) -> list[RefundRequest]:
    """Write a request for each part, all at one moment; the first has the submission's key."""
    total = sum((amount for _payment, amount in parts), Decimal(0))
    now = timezone.now()
    refunds = [
        RefundRequest(
            payment=payment,
            enrollment_id=asked.place_id,
            amount=amount,
            reason=asked.reason,
            requested_at=now,
            requested_by=asked.by,
            recorded_by=payment.recorded_by,
            # Of the whole submission: parts are no way around the limit.
            needs_manager=total > settings.REFUND_NEEDS_MANAGER_ABOVE,
        )
        for payment, amount in parts
    ]
    refunds[0].idempotency_key = asked.key
    try:
        with transaction.atomic():
            refunds[0].save(force_insert=True)
    except IntegrityError:
        # The same key at the same moment for another family's money, which no lock of ours sees: the index does.
        if made := _asked_before(asked):
            return made
        raise
    for refund in refunds[1:]:
        refund.save(force_insert=True)
    for refund in refunds:
        audit.record_created(refund, by=asked.by, reason=asked.reason)
    return refunds


def _asked_before(asked: _Asked) -> list[RefundRequest]:
    """The requests that this key made before, if they are the same ones; different ones are a conflict."""
    first = RefundRequest.objects.filter(idempotency_key=asked.key).first() if asked.key else None
    if first is None:
        return []
    rows = RefundRequest.objects.filter(requested_at=first.requested_at, requested_by=first.requested_by_id)
    made = [first, *rows.filter(enrollment=first.enrollment_id).exclude(pk=first.pk).order_by("-payment__paid_at")]
    same = (first.enrollment_id, first.requested_by_id) == (asked.place_id, asked.by.pk)
    same &= asked.payment_id in (None, first.payment_id)
    same &= asked.amount in (None, sum((one.amount for one in made), Decimal(0)))
    if not same:
        raise key_conflict()
    return made


@transaction.atomic
def cancel_refund_request(refund_id: UUID, *, by: CustomUser, reason: str = "") -> RefundRequest:
    """Take a refund request back while nobody has decided on it: whoever asked for it, and nobody else.

    The payment is free for another request. Raises DomainError `not_your_request` or `illegal_step`.
    """
    refund: RefundRequest = RefundRequest.objects.lock(refund_id)
    if refund.requested_by_id != by.pk:
        raise DomainError("not_your_request", _("Whoever asked for a refund takes the request back."))
    before = audit.snapshot(refund)
    advance(refund, Status.CANCELLED)
    refund.cancelled_at = timezone.now()
    refund.decision_reason = reason.strip()
    refund.save(update_fields=["status", "cancelled_at", "decision_reason"])
    audit.record_changed(refund, before, by=by, action=audit.Action.TRANSITION, reason=refund.decision_reason)
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


def _given(reason: str) -> str:
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the money goes back."), field="reason")
    return reason.strip()
