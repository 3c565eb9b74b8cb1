"""Killed at every step, an operation is there whole or not at all, and can be done again."""

from decimal import Decimal

import pytest

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import CashSession, Payment, Receipt, RefundRequest
from backoffice.payments.services import approve_refund, record_promise, request_refund
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import huda, karima, manager, omar
from tests.crash.harness import faults, killed_at_every_step, kills, rows
from tests.crash.runner import ANSWER

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_an_acceptance_with_the_money_of_its_sheet(runner):
    request = make_request(paid_before=Decimal(200), payment_method="other")
    killed_at_every_step(runner, "accept", again="illegal_step", request=request.pk, by=omar().pk)
    assert Enrollment.objects.get(request=request).payments.get().receipt.serial == 1
    assert Course.objects.get(pk=request.course_id).enrolled_count == 1


def test_a_payment_in_cash(runner):
    cashier = karima()
    session = open_session(cashier)
    life = killed_at_every_step(runner, "pay", enrollment=make_enrollment().pk, by=cashier.pk, key="click")
    payment = session.payments.get()
    assert life.word("acknowledged") == str(payment.pk)
    assert payment.receipt.serial == 1


def test_a_transfer(runner):
    card = {"method": "card", "reference": "TX1"}
    killed_at_every_step(runner, "pay", enrollment=make_enrollment().pk, by=karima().pk, key="click", **card)
    assert Receipt.objects.get().payment.reference_number == "TX1"


def test_a_promise_that_is_kept(runner):
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(100), method="other", by=None)
    killed_at_every_step(runner, "settle", again="illegal_step", payment=promise.pk, by=karima().pk)
    assert Payment.objects.get().status == "paid"


def test_a_refund_that_is_asked_for(runner):
    payment = make_payment()
    asked = {"payment": payment.pk, "by": omar().pk, "amount": 100}
    killed_at_every_step(runner, "ask_for_refund", again="more_than_paid", **asked)
    assert RefundRequest.objects.get().payment == payment


def test_an_approval(runner):
    refund = request_refund(make_payment().pk, amount=Decimal(100), reason="سفر", by=omar())
    killed_at_every_step(runner, "approve", again="illegal_step", refund=refund.pk, by=huda().pk)
    assert RefundRequest.objects.get().status == "approved"


def test_the_last_of_the_money_going_back_in_cash(runner):
    """The seat is freed and offered in the same breath."""
    course, cashier = make_course(capacity=1), karima()
    payment = make_payment(make_enrollment(course))
    waiting = make_request(course)
    open_session(cashier)
    refund = request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=omar())
    approve_refund(refund.pk, by=huda())
    killed_at_every_step(runner, "process", again="illegal_step", refund=refund.pk, by=cashier.pk)
    assert Enrollment.objects.get().status == "refunded"
    assert EnrollmentRequest.objects.get(pk=waiting.pk).called_at
    assert RefundRequest.objects.get().number.endswith("-000001")


def test_a_place_that_is_left(runner):
    course = make_course(capacity=1)
    enrollment = make_enrollment(course)
    make_request(course)
    killed_at_every_step(runner, "drop", again="illegal_step", enrollment=enrollment.pk, by=omar().pk)
    assert EnrollmentRequest.objects.called().count() == 1


def test_a_drawer_that_is_closed(runner):
    cashier = manager()
    session = open_session(cashier)
    make_payment(by=cashier)
    killed_at_every_step(runner, "close", again="session_closed", session=session.pk, by=cashier.pk, counted=290)
    session = CashSession.objects.get()
    assert (session.expected, session.difference) == (300, -10)


# Twins.
def paying():
    return {"enrollment": make_enrollment().pk, "by": karima().pk, "key": "click", "method": "other"}


def test_a_number_that_is_not_given_back_is_noticed(runner):
    said = paying()
    noticed = set()
    for _step in kills(runner, "pay_with_a_number_of_its_own", **said):
        noticed.update(faults())
    assert noticed & {"receipt_counter", "receipt_gap"}


def test_a_receipt_in_a_transaction_of_its_own_is_noticed(runner):
    said = paying()
    noticed = set()
    before, written = rows(), []
    for step in kills(runner, "pay_in_two_pieces", **said):
        noticed.update(faults())
        written.append((step, rows() != before))
    assert "paid_without_receipt" in noticed
    assert [step for step, changed in written if changed] != [ANSWER]


def test_a_write_that_is_acknowledged_too_early_is_gone(runner):
    said = paying()
    told_and_gone = []
    for number in range(1, 60):
        life = runner.run("pay_and_tell_too_early", kill_at=number, **said)
        told = life.word("acknowledged")
        if told and not Payment.objects.filter(pk=told).exists():
            told_and_gone.append(number)
        if life.word("dies_before") == ANSWER:
            break
    assert told_and_gone
