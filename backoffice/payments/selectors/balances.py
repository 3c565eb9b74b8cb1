"""What was paid, what went back and what is owed: always computed from rows, never kept."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round

from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.selectors import charged_of, with_charged
from backoffice.shared.money import CENT
from backoffice.shared.statements import KeptStatement

from ..models import Allocation, CashSession, Payment, RefundRequest

MONEY = DecimalField(max_digits=14, decimal_places=2)
ZERO = Value(Decimal("0.00"), output_field=MONEY)


@dataclass(frozen=True)
class Balance:
    """An enrolment's money in EGP: what is charged, what came in, what went back, what is still owed.

    `price` is the price agreed with its later changes; `paid` counts money moved to the place and less what moved away.
    """

    price: Decimal
    paid: Decimal
    refunded: Decimal

    @property
    def balance(self) -> Decimal:
        """price − paid + refunded."""
        return self.price - self.paid + self.refunded


def balance_of(enrollment: Enrollment) -> Balance:
    """The enrolment's money as the rows have it now; for a decision, call it under the enrolment's lock."""
    direct = total(Payment.objects.settled().filter(enrollment=enrollment))
    came = total(Allocation.objects.filter(target=enrollment))
    went = total(Allocation.objects.filter(source=enrollment))
    refunded = total(RefundRequest.objects.processed().filter(enrollment=enrollment))
    return Balance(price=charged_of(enrollment), paid=direct + came - went, refunded=refunded)


def with_balance(enrollments: QuerySet[Enrollment]) -> QuerySet[Enrollment]:
    """The enrolments, each with `charged`, `paid`, `refunded` and `balance`: no query per row, fit for filters."""
    place = OuterRef("pk")
    direct = summed(Payment.objects.settled().filter(enrollment=place), by="enrollment")
    came = summed(Allocation.objects.filter(target=place), by="target")
    went = summed(Allocation.objects.filter(source=place), by="source")
    refunded = summed(RefundRequest.objects.processed().filter(enrollment=place), by="enrollment")
    # Rounded, for SQLite adds decimals as floats and would find a balance of 0.00000000000000006.
    rows = with_charged(enrollments).annotate(paid=rounded(direct + came - went), refunded=refunded)
    owing: QuerySet[Enrollment] = rows.annotate(balance=rounded(F("charged") - F("paid") + F("refunded")))
    return owing


def balances_of(enrollment_ids: Collection[UUID]) -> dict[UUID, Balance]:
    """The money of many enrolments, in one query whose SQL isn't written anew: for the apps' lists."""
    if not enrollment_ids:
        return {}
    rows = _BALANCES.rows(ids=list(enrollment_ids))
    return {pk: Balance(price=price, paid=paid, refunded=refunded) for pk, price, paid, refunded in rows}


def _balances(ids: Any) -> QuerySet[Any, Any]:
    places: QuerySet[Any] = with_balance(Enrollment.objects.filter(pk__in=ids))
    return places.order_by().values_list("pk", "charged", "paid", "refunded")


_BALANCES = KeptStatement(_balances)


def with_refunded(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """The payments, each with `refunded`: what of it went back."""
    back = summed(RefundRequest.objects.processed().filter(payment=OuterRef("pk")), by="payment")
    rows: QuerySet[Payment] = payments.annotate(refunded=back)
    return rows


def refund_claims(payment: Payment) -> Decimal:
    """What of a payment went back, is approved to, or is asked for."""
    return total(RefundRequest.objects.claiming().filter(payment=payment))


def refunded_of(payment: Payment) -> Decimal:
    """What of a payment went back."""
    return total(RefundRequest.objects.processed().filter(payment=payment))


def asked_together(refund: RefundRequest) -> Decimal:
    """What was asked for in one go with a refund: of one place, by one person, at one moment."""
    same = {"requested_at": refund.requested_at, "requested_by": refund.requested_by_id}
    return (
        total(RefundRequest.objects.filter(enrollment=refund.enrollment_id, **same))
        if refund.enrollment_id
        else refund.amount
    )


def expected_cash(session: CashSession) -> Decimal:
    """What the drawer should hold: the float, and the cash taken, less the cash paid back."""
    taken = total(Payment.objects.settled().filter(cash_session=session))
    given_back = total(RefundRequest.objects.processed().filter(cash_session=session))
    return session.opening_float + taken - given_back


def total(rows: QuerySet[Any], column: str = "amount") -> Decimal:
    """The sum of a column of money, zero for no rows, to the piastre on every database."""
    amount: Decimal | None = rows.aggregate(total=Sum(column))["total"]
    return (amount or Decimal(0)).quantize(CENT)


def summed(rows: QuerySet[Any], *, by: str, column: str = "amount") -> Any:
    """A subquery: the sum of the rows that belong to the outer row; `by` is the column that `rows` is filtered on."""
    sums = rows.order_by().values(by).annotate(total=Sum(column)).values("total")
    return rounded(Coalesce(Subquery(sums, output_field=MONEY), ZERO))


def rounded(amount: Any) -> Any:
    """An expression of money, to the piastre."""
    return Round(amount, precision=2, output_field=MONEY)
