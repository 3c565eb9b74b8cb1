"""The paper of a receipt: what the template prints, as the receipt was on the day it was issued."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backoffice.enrollments.models import PaymentMethod
from backoffice.shared.phones import local_form

from .models import Payment, Receipt, RefundRequest
from .words import amount_in_arabic_words as amount_in_arabic_words


@dataclass(frozen=True)
class Paper:
    """A receipt ready for the template; amounts in EGP."""

    number: str
    seller: str
    issued_at: dt.datetime
    paid_at: dt.datetime
    payer: str
    payer_phone: str
    participant: str
    participant_code: str
    course: str
    season: str
    amount: Decimal
    words: str
    method: Any
    reference: str
    cashier: str
    price: Decimal
    paid: Decimal
    balance: Decimal
    is_copy: bool
    # 0 for the first print, then 1, 2, …
    copy_number: int
    on_account: bool
    refunds: list[RefundRequest]
    refunded: Decimal
    # The whole transfer, where this payment is a part of one that was split; else none.
    transfer: Decimal | None
    transfer_reference: str

    @property
    def is_refunded(self) -> bool:
        """All of it went back."""
        return self.refunded >= self.amount


def paper_of(receipt: Receipt) -> Paper:
    """What the paper says: kept when the receipt was issued, so later changes of names don't show.

    What went back since, and the whole of a transfer that was split, are read from the rows: they are never changed.
    """
    refunds = list(RefundRequest.objects.processed().filter(payment=receipt.payment_id).order_by("processed_at"))
    transfer, transfer_reference = _transfer_of(receipt.payment)
    said: dict[str, Any] = receipt.content
    amount = Decimal(said["amount"])
    return Paper(
        number=receipt.number,
        seller=said["seller"],
        issued_at=receipt.issued_at,
        paid_at=dt.datetime.fromisoformat(said["paid_at"]),
        payer=said["payer"],
        payer_phone=local_form(said["payer_phone"]),
        participant=said.get("participant", ""),
        participant_code=said.get("participant_code", ""),
        course=said.get("course", ""),
        season=said.get("season", ""),
        amount=amount,
        words=amount_in_arabic_words(amount),
        method=dict(PaymentMethod.choices).get(said["method"], said["method"]),
        reference=said["reference_number"],
        cashier=said["cashier"],
        price=Decimal(said.get("price", 0)),
        paid=Decimal(said.get("paid", 0)),
        balance=Decimal(said.get("balance", 0)),
        is_copy=receipt.times_printed > 1,
        copy_number=max(receipt.times_printed - 1, 0),
        on_account="participant" not in said,
        refunds=refunds,
        refunded=sum((one.amount for one in refunds), Decimal(0)),
        transfer=transfer,
        transfer_reference=transfer_reference,
    )


def _transfer_of(payment: Payment) -> tuple[Decimal | None, str]:
    """The sum and the reference of the transfer that this payment is a part of; none where it stands alone."""
    first = payment.split_of or payment
    others = list(first.parts.counted())
    if not others:
        return None, ""
    return first.amount + sum((one.amount for one in others), Decimal(0)), first.reference_number
