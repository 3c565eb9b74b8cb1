"""Balances, refunds, states, receipts and sessions against each other."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Round
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment

from ..models import CashSession, Payment, Receipt, RefundRequest
from ..querysets import SETTLED
from ..selectors import with_balance
from ..selectors.balances import MONEY, summed
from .report import Difference, differences


def money_differences() -> Iterator[Difference]:
    """Every payment, refund, receipt, session and enrolment whose money another row contradicts."""
    yield from _of_enrollments()
    yield from _of_payments()
    yield from _of_receipts()
    yield from _of_sessions()


def _of_enrollments() -> Iterator[Difference]:
    rows: QuerySet[Any] = with_balance(Enrollment.objects.all())
    yield from differences(
        "overpaid",
        _("Nobody has paid more than the price agreed"),
        rows.filter(balance__lt=0),
        found="paid",
        expected="price",
    )
    yield from differences(
        "over_refunded",
        _("No more went back than came in"),
        rows.filter(refunded__gt=F("paid")),
        found="refunded",
        expected="paid",
    )
    yield from differences(
        "refunded_with_money",
        _("Of a refunded enrolment nothing is left"),
        rows.filter(status="refunded", paid__gt=F("refunded")),
        found="refunded",
        expected="paid",
    )
    yield from differences(
        "money_gone_place_kept",
        _("An enrolment whose money all went back is refunded"),
        # Paid anew after the refund ended the place is impossible, so equal sums mean an end.
        rows.filter(paid__gt=0, paid=F("refunded")).exclude(status="refunded").annotate(expected=Value("refunded")),
        found="status",
        expected="expected",
    )


def _of_payments() -> Iterator[Difference]:
    processed = RefundRequest.objects.processed().filter(payment=OuterRef("pk"))
    claimed = RefundRequest.objects.claiming().filter(payment=OuterRef("pk"))
    rows = Payment.objects.annotate(gone_back=summed(processed, by="payment"), claimed=summed(claimed, by="payment"))
    yield from differences(
        "refunds_above_payment",
        _("Refunds of a payment are at most its amount"),
        rows.filter(claimed__gt=F("amount")),
        found="claimed",
        expected="amount",
    )
    yield from differences(
        "refund_of_nothing",
        _("Only money that was taken goes back"),
        rows.exclude(status__in=SETTLED).filter(claimed__gt=0),
        found="claimed",
        expected="status",
    )
    state = Case(
        When(gone_back=0, then=Value("paid")),
        When(gone_back__gte=F("amount"), then=Value("refunded")),
        default=Value("partially_refunded"),
        output_field=CharField(),
    )
    yield from differences(
        "payment_state",
        _("A payment's state follows from its refunds"),
        rows.filter(status__in=SETTLED).annotate(state=state).exclude(status=F("state")),
        found="status",
        expected="state",
    )
    yield from differences(
        "cash_outside_sessions",
        _("Cash that a person took is in a session"),
        Payment.objects.settled()
        .filter(method="cash", cash_session=None, import_batch=None, recorded_by__isnull=False)
        .annotate(expected=Value("a session")),
        found="cash_session",
        expected="expected",
    )


def _of_receipts() -> Iterator[Difference]:
    yield from differences(
        "paid_without_receipt",
        _("Every settled payment has a receipt"),
        Payment.objects.settled().filter(receipt__isnull=True).annotate(expected=Value("a receipt")),
        found="status",
        expected="expected",
    )
    yield from differences(
        "receipt_without_money",
        _("A receipt is of a settled payment"),
        Receipt.objects.exclude(payment__status__in=SETTLED).annotate(expected=Value("settled")),
        found="payment__status",
        expected="expected",
    )
    said = Round(Cast(KT("content__amount"), MONEY), precision=2, output_field=MONEY)
    yield from differences(
        "receipt_says_otherwise",
        _("A receipt says the amount of its payment"),
        Receipt.objects.annotate(said=said).exclude(Q(said=F("payment__amount")) & Q(said__isnull=False)),
        found="payment__amount",
        expected="said",
    )


def _of_sessions() -> Iterator[Difference]:
    taken = Payment.objects.settled().filter(cash_session=OuterRef("pk"))
    given_back = RefundRequest.objects.processed().filter(cash_session=OuterRef("pk"))
    sums = F("opening_float") + summed(taken, by="cash_session") - summed(given_back, by="cash_session")
    rows: QuerySet[CashSession] = CashSession.objects.filter(closed_at__isnull=False).annotate(
        adds_up_to=Round(sums, precision=2, output_field=MONEY)
    )
    yield from differences(
        "session_sum",
        _("A closed session expected its float, cash taken and cash paid back"),
        rows.exclude(expected=F("adds_up_to")),
        found="expected",
        expected="adds_up_to",
    )
    yield from differences(
        "paid_after_closing",
        _("A closed session takes no more payments"),
        Payment.objects.filter(cash_session__closed_at__lt=F("recorded_at")),
        found="recorded_at",
        expected="cash_session__closed_at",
    )
