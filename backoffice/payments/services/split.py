"""One transfer that pays for several places of a family, on purpose."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import Payment
from ..selectors.pots import family_of
from .intake import Transfer, key_conflict, read_amount, read_intake
from .payments import take_money


@transaction.atomic
def record_split(
    parts: Sequence[tuple[UUID, object]], *, by: CustomUser | None, **how: Unpack[Transfer]
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
        try:
            intake = read_intake(amount, **how)
            if first is not None:
                # The key is the whole transfer's, and its first part has it.
                intake = replace(intake, idempotency_key=None)
            payment, is_new = take_money(held[enrollment_id], family, intake, by=by, split_of=first)
        except DomainError as error:
            # Which of the parts it is about.
            error.params["enrollment"] = enrollment_id
            raise
        if not is_new:
            return _same_parts(payment, parts)
        first = first or payment
        payments.append(payment)
    return payments


def _same_parts(first: Payment, parts: Sequence[tuple[UUID, object]]) -> list[Payment]:
    """The parts that this key made before, if they are of the same places and amounts."""
    made = [first, *first.parts.order_by("recorded_at")]
    asked = {enrollment_id: read_amount(amount, field="amount") for enrollment_id, amount in parts}
    if {payment.enrollment_id: payment.amount for payment in made} != asked:
        raise key_conflict()
    return made
