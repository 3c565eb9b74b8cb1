"""A later change of a place's price: a row of its own, with who and why."""

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.money import positive_amount
from backoffice.users.models import CustomUser

from ..events import price_changing
from ..models import Enrollment, PriceChange
from ..selectors import charged_of


@transaction.atomic
def change_price(
    enrollment_id: UUID, *, amount: Decimal, reason: str, by: CustomUser | None, idempotency_key: str | None = None
) -> PriceChange:
    """Add to a place's price, or take off it with an amount below zero, in EGP; the same key again changes nothing.

    Raises DomainError `price_change_not_allowed`, `amount_…`, `reason_missing`, `place_refunded`, `price_below_zero`,
    `key_used`, or what a hook refuses (less than was paid).
    """
    if by is None or not by.has_perm("enrollments.change_price"):
        raise DomainError("price_change_not_allowed", _("You may not change the price of a place."))
    change = _read(amount)
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the price changes."), field="reason")
    enrollment: Enrollment = Enrollment.objects.lock(enrollment_id)
    key = (idempotency_key or "").strip() or None
    known = PriceChange.objects.filter(idempotency_key=key).first() if key else None
    if known is not None:
        return _same(known, enrollment, change)
    if enrollment.status == Enrollment.Status.REFUNDED:
        raise DomainError("place_refunded", _("This place was refunded: its price stays as it is."))
    charged = charged_of(enrollment) + change
    if charged < 0:
        raise DomainError("price_below_zero", _("A price can't fall below zero."), field="amount")
    price_changing(enrollment, charged, by)
    row = PriceChange(enrollment=enrollment, amount=change, reason=reason.strip(), by=by, idempotency_key=key)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # The same key at the same moment, for another place.
        found = PriceChange.objects.filter(idempotency_key=key).first() if key else None
        if found is None:
            raise
        return _same(found, enrollment, change)
    audit.record_created(row, by=by, reason=row.reason)
    return row


def _read(amount: Decimal) -> Decimal:
    try:
        read = positive_amount(abs(amount))
    except DomainError as error:
        error.field = "amount"
        raise
    return read if amount > 0 else -read


def _same(known: PriceChange, enrollment: Enrollment, change: Decimal) -> PriceChange:
    if (known.enrollment_id, known.amount) != (enrollment.pk, change):
        raise DomainError("key_used", _("This was sent before with something else in it."))
    return known
