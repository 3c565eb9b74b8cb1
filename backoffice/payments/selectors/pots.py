"""Where a family's money lies: each payment's share in a place, or on the family's account."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, When

from backoffice.enrollments.models import Enrollment
from backoffice.shared.money import CENT
from backoffice.users.models import Parent, StudentUser

from ..models import Allocation, Payment, RefundRequest
from .balances import MONEY, ZERO, rounded, summed, total

type Family = Parent | StudentUser


def family_of(enrollment: Enrollment) -> Family:
    """Who pays for a place: the child's first parent, or the student."""
    if enrollment.child is not None:
        return enrollment.child.primary_parent
    assert enrollment.student is not None  # noqa: S101  exactly_one
    return enrollment.student


def payments_of(family: Family) -> QuerySet[Payment]:
    """All payments of a family."""
    who = {"payer_parent": family} if isinstance(family, Parent) else {"payer_student": family}
    rows: QuerySet[Payment] = Payment.objects.filter(**who)
    return rows


def with_share(payments: QuerySet[Payment], place_id: UUID | None) -> QuerySet[Any]:
    """The settled payments, each with `share`: what of it lies in the place (None: on the account) and nobody claims.

    share = what was paid for the place + moved to it − moved away − refunds of it asked for, approved or paid back.
    """
    of_place = {"source": place_id} if place_id else {"source__isnull": True}
    to_place = {"target": place_id} if place_id else {"target__isnull": True}
    refunds = {"enrollment": place_id} if place_id else {"enrollment__isnull": True}
    home = Q(enrollment=place_id) if place_id else Q(enrollment__isnull=True)
    mine = OuterRef("pk")
    share = (
        Case(When(home, then=F("amount")), default=ZERO, output_field=MONEY)
        + summed(Allocation.objects.filter(payment=mine, **to_place), by="payment")
        - summed(Allocation.objects.filter(payment=mine, **of_place), by="payment")
        - summed(RefundRequest.objects.claiming().filter(payment=mine, **refunds), by="payment")
    )
    return payments.filter(status__in=["paid", "partially_refunded", "refunded"]).annotate(share=rounded(share))


def share_of(payment: Payment, place_id: UUID | None) -> Decimal:
    """What of one payment lies in a place or on the account, in EGP; call it under the payment's lock to decide."""
    row = with_share(Payment.objects.filter(pk=payment.pk), place_id).values_list("share", flat=True).first()
    return Decimal(row or 0).quantize(CENT)


def credit_of(family: Family) -> Decimal:
    """What lies on a family's account, in EGP."""
    rows = with_share(payments_of(family), None).filter(share__gt=0)
    return total(rows, "share")
