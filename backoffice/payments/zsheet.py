"""The sheet of a cashier's day: what the template prints, read from the rows of the closed session."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from backoffice.enrollments.models import PaymentMethod
from backoffice.shared import audit
from backoffice.shared.models import AuditEntry

from .models import CashSession, Payment, RefundRequest


@dataclass(frozen=True)
class Tally:
    """How many, and how much in EGP."""

    count: int
    sum: Decimal
    label: Any = ""


@dataclass(frozen=True)
class ZSheet:
    """A closed session ready for the template; amounts in EGP."""

    session: CashSession
    taken: Tally
    receipts: list[Payment]
    paid_back: Tally
    refunds: list[RefundRequest]
    others: list[Tally]
    voids: list[AuditEntry] = field(default_factory=list)

    @property
    def first_receipt(self) -> str:
        """The day's first receipt for cash; empty when no cash came."""
        return self.receipts[0].receipt.number if self.receipts else ""

    @property
    def last_receipt(self) -> str:
        """The day's last receipt for cash."""
        return self.receipts[-1].receipt.number if self.receipts else ""

    @property
    def copy_number(self) -> int:
        """0 for the first print, then 1, 2, …"""
        return max(self.session.times_printed - 1, 0)


def z_sheet_of(session: CashSession) -> ZSheet:
    """The day as its rows have it; a closed session's rows don't change any more."""
    payments = Payment.objects.settled().filter(cash_session=session)
    refunds = RefundRequest.objects.processed().filter(cash_session=session)
    people = ("receipt", "enrollment__child", "enrollment__student__user", "enrollment__course")
    return ZSheet(
        session=session,
        taken=_tally(payments),
        receipts=list(payments.select_related(*people).order_by("receipt__year", "receipt__serial")),
        paid_back=_tally(refunds),
        refunds=list(refunds.order_by("processed_at")),
        others=_other_methods(session),
        voids=_voids(session),
    )


def _tally(rows: "QuerySet[Any]", label: Any = "") -> Tally:
    sums = rows.aggregate(count=Count("pk"), sum=Sum("amount"))
    return Tally(count=sums["count"], sum=sums["sum"] or Decimal(0), label=label)


def _other_methods(session: CashSession) -> list[Tally]:
    """What the cashier took without cash while the session was open, by method."""
    rows = Payment.objects.settled().filter(
        recorded_by=session.cashier_id,
        cash_session__isnull=True,
        receipt__issued_at__gte=session.opened_at,
        receipt__issued_at__lte=session.closed_at,
    )
    labels = dict(PaymentMethod.choices)
    sums = rows.order_by().values("method").annotate(count=Count("pk"), sum=Sum("amount")).order_by("method")
    return [Tally(count=row["count"], sum=row["sum"], label=labels[row["method"]]) for row in sums]


def _voids(session: CashSession) -> list[AuditEntry]:
    """The promises that the cashier struck out meanwhile, from the trail: a payment doesn't say who voided it."""
    steps = AuditEntry.objects.filter(
        model=Payment._meta.label_lower,
        action=audit.Action.TRANSITION,
        actor=session.cashier_id,
        at__gte=session.opened_at,
        at__lte=session.closed_at,
    )
    return [one for one in steps.order_by("id") if one.changes.get("status", ["", ""])[1] == Payment.Status.VOID]
