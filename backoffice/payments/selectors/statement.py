"""The statement of a family or of one place: every row that moved money, with who, when and why, and the balance."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.shared.text import isolated
from backoffice.users.models import CustomUser, Parent

from ..models import Allocation, Payment, RefundRequest
from .balances import with_balance
from .pots import Family, payments_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StatementRow:
    """One row: amounts in EGP, above zero what is owed more by it, below zero what is owed less."""

    when: dt.datetime
    what: "StrOrPromise"
    place: str
    who: str
    why: str
    amount: Decimal
    balance: Decimal = Decimal("0.00")


def statement_of_place(enrollment: Enrollment) -> list[StatementRow]:
    """All rows of one enrolment, the oldest first, each with what is owed after it; a constant number of queries."""
    payments = Payment.objects.settled().filter(enrollment=enrollment)
    refunds = RefundRequest.objects.processed().filter(enrollment=enrollment)
    out, came = Allocation.objects.filter(source=enrollment), Allocation.objects.filter(target=enrollment)
    return _summed_up(
        [
            *_charges([enrollment]),
            *_payments(payments),
            *_refunds(refunds),
            *_allocations(out, Decimal(1)),
            *_allocations(came, Decimal(-1)),
        ]
    )


def statement_of_family(family: Family) -> list[StatementRow]:
    """All rows of a family, the oldest first; below zero, the balance is money that lies on its account.

    Money that only changed its place within the family stands in it with an amount of zero.
    """
    places = places_of(family)
    payments = payments_of(family).filter(status__in=["paid", "partially_refunded", "refunded"])
    refunds = RefundRequest.objects.processed().filter(payment__in=payments)
    return _summed_up(
        [
            *_charges(places),
            *_payments(payments),
            *_refunds(refunds),
            *_allocations(Allocation.objects.filter(payment__in=payments), Decimal(0)),
        ]
    )


def places_of(family: Family) -> list[Enrollment]:
    """The enrolments that a family pays for: of the parent's own children, or the student's."""
    who = {"child__primary_parent": family} if isinstance(family, Parent) else {"student": family}
    people = ("child", "student__user", "course", "accepted_by")
    return list(Enrollment.objects.filter(**who).select_related(*people).order_by("enrolled_at"))


def _summed_up(rows: Sequence[StatementRow]) -> list[StatementRow]:
    balance, summed = Decimal("0.00"), []
    for row in sorted(rows, key=lambda one: one.when):
        balance += row.amount
        summed.append(replace(row, balance=balance))
    return summed


def _charges(places: Sequence[Enrollment]) -> Iterator[StatementRow]:
    ended = [place.pk for place in places if place.status == Enrollment.Status.REFUNDED]
    ended_places: QuerySet[Any] = with_balance(Enrollment.objects.filter(pk__in=ended))
    left = dict(ended_places.values_list("pk", "balance"))
    for place in places:
        name, by = _of_place(place), _name(place.accepted_by)
        yield StatementRow(place.enrolled_at, _("The course's price"), name, by, "", place.list_price)
        if place.discount:
            what, why = _("Discount"), place.discount_reason
            yield StatementRow(place.enrolled_at, what, name, by, why, -place.discount)
        if place.pk in left and place.ended_at is not None:
            # Its price is owed no more: what came in went back, and the place ended.
            what, why = _("The place ended"), place.status_reason
            yield StatementRow(place.ended_at, what, name, "", why, -left[place.pk])
    changes = PriceChange.objects.filter(enrollment__in=places).select_related(
        "by", "enrollment__child", "enrollment__student__user", "enrollment__course"
    )
    for change in changes:
        name = _of_place(change.enrollment)
        yield StatementRow(change.at, _("Price changed"), name, _name(change.by), change.reason, change.amount)


def _payments(payments: QuerySet[Payment]) -> Iterator[StatementRow]:
    people = ("receipt", "recorded_by", "enrollment__child", "enrollment__student__user", "enrollment__course")
    for payment in payments.select_related(*people):
        words = {"method": payment.get_method_display(), "number": isolated(payment.receipt.number)}
        what = _("Paid by %(method)s, receipt %(number)s") % words
        if payment.reference_number:
            what = f"{what} · {isolated(payment.reference_number)}"
        by, name = _name(payment.recorded_by), _of_place(payment.enrollment)
        yield StatementRow(payment.paid_at or payment.recorded_at, what, name, by, payment.notes, -payment.amount)


def _refunds(refunds: QuerySet[RefundRequest]) -> Iterator[StatementRow]:
    people = ("processed_by", "enrollment__child", "enrollment__student__user", "enrollment__course")
    for refund in refunds.select_related(*people):
        what = _("Paid back, %(number)s") % {"number": isolated(refund.number)}
        by, name = _name(refund.processed_by), _of_place(refund.enrollment)
        yield StatementRow(refund.processed_at or refund.requested_at, what, name, by, refund.reason, refund.amount)


def _allocations(rows: QuerySet[Allocation], sign: Decimal) -> Iterator[StatementRow]:
    sides = [f"{side}__{who}" for side in ("source", "target") for who in ("child", "student__user", "course")]
    for row in rows.select_related("by", *sides):
        words = {"amount": row.amount, "source": _of_place(row.source), "target": _of_place(row.target)}
        what = _("%(amount)s EGP moved from %(source)s to %(target)s") % words
        yield StatementRow(row.at, what, "", _name(row.by), row.reason, sign * row.amount)


def _of_place(place: Enrollment | None) -> str:
    return str(place) if place else _("the family's account")


def _name(user: CustomUser | None) -> str:
    return str(user) if user else ""
