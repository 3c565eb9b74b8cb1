"""One refund is decided and paid back once, one drawer is closed once, whoever comes at the same moment."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from backoffice.courses.querysets import CourseQuerySet
from backoffice.enrollments.querysets import EnrollmentQuerySet
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import CashSession, RefundRequest
from backoffice.payments.querysets import CashSessionQuerySet, PaymentQuerySet, RefundRequestQuerySet
from backoffice.payments.selectors.pots import share_of
from backoffice.payments.services import (
    approve_refund,
    close_cash_session,
    confirm_cash_session,
    explain_difference,
    open_cash_session,
    process_refund,
    refunds,
    request_refund,
)
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, manager, omar
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def faults():
    return sorted({difference.code for difference in check_ledger()})


# Refunds.
def two_approvals():
    refund = request_refund(make_payment(method="card").pk, amount=Decimal(100), reason="سفر", by=omar())
    return refund, [lambda by=by: approve_refund(refund.pk, by=by) for by in (huda(), manager())]


def approvals_in_trail(refund):
    return AuditEntry.objects.filter(object_id=str(refund.pk), action="transition").count()


def test_two_approvals_of_one_refund_are_one():
    refund, calls = two_approvals()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["illegal_step"], [])
    assert approvals_in_trail(refund) == 1


def test_without_the_refunds_lock_two_people_approve_it_up_to_the_databases_rule(monkeypatch):
    _refund, calls = two_approvals()
    take_lock_out(monkeypatch, RefundRequestQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    # Both went past the check; what kept the first decision is the database's own rule, as an error on the screen.
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)


def paying_back_twice():
    payment = make_payment(method="card", amount=Decimal(200))
    refund = request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=omar())
    accountants = [huda(), huda()]
    approve_refund(refund.pk, by=accountants[0])
    return refund, [lambda by=by: process_refund(refund.pk, by=by, reference_number="TX9") for by in accountants]


def test_one_refund_paid_back_twice_at_once_is_paid_back_once():
    refund, calls = paying_back_twice()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["illegal_step"], [])
    assert RefundRequest.objects.get(pk=refund.pk).number == f"R-{timezone.localdate().year}-000001"
    assert faults() == []


def test_without_locks_one_refund_is_paid_back_twice_up_to_the_databases_rule(monkeypatch):
    _refund, calls = paying_back_twice()
    for rows in (CourseQuerySet, EnrollmentQuerySet, PaymentQuerySet):
        take_lock_out(monkeypatch, rows)
    take_lock_out(monkeypatch, RefundRequestQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)


def asking_for_too_much():
    payment, registrar = make_payment(method="card"), omar()
    ask = {"amount": Decimal(60), "reason": "سفر", "by": registrar}
    return payment, [lambda: request_refund(payment.pk, **ask)] * 2


def test_two_refunds_asked_for_at_once_stay_within_the_payment():
    _payment, calls = asking_for_too_much()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["more_than_paid"], [])


def test_without_the_payments_lock_more_is_asked_for_than_was_paid(monkeypatch):
    _payment, calls = asking_for_too_much()
    take_lock_out(monkeypatch, PaymentQuerySet)
    monkeypatch.setattr(refunds, "share_of", Meeting(2).after(share_of))
    assert len(at_once(calls).done) == 2
    assert faults() == ["refunds_above_payment"]


# Cash sessions.
def closing_while_paying():
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal(0))
    enrollments = [make_enrollment() for _ in range(6)]
    paying = [lambda one=one: make_payment(one, by=cashier) for one in enrollments]

    def close():
        return close_cash_session(session.pk, counted=Decimal(0), by=cashier)

    return session, paying, close


@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_session_closed_while_money_comes_in_counts_each_payment_or_refuses_it(place):
    session, paying, close = closing_while_paying()
    outcome = at_once([*paying[:place], close, *paying[place:]])
    assert outcome.failed == []
    assert set(outcome.refused) <= {"no_open_session"}
    session.refresh_from_db()
    assert session.expected == 100 * session.payments.count() == 100 * (len(outcome.done) - 1)
    assert faults() == []


def test_without_the_sessions_lock_money_goes_into_a_closed_session(monkeypatch):
    _session, paying, close = closing_while_paying()
    seen_open, closed = threading.Event(), threading.Event()

    def read(self, pk):
        row = self.get(pk=pk)
        if threading.current_thread().name == "cashier":
            seen_open.set()
            closed.wait(timeout=5)
        return row

    monkeypatch.setattr(CashSessionQuerySet, "lock", read)

    def pay():
        threading.current_thread().name = "cashier"
        return paying[0]()

    def close_then_tell():
        seen_open.wait(timeout=5)
        result = close()
        closed.set()
        return result

    outcome = at_once([pay, close_then_tell])
    assert (len(outcome.done), outcome.failed) == (2, [])
    assert {"paid_after_closing", "session_sum"} <= set(faults())


def test_two_sessions_opened_at_once_by_one_cashier_are_one():
    cashier = karima()
    outcome = at_once([lambda: open_cash_session(opening_float=Decimal(0), by=cashier)] * 2)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["session_open_already"], [])
    assert CashSession.objects.open().of_cashier(cashier).count() == 1


def test_without_the_index_one_cashier_opens_two_sessions_at_once():
    cashier = karima()
    (one_open,) = (one for one in CashSession._meta.constraints if one.name == "payments_cashsession_one_open")
    with connection.schema_editor() as editor:
        editor.remove_constraint(CashSession, one_open)
    try:
        at_once([lambda: open_cash_session(opening_float=Decimal(0), by=cashier)] * 2)
        sessions = CashSession.objects.open().of_cashier(cashier)
        assert sessions.count() == 2
    finally:
        for session in CashSession.objects.open().of_cashier(cashier)[1:]:
            close_cash_session(session.pk, counted=Decimal(0), by=cashier)
        with connection.schema_editor() as editor:
            editor.add_constraint(CashSession, one_open)


# Differences.
def two_confirmations():
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal(0))
    close_cash_session(session.pk, counted=Decimal(5), by=cashier)
    explain_difference(session.pk, reason="فكة", by=cashier)
    return session, [lambda by=by: confirm_cash_session(session.pk, by=by) for by in (huda(), manager())]


def test_a_difference_confirmed_by_two_people_at_once_is_confirmed_by_one():
    session, calls = two_confirmations()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["nothing_to_confirm"], [])
    assert AuditEntry.objects.filter(object_id=str(session.pk), action="transition").count() == 2
    assert faults() == []


def test_without_the_sessions_lock_two_people_confirm_it_up_to_the_databases_rule(monkeypatch):
    _session, calls = two_confirmations()
    take_lock_out(monkeypatch, CashSessionQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    # Both went past the check; what kept the first confirmation is the database's own rule, as an error on the screen.
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)
