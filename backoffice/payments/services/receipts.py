"""The numbered paper of a payment: `YYYY-NNNNNN`, no gap and no double within a year."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backoffice.shared import audit, counters
from backoffice.shared.audit import as_json
from backoffice.users.models import CustomUser

from ..models import Payment, Receipt
from ..selectors import balance_of

SELLER = "واحة الرضوان"


def next_number(series: str, year: int) -> int:
    """The next serial of a year's series (`receipt`, `refund`); its counter is the transaction's last lock.

    Whoever takes a number holds up everybody who takes one, until the commit: nothing slow comes after this.
    """
    return counters.take(f"{series}:{year}")


def issue_receipt(payment: Payment, *, by: CustomUser | None) -> Receipt:
    """Number the receipt of a payment that was just settled, and keep what it says today. The last write of all."""
    issued_at = timezone.now()
    content = _content(payment, by)
    # The year is that of the day in Cairo on which the paper is written, so numbers and days go in one order.
    year = timezone.localtime(issued_at).year
    serial = next_number("receipt", year)
    receipt = Receipt(
        payment=payment,
        year=year,
        serial=serial,
        number=f"{year}-{serial:06d}",
        issued_at=issued_at,
        content=content,
    )
    receipt.save(force_insert=True)
    audit.record_created(receipt, by=by)
    return receipt


@transaction.atomic
def print_receipt(payment_id: UUID, *, by: CustomUser | None) -> Receipt:
    """The receipt, to be put on paper: counted, for every print after the first is a copy."""
    receipt = Receipt.objects.select_for_update(of=("self",), no_key=True).get(payment_id=payment_id)
    before = audit.snapshot(receipt)
    receipt.times_printed += 1
    receipt.save(update_fields=["times_printed"])
    audit.record_changed(receipt, before, by=by, action=audit.Action.VIEW)
    return receipt


def _content(payment: Payment, by: CustomUser | None) -> dict[str, object]:
    """What the paper says: names, prices and the balance as they are at this moment."""
    enrollment = payment.enrollment
    payer = payment.payer_parent or payment.payer_student
    assert payer is not None  # noqa: S101  payments_payment_one_payer
    balance = balance_of(enrollment)
    said = {
        "seller": SELLER,
        "payer": str(payer.user),
        "payer_phone": str(payer.user.phone_number1),
        "participant": str(enrollment.participant),
        "participant_code": enrollment.participant.unique_code,  # type: ignore[attr-defined]
        "course": str(enrollment.course),
        "season": str(enrollment.course.season),
        "amount": payment.amount,
        "currency": "EGP",
        "method": payment.method,
        "reference_number": payment.reference_number,
        "paid_at": payment.paid_at,
        "cashier": str(by) if by else "",
        "price": balance.price,
        "paid": balance.paid - balance.refunded,
        "balance": balance.balance,
    }
    return {name: as_json(value) for name, value in said.items()}
