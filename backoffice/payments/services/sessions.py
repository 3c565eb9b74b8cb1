"""A cashier's day: opened with a float, closed with counted cash."""

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import CashSession
from ..selectors import expected_cash
from .intake import read_cash


@transaction.atomic
def open_cash_session(*, opening_float: Decimal, by: CustomUser) -> CashSession:
    """Begin a cashier's day with the cash already in the drawer; one open day per cashier (`session_open_already`)."""
    amount = read_cash(opening_float, field="opening_float")
    session = CashSession(cashier=by, opening_float=amount)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        if not CashSession.objects.open().of_cashier(by).exists():
            raise
        raise DomainError("session_open_already", _("You have an open cash session already.")) from error
    audit.record_created(session, by=by)
    return session


@transaction.atomic
def close_cash_session(
    session_id: UUID, *, counted: Decimal, by: CustomUser | None, difference_reason: str = ""
) -> CashSession:
    """End a cashier's day with the cash counted in the drawer; what differs from the books needs a reason.

    A cashier closes the own session, others only who sees all of them. Raises DomainError `not_your_session`,
    `session_closed`, `difference_without_reason`.
    """
    amount = read_cash(counted, field="counted")
    session: CashSession = CashSession.objects.lock(session_id)
    if by is not None and not CashSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise DomainError("not_your_session", _("This is another cashier's session."))
    if session.closed_at is not None:
        raise DomainError("session_closed", _("This session is closed already."))
    before = audit.snapshot(session)
    session.expected = expected_cash(session)
    session.counted = amount
    session.difference = amount - session.expected
    session.difference_reason = difference_reason.strip()
    if session.difference and not session.difference_reason:
        message = _("The count differs from the books by %(difference)s EGP: say why.") % {
            "difference": session.difference
        }
        raise DomainError(
            "difference_without_reason", message, field="difference_reason", difference=session.difference
        )
    session.closed_at = timezone.now()
    session.save(update_fields=["expected", "counted", "difference", "difference_reason", "closed_at"])
    audit.record_changed(session, before, by=by, action=audit.Action.TRANSITION, reason=session.difference_reason)
    return session


def lock_open_session(cashier: CustomUser) -> CashSession:
    """The cashier's open session, locked, so that it isn't closed under the money that is being put into it."""
    session_id = CashSession.objects.open().of_cashier(cashier).values_list("pk", flat=True).first()
    session: CashSession | None = CashSession.objects.lock(session_id) if session_id else None
    if session is None or session.closed_at is not None:
        raise DomainError("no_open_session", _("Open your cash session first: cash is counted at the day's end."))
    return session
