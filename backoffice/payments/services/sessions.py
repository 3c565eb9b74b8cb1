"""A cashier's day: opened with a float, ended by a blind count; a difference is explained, and confirmed by another."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit, counters
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..models import CashSession, Payment
from ..selectors import expected_cash
from .intake import key_conflict, read_cash, read_key


@transaction.atomic
def open_cash_session(
    *, opening_float: object, by: CustomUser, at: dt.datetime | None = None, idempotency_key: str | None = None
) -> CashSession:
    """Begin a cashier's day with the cash already in the drawer, in EGP; the same key again begins no other.

    One open day per cashier (`session_open_already`), and none while a difference of an earlier one is unexplained
    (`difference_unexplained`). `at` is for days that were kept on paper; no screen offers it.
    """
    amount, key = read_cash(opening_float, field="opening_float"), read_key(idempotency_key)
    if (first := _opened_before(key, amount, by)) is not None:
        return first
    if CashSession.objects.of_cashier(by).exclude(difference=0).filter(closed_at__isnull=False, difference_reason=""):
        message = _("Your last cash session differs from the books: say why before you open another.")
        raise DomainError("difference_unexplained", message)
    session = CashSession(cashier=by, opening_float=amount, opened_at=at or timezone.now(), idempotency_key=key)
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError as error:
        if (first := _opened_before(key, amount, by)) is not None:
            return first
        if not CashSession.objects.open().of_cashier(by).exists():
            raise
        raise DomainError("session_open_already", _("You have an open cash session already.")) from error
    audit.record_created(session, by=by)
    return session


def _opened_before(key: str | None, amount: Decimal, by: CustomUser) -> CashSession | None:
    """The session that this key opened before, open still or not, if it is the same one."""
    first: CashSession | None = CashSession.objects.filter(idempotency_key=key).first() if key else None
    if first is not None and (first.cashier_id, first.opening_float) != (by.pk, amount):
        raise key_conflict()
    return first


@transaction.atomic
def close_cash_session(
    session_id: UUID, *, counted: object, by: CustomUser | None, at: dt.datetime | None = None
) -> CashSession:
    """End a cashier's day with the cash counted in the drawer, in EGP; the count is blind, and final.

    Whatever was counted is taken and can't be changed; only then the books say what they expected. A difference is
    explained afterwards. A cashier closes the own session, others only who sees all of them. `at` is for days that
    were kept on paper; no screen offers it. Raises DomainError `not_your_session`, `session_closed` or `amount_…`.
    """
    amount = read_cash(counted, field="counted")
    session = _lock_visible(session_id, by)
    if session.closed_at is not None:
        raise DomainError("session_closed", _("This session is closed already."))
    before = audit.snapshot(session)
    session.expected = expected_cash(session)
    session.counted = amount
    session.difference = amount - session.expected
    session.closed_at = at or _end_of(session)
    session.closed_by = by
    year = timezone.localtime(session.closed_at).year
    session.number = f"Z-{year}-{counters.take(f'zsheet:{year}'):06d}"
    session.save(update_fields=["expected", "counted", "difference", "closed_at", "closed_by", "number"])
    audit.record_changed(session, before, by=by, action=audit.Action.TRANSITION)
    return session


def _end_of(session: CashSession) -> dt.datetime:
    """Now; but a clock that was set back meanwhile doesn't end a day before its own money came."""
    last = Payment.objects.filter(cash_session=session).aggregate(last=Max("recorded_at"))["last"]
    return max(timezone.now(), session.opened_at, last or session.opened_at)


@transaction.atomic
def explain_difference(session_id: UUID, *, reason: str, by: CustomUser) -> CashSession:
    """Say, once and as the cashier, why the count differs from the books.

    Raises DomainError `reason_missing`, `not_your_session`, `nothing_to_explain` or `difference_explained`.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the count differs."), field="reason")
    session: CashSession = CashSession.objects.lock(session_id)
    if session.cashier_id != by.pk:
        raise DomainError("not_your_session", _("This is another cashier's session."))
    if not session.differs:
        raise DomainError("nothing_to_explain", _("This session has no difference to explain."))
    if session.difference_reason:
        raise DomainError("difference_explained", _("The reason was given already; it can't be changed."))
    before = audit.snapshot(session)
    session.difference_reason = reason.strip()
    session.save(update_fields=["difference_reason"])
    audit.record_changed(session, before, by=by, reason=session.difference_reason)
    return session


@transaction.atomic
def confirm_cash_session(session_id: UUID, *, by: CustomUser, note: str = "") -> CashSession:
    """Confirm an explained difference, as a second person: neither the cashier nor who counted, whoever it is.

    Raises DomainError `may_not_confirm`, `four_eyes`, `nothing_to_confirm` or `difference_unexplained`.
    """
    session = _lock_visible(session_id, by)
    if by.pk in (session.cashier_id, session.closed_by_id):
        message = _("A difference is confirmed by somebody who neither had the drawer nor counted.")
        raise DomainError("four_eyes", message)
    if not by.has_perm("payments.confirm_cashsession"):
        raise DomainError("may_not_confirm", _("Differences are confirmed by accountants and managers."))
    if not session.differs or session.confirmed_by_id is not None:
        raise DomainError("nothing_to_confirm", _("This session has no difference that waits for a confirmation."))
    if session.waits_for_reason:
        raise DomainError("difference_unexplained", _("The cashier hasn't said yet why the count differs."))
    before = audit.snapshot(session)
    session.confirmed_by = by
    session.confirmed_at = timezone.now()
    session.confirmation_note = note.strip()
    session.save(update_fields=["confirmed_by", "confirmed_at", "confirmation_note"])
    audit.record_changed(session, before, by=by, action=audit.Action.TRANSITION, reason=session.confirmation_note)
    return session


@transaction.atomic
def print_z_sheet(session_id: UUID, *, by: CustomUser | None) -> CashSession:
    """The day's sheet, to be put on paper: counted, for every print after the first is a copy (`session_open`)."""
    session = _lock_visible(session_id, by)
    if session.closed_at is None:
        raise DomainError("session_open", _("A day's sheet is printed once the session is closed."))
    before = audit.snapshot(session)
    session.times_printed += 1
    session.save(update_fields=["times_printed"])
    audit.record_changed(session, before, by=by, action=audit.Action.VIEW)
    return session


def _lock_visible(session_id: UUID, by: CustomUser | None) -> CashSession:
    """The session, locked, if this person may see it; the system (none) sees all."""
    session: CashSession = CashSession.objects.lock(session_id)
    if by is not None and not CashSession.objects.visible_to(by).filter(pk=session.pk).exists():
        raise DomainError("not_your_session", _("This is another cashier's session."))
    return session


def lock_open_session(cashier: CustomUser) -> CashSession:
    """The cashier's open session, locked, so that it isn't closed under the money that is being put into it."""
    session_id = CashSession.objects.open().of_cashier(cashier).values_list("pk", flat=True).first()
    session: CashSession | None = CashSession.objects.lock(session_id) if session_id else None
    if session is None or session.closed_at is not None:
        raise DomainError("no_open_session", _("Open your cash session first: cash is counted at the day's end."))
    return session
