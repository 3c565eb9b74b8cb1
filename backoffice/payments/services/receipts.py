"""The numbered paper of a payment: `YYYY-NNNNNN`, no gap and no double within a year."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backoffice.enrollments.models import Enrollment
from backoffice.shared import audit, counters
from backoffice.shared.audit import as_json
from backoffice.users.models import CustomUser

from .. import ereceipt
from ..models import Payment, Receipt
from ..selectors import balance_of

SELLER = "واحة الرضوان"
# What the e-receipt sells when no place is paid for.
ON_ACCOUNT = "دفعة تحت حساب الأسرة"


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
    number = f"{year}-{serial:06d}"
    sale = ereceipt.Sale(
        number=number,
        issued_at=issued_at,
        previous_uuid=_uuid_before(year, serial),
        payer=str(content["payer"]),
        phone=str(content["payer_phone"]),
        item=str(content.get("course", ON_ACCOUNT)),
        item_code=str(payment.enrollment.course_id if payment.enrollment else "ACCOUNT"),
        amount=payment.amount,
        method=payment.method,
    )
    electronic = ereceipt.build(sale, settings.E_RECEIPT)
    receipt = Receipt(
        payment=payment,
        year=year,
        serial=serial,
        number=number,
        issued_at=issued_at,
        content=content,
        e_receipt=electronic.text,
        e_uuid=electronic.uuid,
        e_qr=electronic.qr,
    )
    receipt.save(force_insert=True)
    # The trail keeps the e-receipt's UUID, which is its hash, and not the whole of it once more.
    said = {name: value for name, value in audit.snapshot(receipt).items() if name not in ("e_receipt", "e_qr")}
    changes = {name: [None, value] for name, value in said.items() if value not in (None, "")}
    audit.record(receipt, audit.Action.CREATE, by=by, changes=changes)
    return receipt


def _uuid_before(year: int, serial: int) -> str:
    """The UUID that this receipt is chained to; the counter is held, so the one before is written. None: empty."""
    same_year = Receipt.objects.filter(year=year, serial=serial - 1)
    before = same_year if serial > 1 else Receipt.objects.filter(year=year - 1).order_by("-serial")
    return before.values_list("e_uuid", flat=True).first() or ""


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
    said: dict[str, object] = {
        "seller": SELLER,
        "payer": str(payer.user),
        "payer_phone": str(payer.user.phone_number1),
        "amount": payment.amount,
        "currency": "EGP",
        "method": payment.method,
        "reference_number": payment.reference_number,
        "paid_at": payment.paid_at,
        "cashier": str(by) if by else "",
    }
    if enrollment is not None:
        said |= _about_place(enrollment)
    return {name: as_json(value) for name, value in said.items()}


def _about_place(enrollment: Enrollment) -> dict[str, object]:
    """What the paper says about the place that was paid for; money on a family's account has none."""
    balance = balance_of(enrollment)
    return {
        "participant": str(enrollment.participant),
        "participant_code": enrollment.participant.unique_code,  # type: ignore[attr-defined]
        "course": str(enrollment.course),
        "season": str(enrollment.course.season),
        "price": balance.price,
        "paid": balance.paid - balance.refunded,
        "balance": balance.balance,
    }
