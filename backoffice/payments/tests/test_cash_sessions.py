"""A cashier's day: one at a time, counted at its end, and closed for good."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import CashSession, Payment
from backoffice.payments.selectors import expected_cash
from backoffice.payments.services import (
    approve_refund,
    close_cash_session,
    open_cash_session,
    process_refund,
    record_promise,
    request_refund,
)
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, manager, omar

pytestmark = pytest.mark.django_db


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def test_a_cashier_has_one_open_session():
    session = open_session()
    assert refusal_of(open_cash_session, opening_float=Decimal(0), by=session.cashier) == "session_open_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        CashSession.objects.create(cashier=session.cashier, opening_float=0)


def test_the_drawer_should_hold_the_float_and_cash_taken_less_cash_paid_back():
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal("200"))
    payment = make_payment(by=cashier, amount=Decimal("150.50"))
    make_payment(by=cashier, method="card", amount=Decimal(70))
    make_payment(by=None, amount=Decimal(30))
    refund = request_refund(payment.pk, amount=Decimal("50.25"), reason="خطأ", by=omar())
    process_refund(approve_refund(refund.pk, by=huda()).pk, by=cashier)
    assert expected_cash(session) == Decimal("300.25")
    closed = close_cash_session(session.pk, counted=Decimal("300.25"), by=cashier)
    assert (closed.expected, closed.counted, closed.difference) == (Decimal("300.25"), Decimal("300.25"), 0)


def test_a_difference_is_kept_with_its_reason():
    session = open_session()
    with pytest.raises(DomainError, match=r"-5\.50") as refused:
        close_cash_session(session.pk, counted=Decimal("194.50"), by=session.cashier, difference_reason=" ")
    assert (refused.value.code, refused.value.field) == ("difference_without_reason", "difference_reason")
    session.refresh_from_db()
    assert session.closed_at is None
    closed = close_cash_session(session.pk, counted=Decimal("194.50"), by=session.cashier, difference_reason="فكة")
    assert (closed.difference, closed.difference_reason) == (Decimal("-5.50"), "فكة")
    assert AuditEntry.objects.get(object_id=str(session.pk), action="transition").reason == "فكة"


def test_a_closed_session_takes_no_more_and_is_not_closed_again():
    session = open_session()
    close_cash_session(session.pk, counted=Decimal(200), by=session.cashier)
    assert refusal_of(make_payment, by=session.cashier) == "no_open_session"
    assert refusal_of(close_cash_session, session.pk, counted=Decimal(200), by=session.cashier) == "session_closed"
    again = open_session(session.cashier)
    assert make_payment(by=session.cashier).cash_session == again


def test_cashiers_close_their_own_and_managers_anybodys():
    session = open_session()
    for stranger in (karima(), omar()):
        refused = refusal_of(close_cash_session, session.pk, counted=Decimal(200), by=stranger)
        assert refused == "not_your_session"
    assert close_cash_session(session.pk, counted=Decimal(200), by=manager()).closed_at


def test_cashiers_see_their_own_and_accountants_all():
    mine, other = open_session(), open_session()
    assert list(CashSession.objects.all().visible_to(mine.cashier)) == [mine]
    assert set(CashSession.objects.all().visible_to(huda())) == {mine, other}


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("0.001"), Decimal("1e9")])
def test_a_float_or_count_that_is_no_amount_is_refused_at_its_field(amount):
    with pytest.raises(DomainError) as refused:
        open_session(opening_float=amount)
    assert (refused.value.code.startswith("amount_"), refused.value.field) == (True, "opening_float")
    session = open_session()
    with pytest.raises(DomainError) as refused:
        close_cash_session(session.pk, counted=amount, by=session.cashier)
    assert refused.value.field == "counted"


def test_a_drawer_may_be_empty():
    session = open_session(opening_float=Decimal(0))
    assert close_cash_session(session.pk, counted=Decimal(0), by=session.cashier).difference == 0


def test_the_database_closes_no_session_without_a_count_that_adds_up():
    session = open_session()
    rows = CashSession.objects.filter(pk=session.pk)
    now = session.opened_at
    for wrong in (
        {"closed_at": now},
        {"closed_at": now, "expected": 200, "counted": 100, "difference": 0},
        {"counted": 100},
        {"opening_float": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_only_cash_stands_in_a_session_by_the_database():
    session, enrollment = open_session(), make_enrollment()
    promise = record_promise(enrollment_id=enrollment.pk, amount=Decimal(5), method="other", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=promise.pk).update(cash_session=session)
