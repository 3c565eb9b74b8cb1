"""Cashiers' drawers: what should lie in those that are open, and who may not be told."""

from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Trim

from backoffice.shared.figures import Figured

from ..models import CashSession, Payment, RefundRequest
from .balances import rounded, summed


def has_to_count(user: Any) -> bool:
    """Whether the person has a drawer open. It is counted blind: until then nothing that adds up is shown to them."""
    return own_drawer(user).fetch().count > 0


def own_drawer(user: Any) -> Figured:
    """The person's own open drawer: how many (one or none), and since when."""
    return Figured(CashSession.objects.open().of_cashier(user), at="opened_at")


def open_drawers() -> QuerySet[Any]:
    """Every open drawer with `cashier_name`, and in EGP: `taken` in cash, `given` back, and `due` to lie in it.

    due = float + taken − given, as it is kept when the session is closed. Not for who has to count.
    """
    session = OuterRef("pk")
    taken = summed(Payment.objects.settled().filter(cash_session=session), by="cash_session")
    given = summed(RefundRequest.objects.processed().filter(cash_session=session), by="cash_session")
    name = Trim(Concat("cashier__first_name", Value(" "), "cashier__last_name", output_field=CharField()))
    drawers = CashSession.objects.open().annotate(cashier_name=name, taken=taken, given=given)
    rows: QuerySet[Any] = drawers.annotate(due=rounded(F("opening_float") + F("taken") - F("given")))
    return rows


def cash_in_hand() -> Figured:
    """How many drawers are open, and what should lie in all of them together."""
    return Figured(open_drawers(), amount="due")
