"""Taking money: recorded once, within what is owed, with its receipt; corrected by a void or a refund only."""

from decimal import Decimal
from typing import Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment, PaymentMethod
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.models import ImportBatch
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser, Parent, StudentUser

from ..models import CashSession, Payment
from ..selectors import balance_of
from ..selectors.pots import Family, family_of
from .intake import Announced, Intake, Transfer, key_conflict, read_intake
from .receipts import issue_receipt
from .sessions import lock_open_session

Status = Payment.Status


@transaction.atomic
def record_payment(
    *,
    enrollment_id: UUID,
    amount: object,
    by: CustomUser | None,
    import_batch: ImportBatch | None = None,
    **how: Unpack[Transfer],
) -> Payment:
    """Take money for a place and number its receipt; the same key again gives the first payment.

    Cash that a person takes goes into that person's open session; what came with an imported sheet belongs to its
    import instead. A dropped place may still pay what it owes, a refunded one owes nothing. Raises DomainError
    `more_than_balance`, `reference_used`, `no_open_session`, `enrollment_refunded`, `idempotency_conflict`, or what
    `read_intake` refuses.
    """
    intake = read_intake(amount, **how)
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    payment, _is_new = take_money(enrollment, family_of(enrollment), intake, by=by, import_batch=import_batch)
    return payment


def take_money(
    enrollment: Enrollment | None,
    family: Family,
    intake: Intake,
    *,
    by: CustomUser | None,
    import_batch: ImportBatch | None = None,
    split_of: Payment | None = None,
) -> tuple[Payment, bool]:
    """Money for a place that the caller has locked, or (None) for the family's account; the payment, and if it is new.

    What the public services say about keys, references, sessions and receipts holds for all of them here.
    """
    first = _first_with_key(enrollment, intake, by)
    if first is not None:
        return first, False
    payment = _checked(enrollment, intake, family, by=by, import_batch=import_batch, split_of=split_of)
    payment.status = Status.PAID
    payment.paid_at = intake.paid_at
    payment.cash_session = _session_for(payment, by)
    first = _write(payment, intake, by)
    if first is not None:
        return first, False
    issue_receipt(payment, by=by)
    return payment, True


@transaction.atomic
def record_promise(*, enrollment_id: UUID, amount: object, by: CustomUser | None, **how: Unpack[Announced]) -> Payment:
    """Note a payment whose money hasn't been seen yet; it counts for nothing until it is settled."""
    intake = read_intake(amount, **how)
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    first = _first_with_key(enrollment, intake, by)
    if first is not None:
        return first
    payment = _checked(enrollment, intake, family_of(enrollment), by=by)
    return _write(payment, intake, by) or payment


@transaction.atomic
def settle_payment(payment_id: UUID, *, by: CustomUser | None) -> Payment:
    """The promised money is here: number the receipt. From now on the payment is never changed.

    Whoever settles it took the money, so it is recorded by them (the trail keeps who noted the promise).
    """
    enrollment_id = Payment.objects.values_list("enrollment_id", flat=True).get(pk=payment_id)
    # Money on a family's account was taken when it was recorded: to settle it is an illegal step.
    enrollment: Enrollment | None = Enrollment.objects.lock(enrollment_id) if enrollment_id else None
    payment: Payment = Payment.objects.lock(payment_id)
    before = audit.snapshot(payment)
    advance(payment, Status.PAID)
    if enrollment is not None:
        check_owed(enrollment, payment.amount)
        payment.enrollment = enrollment
    payment.paid_at = timezone.now()
    payment.recorded_by = by or payment.recorded_by
    payment.cash_session = _session_for(payment, by)
    payment.save(update_fields=["status", "paid_at", "recorded_by", "cash_session"])
    audit.record_changed(payment, before, by=by, action=audit.Action.TRANSITION)
    issue_receipt(payment, by=by)
    return payment


@transaction.atomic
def void_payment(payment_id: UUID, *, by: CustomUser | None, reason: str) -> Payment:
    """Strike out a promise, with the reason; money that was taken goes back by a refund instead."""
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the payment is void."), field="reason")
    payment: Payment = Payment.objects.lock(payment_id)
    before = audit.snapshot(payment)
    advance(payment, Status.VOID)
    payment.void_reason = reason.strip()
    payment.save(update_fields=["status", "void_reason"])
    audit.record_changed(payment, before, by=by, action=audit.Action.TRANSITION, reason=payment.void_reason)
    return payment


def _checked(
    enrollment: Enrollment | None,
    intake: Intake,
    family: Family,
    *,
    by: CustomUser | None,
    import_batch: ImportBatch | None = None,
    split_of: Payment | None = None,
) -> Payment:
    """The payment, not written yet, of what may be taken for this locked enrolment or for the family's account."""
    if enrollment is not None:
        check_owed(enrollment, intake.amount)
    if split_of is None:
        _check_reference(intake)
    return Payment(
        enrollment=enrollment,
        payer_parent=family if isinstance(family, Parent) else None,
        payer_student=family if isinstance(family, StudentUser) else None,
        amount=intake.amount,
        method=intake.method,
        reference_number=intake.reference_number,
        split_of=split_of,
        recorded_by=by,
        import_batch=import_batch,
        idempotency_key=intake.idempotency_key,
        notes=intake.notes,
    )


def check_owed(enrollment: Enrollment, amount: Decimal) -> None:
    """Refuse money that a locked place doesn't owe: `enrollment_refunded`, `more_than_balance`."""
    check_takes_money(enrollment)
    owed = balance_of(enrollment).balance
    if amount > owed:
        message = _("%(amount)s EGP is more than what is still owed, %(balance)s EGP.") % {
            "amount": amount,
            "balance": owed,
        }
        raise DomainError("more_than_balance", message, field="amount", balance=owed)


def check_takes_money(enrollment: Enrollment) -> None:
    """Refuse a place that takes no money at all, whatever the amount: `enrollment_refunded`."""
    if enrollment.status == Enrollment.Status.REFUNDED:
        ended = _("This enrolment was refunded: it takes no more money. Record it on the family's account instead.")
        raise DomainError("enrollment_refunded", ended, field="enrollment")


def _check_reference(intake: Intake) -> None:
    """A transfer pays once; say whose payment has its number already."""
    if not intake.reference_number:
        return
    rows = Payment.objects.counted().filter(method=intake.method, reference_number=intake.reference_number)
    used = rows.select_related("enrollment__child", "enrollment__student__user", "enrollment__course").first()
    if used is None:
        return
    words = {"reference": intake.reference_number}
    if used.enrollment is not None:
        words |= {"name": str(used.enrollment.participant), "course": str(used.enrollment.course)}
        message = _("The reference number %(reference)s was used for a payment of %(name)s (%(course)s) already.")
    else:
        words |= {"name": str(used.payer)}
        message = _("The reference number %(reference)s was used for the account of %(name)s already.")
    raise DomainError("reference_used", message % words, field="reference_number", payment=used.pk)


def _session_for(payment: Payment, by: CustomUser | None) -> CashSession | None:
    if payment.method != PaymentMethod.CASH or payment.import_batch_id is not None or by is None:
        return None
    return lock_open_session(by)


def _first_with_key(enrollment: Enrollment | None, intake: Intake, by: CustomUser | None) -> Payment | None:
    """The payment that this key made before, if it is the same one; a different one is a conflict."""
    if intake.idempotency_key is None:
        return None
    first: Payment | None = Payment.objects.filter(idempotency_key=intake.idempotency_key).first()
    if first is None:
        return None
    asked = (
        enrollment.pk if enrollment else None,
        intake.amount,
        intake.method,
        intake.reference_number,
        by.pk if by else None,
    )
    made = (first.enrollment_id, first.amount, first.method, first.reference_number, first.recorded_by_id)
    if asked != made:
        raise key_conflict()
    return first


def _write(payment: Payment, intake: Intake, by: CustomUser | None) -> Payment | None:
    """Insert the payment with its entry in the trail.

    Somebody may have used the same key or reference for another enrolment a moment ago, which no lock of ours sees:
    the unique index does. Then the first payment is returned, or the refusal raised; None means it was written.
    """
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError:
        first = _first_with_key(payment.enrollment, intake, by)
        if first is not None:
            return first
        _check_reference(intake)
        raise
    audit.record_created(payment, by=by)
    return None
