"""One transfer that pays for several places of a family, on purpose."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import Payment
from ..selectors.pots import family_of
from .payments import take_money


@transaction.atomic
def record_split(
    parts: Sequence[tuple[UUID, object]],
    *,
    method: str,
    by: CustomUser | None,
    reference_number: str = "",
    paid_at: dt.datetime | None = None,
    notes: str = "",
    idempotency_key: str | None = None,
) -> list[Payment]:
    """Record one payment over several places of one family: (enrolment id, amount in EGP) each, all or none.

    Each part is a payment with its receipt; the first holds the reference, the others point at it. The same key again
    gives the same parts. Raises DomainError `split_needs_places`, `not_one_family`, or what `record_payment` refuses.
    """
    ids = [enrollment_id for enrollment_id, _amount in parts]
    if len(ids) < 2 or len(set(ids)) != len(ids):
        raise DomainError("split_needs_places", _("Choose two or more different places to split a payment over."))
    held: dict[UUID, Enrollment] = {pk: Enrollment.objects.lock(pk) for pk in sorted(ids)}
    families = {family_of(enrollment) for enrollment in held.values()}
    if len(families) > 1:
        raise DomainError("not_one_family", _("One transfer is split over the places of one family only."))
    family, first, payments = families.pop(), None, []
    for enrollment_id, amount in parts:
        payment, is_new = take_money(
            held[enrollment_id],
            family,
            amount=amount,
            method=method,
            by=by,
            reference_number=reference_number,
            paid_at=paid_at,
            notes=notes,
            idempotency_key=idempotency_key if first is None else None,
            split_of=first,
        )
        if not is_new:
            return _same_parts(payment, parts)
        first = first or payment
        payments.append(payment)
    return payments


def _same_parts(first: Payment, parts: Sequence[tuple[UUID, object]]) -> list[Payment]:
    """The parts that this key made before, if they are of the same places."""
    made = [first, *first.parts.order_by("recorded_at")]
    if {payment.enrollment_id for payment in made} != {enrollment_id for enrollment_id, _amount in parts}:
        message = _("This was sent before with other contents. Reload the page and enter the payment again.")
        raise DomainError("idempotency_conflict", message)
    return made
