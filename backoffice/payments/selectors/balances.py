"""What was paid, what went back and what is owed: always computed from rows, never kept."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round

from backoffice.enrollments.models import Enrollment
from backoffice.shared.money import CENT

from ..models import CashSession, Payment, RefundRequest

MONEY = DecimalField(max_digits=14, decimal_places=2)
ZERO = Value(Decimal("0.00"), output_field=MONEY)


@dataclass(frozen=True)
class Balance:
    """An enrolment's money in EGP: the price agreed, what came in, what went back, what is still owed."""

    price: Decimal
    paid: Decimal
    refunded: Decimal

    @property
    def balance(self) -> Decimal:
        """price − paid + refunded."""
        return self.price - self.paid + self.refunded


def balance_of(enrollment: Enrollment) -> Balance:
    """The enrolment's money as the rows have it now; for a decision, call it under the enrolment's lock."""
    paid = Payment.objects.settled().filter(enrollment=enrollment)
    refunded = RefundRequest.objects.processed().filter(payment__enrollment=enrollment)
    return Balance(price=enrollment.price, paid=total(paid), refunded=total(refunded))


def with_balance(enrollments: QuerySet[Enrollment]) -> QuerySet[Enrollment]:
    """The enrolments, each with `paid`, `refunded` and `balance`; no query per row, and fit for filter and order."""
    paid = Payment.objects.settled().filter(enrollment=OuterRef("pk"))
    refunded = RefundRequest.objects.processed().filter(payment__enrollment=OuterRef("pk"))
    rows = enrollments.annotate(paid=summed(paid, by="enrollment"), refunded=summed(refunded, by="payment__enrollment"))
    # Rounded, for SQLite adds decimals as floats and would find a balance of 0.00000000000000006.
    return rows.annotate(balance=Round(F("price") - F("paid") + F("refunded"), precision=2, output_field=MONEY))


def refund_claims(payment: Payment) -> Decimal:
    """What of a payment went back, is approved to, or is asked for."""
    return total(RefundRequest.objects.claiming().filter(payment=payment))


def refunded_of(payment: Payment) -> Decimal:
    """What of a payment went back."""
    return total(RefundRequest.objects.processed().filter(payment=payment))


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
    return Round(Coalesce(Subquery(sums, output_field=MONEY), ZERO), precision=2, output_field=MONEY)
