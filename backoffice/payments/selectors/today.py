"""What waits with the money, and what came in on a day."""

import datetime as dt

from django.db.models import Sum

from backoffice.shared.dates import day_begins
from backoffice.shared.figures import Figured

from ..models import AccountTask, LedgerCheck, Payment, RefundRequest


def paid_on(day: dt.date) -> Figured:
    """Payments by the day in Cairo they were paid at: how many, and how much before anything went back."""
    ends = day_begins(day + dt.timedelta(days=1))
    rows = Payment.objects.settled().filter(paid_at__gte=day_begins(day), paid_at__lt=ends)
    return Figured(rows, amount="amount")


def refunds_to_decide() -> Figured:
    """Refunds that were asked for and not decided: how many, and how much."""
    return Figured(RefundRequest.objects.filter(status="requested"), amount="amount")


def credits_to_settle() -> Figured:
    """Money on families' accounts that somebody has to see to."""
    return Figured(AccountTask.objects.open())


def last_ledger_check() -> Figured:
    """The last proof of the ledger: how many (one or none), how many rows differed, and when it was."""
    last = LedgerCheck.objects.order_by("-started_at", "-pk").values("pk")[:1]
    return Figured(LedgerCheck.objects.filter(pk__in=last), part=Sum("differences"), at="started_at")
