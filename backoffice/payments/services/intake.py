"""What a person hands in about a payment, checked and brought into one spelling before anything is locked."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Required, TypedDict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, PaymentMethod
from backoffice.shared.errors import DomainError
from backoffice.shared.money import parse_amount, positive_amount
from backoffice.shared.text import ascii_digits, clean

from ..models import Payment

# What a column of money holds.
LARGEST_AMOUNT = Decimal("99999999.99")
LONGEST_KEY = 100

_SPACES = re.compile(r"\s+")


class Announced(TypedDict, total=False):
    """What every door says about money besides its amount, whether it is here or only announced."""

    method: Required[str]
    reference_number: str
    notes: str
    # The same key again is the same payment: a double click, the back button, a retry.
    idempotency_key: str | None


class Transfer(Announced, total=False):
    """The same about money that is here, and when it came; now, unless it is said."""

    paid_at: dt.datetime | None


@dataclass(frozen=True)
class Intake:
    """Money as handed in, in the ledger's spelling; what the services pass on to each other."""

    amount: Decimal
    method: str
    reference_number: str
    paid_at: dt.datetime
    notes: str
    idempotency_key: str | None


def read_intake(
    amount: object,
    *,
    method: str,
    reference_number: str = "",
    paid_at: dt.datetime | None = None,
    notes: str = "",
    idempotency_key: str | None = None,
) -> Intake:
    """Check an amount and a `Transfer` by themselves; what depends on other rows is checked under their locks.

    Raises DomainError `amount_…`, `method_unknown`, `reference_missing`, `reference_too_long`, `date_in_future` or
    `idempotency_key_too_long`, each with its field.
    """
    if method not in PaymentMethod.values:
        raise DomainError("method_unknown", _("We don't know this payment method."), field="method")
    if paid_at is not None and paid_at > timezone.now():
        raise DomainError("date_in_future", _("A payment can't have been made in the future."), field="paid_at")
    return Intake(
        amount=read_amount(amount, field="amount"),
        method=method,
        reference_number=read_reference(method, reference_number),
        paid_at=paid_at or timezone.now(),
        notes=notes.strip(),
        idempotency_key=read_key(idempotency_key),
    )


def read_key(typed: str | None) -> str | None:
    """An idempotency key as a door hands it in; none for an empty one. Raises `idempotency_key_too_long`."""
    key = (typed or "").strip()
    if len(key) > LONGEST_KEY:
        raise DomainError("idempotency_key_too_long", _("The idempotency key has more than 100 characters."))
    return key or None


def key_conflict() -> DomainError:
    """The refusal of a key that came before with something else in it."""
    message = _("This was sent before with other contents. Reload the page and enter the payment again.")
    return DomainError("idempotency_conflict", message)


def read_amount(value: object, *, field: str) -> Decimal:
    """An amount above zero in EGP, as any door hands it in."""
    try:
        amount = positive_amount(value)
    except DomainError as error:
        error.field = field
        raise
    return _within_column(amount, field)


def read_cash(value: object, *, field: str) -> Decimal:
    """An amount of cash in a drawer, which may be nothing at all."""
    try:
        amount = parse_amount(value)
    except DomainError as error:
        error.field = field
        raise
    return _within_column(amount, field)


def normalise_reference(typed: str) -> str:
    """A transfer's number in one spelling: no spaces, upper case, the digits 0–9. `tx 12٣` is `TX123`."""
    return _SPACES.sub("", ascii_digits(clean(typed))).upper()


def read_reference(method: str, typed: str) -> str:
    """The reference of a payment; the methods that leave a trace elsewhere need one."""
    reference = normalise_reference(typed)
    if not reference and method in METHODS_WITH_REFERENCE:
        message = _("This method needs the number of the transfer.")
        raise DomainError("reference_missing", message, field="reference_number")
    longest = Payment._meta.get_field("reference_number").max_length or 0
    if len(reference) > longest:
        too_long = _("A reference number has at most %(longest)s characters.") % {"longest": longest}
        raise DomainError("reference_too_long", too_long, field="reference_number")
    return reference


def _within_column(amount: Decimal, field: str) -> Decimal:
    if amount > LARGEST_AMOUNT:
        raise DomainError("amount_too_large", _("This amount is too large."), field=field)
    return amount
