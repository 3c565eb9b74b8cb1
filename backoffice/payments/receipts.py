"""The paper of a receipt: what the template prints, as the receipt was on the day it was issued."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backoffice.enrollments.models import PaymentMethod
from backoffice.shared.phones import local_form

from .models import Receipt
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


def paper_of(receipt: Receipt) -> Paper:
    """What the paper says: all of it was kept when the receipt was issued, so later changes don't show."""
    said: dict[str, Any] = receipt.content
    amount = Decimal(said["amount"])
    return Paper(
        number=receipt.number,
        seller=said["seller"],
        issued_at=receipt.issued_at,
        paid_at=dt.datetime.fromisoformat(said["paid_at"]),
        payer=said["payer"],
        payer_phone=local_form(said["payer_phone"]),
        participant=said["participant"],
        participant_code=said["participant_code"],
        course=said["course"],
        season=said["season"],
        amount=amount,
        words=amount_in_arabic_words(amount),
        method=dict(PaymentMethod.choices).get(said["method"], said["method"]),
        reference=said["reference_number"],
        cashier=said["cashier"],
        price=Decimal(said["price"]),
        paid=Decimal(said["paid"]),
        balance=Decimal(said["balance"]),
        is_copy=receipt.times_printed > 1,
    )
