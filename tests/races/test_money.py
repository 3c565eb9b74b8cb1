"""Money is counted once: one balance, one key, one number, one decision, whoever comes at the same moment."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from backoffice.enrollments.querysets import EnrollmentQuerySet
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.selectors import balance_of
from backoffice.payments.services import (
    payments,
    record_payment,
)
from backoffice.payments.tests.makers import make_payment
from backoffice.shared import counters
from backoffice.shared.models import Counter
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def faults():
    return sorted({difference.code for difference in check_ledger()})


# Two cashiers on one balance.
def two_cashiers():
    enrollment = make_enrollment()
    return enrollment, [lambda: make_payment(enrollment, amount=Decimal(300))] * 2


def test_two_cashiers_on_one_balance_take_no_more_than_is_owed():
    enrollment, calls = two_cashiers()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["more_than_balance"], [])
    assert balance_of(enrollment).balance == 200
    assert faults() == []


def test_without_the_enrolments_lock_two_cashiers_take_too_much(monkeypatch):
    enrollment, calls = two_cashiers()
    take_lock_out(monkeypatch, EnrollmentQuerySet)
    monkeypatch.setattr(payments, "balance_of", Meeting(2).after(balance_of))
    at_once(calls)
    assert balance_of(enrollment).balance == -100
    assert faults() == ["overpaid"]


# Receipts' numbers.
def fifty_payments():
    """Fifty payments, ten of which fail after their receipt was numbered."""
    enrollments = [make_enrollment() for _ in range(50)]

    def rolled_back(enrollment):
        with transaction.atomic():
            make_payment(enrollment)
            raise RuntimeError("the power went off")

    return [
        (lambda one=one: rolled_back(one)) if index % 5 == 0 else (lambda one=one: make_payment(one))
        for index, one in enumerate(enrollments)
    ]


def serials():
    return sorted(Receipt.objects.values_list("serial", flat=True))


def test_fifty_payments_at_once_of_which_ten_fail_leave_no_gap_and_no_double():
    outcome = at_once(fifty_payments(), threads=25)
    assert (len(outcome.done), len(outcome.failed)) == (40, 10)
    assert {type(error) for error in outcome.failed} == {RuntimeError}
    assert serials() == list(range(1, 41))
    assert faults() == []


def test_a_number_that_is_read_and_then_written_is_given_out_twice(monkeypatch):
    enrollments = [make_enrollment() for _ in range(4)]
    meeting = Meeting(4)

    def read_then_write(key, count=1):
        last = Counter.objects.filter(key=key).values_list("value", flat=True).first() or 0
        meeting.wait()
        Counter.objects.update_or_create(key=key, defaults={"value": last + count})
        return last + 1

    monkeypatch.setattr(counters, "take", read_then_write)
    outcome = at_once([lambda one=one: make_payment(one) for one in enrollments])
    assert len(outcome.done) < 4
    assert any(isinstance(error, IntegrityError) for error in outcome.failed)


def test_a_number_that_is_not_given_back_leaves_gaps(monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE races_receipts")
    try:

        def from_sequence(key, count=1):
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('races_receipts')")
                return cursor.fetchone()[0]

        monkeypatch.setattr(counters, "take", from_sequence)
        at_once(fifty_payments(), threads=10)
        assert serials() != list(range(1, 41))
        assert "receipt_gap" in faults()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SEQUENCE races_receipts")


# One payment once.
def same_key_twice():
    enrollment = make_enrollment()
    return enrollment, [lambda: make_payment(enrollment, idempotency_key="click")] * 2


def test_the_same_key_twice_at_once_is_one_payment():
    enrollment, calls = same_key_twice()
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert outcome.done == [Payment.objects.get(enrollment=enrollment)] * 2
    assert serials() == [1]


def test_the_same_key_twice_at_once_is_one_payment_even_past_the_lock(monkeypatch):
    enrollment, calls = same_key_twice()
    take_lock_out(monkeypatch, EnrollmentQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    assert outcome.done == [Payment.objects.get(enrollment=enrollment)] * 2
    assert serials() == [1]


def test_without_looking_again_the_second_click_is_an_error_on_the_screen(monkeypatch):
    _enrollment, calls = same_key_twice()
    take_lock_out(monkeypatch, EnrollmentQuerySet, Meeting(2).wait)
    monkeypatch.setattr(payments, "_first_with_key", lambda *args: None)
    outcome = at_once(calls)
    assert len(outcome.done) == 1
    assert isinstance(outcome.failed[0], IntegrityError)


def test_without_the_key_two_clicks_are_two_payments():
    enrollment = make_enrollment()
    at_once([lambda: make_payment(enrollment)] * 2)
    assert Payment.objects.filter(enrollment=enrollment).count() == 2


@pytest.mark.parametrize(
    ("shared", "code"),
    [({"idempotency_key": "click"}, "idempotency_conflict"), ({"reference_number": "TX1"}, "reference_used")],
)
def test_one_key_or_one_transfer_for_two_children_at_once_is_refused_in_words(shared, code):
    enrollments = [make_enrollment(), make_enrollment()]
    meeting = Meeting(2)

    def pay(enrollment):
        fields = {"method": "card", "reference_number": f"A{enrollment.pk.hex}"} | shared
        with transaction.atomic():
            # Both are inside their transaction before either writes, each under its own enrolment's lock.
            enrollment.refresh_from_db()
            meeting.wait()
            return record_payment(enrollment_id=enrollment.pk, amount=Decimal(10), by=None, **fields)

    outcome = at_once([lambda one=one: pay(one) for one in enrollments])
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, [code], [])
    assert serials() == [1]


def test_without_looking_again_one_transfer_for_two_children_is_an_error_on_the_screen(monkeypatch):
    enrollments = [make_enrollment(), make_enrollment()]
    meeting = Meeting(2)
    monkeypatch.setattr(payments, "_check_reference", lambda intake: meeting.wait())
    outcome = at_once([lambda one=one: make_payment(one, method="card", reference_number="TX1") for one in enrollments])
    assert len(outcome.done) == 1
    assert isinstance(outcome.failed[0], IntegrityError)
