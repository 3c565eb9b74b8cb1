"""Balances, the story of a place, and the payment sheet's lines: computed from rows, in few queries."""

from decimal import Decimal

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.services import Discount, resume_enrollment, suspend_enrollment
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.selectors import balance_of, enrollment_history, with_balance
from backoffice.payments.services import (
    approve_refund,
    process_refund,
    record_promise,
    reject_refund,
    request_refund,
    void_payment,
)
from backoffice.payments.tests.makers import make_payment, next_reference
from backoffice.users.tests.makers import huda, manager, omar

pytestmark = pytest.mark.django_db


def pay_back(payment, amount):
    refund = request_refund(payment.pk, amount=Decimal(amount), reason="سفر", by=omar())
    return process_refund(approve_refund(refund.pk, by=huda()).pk, by=huda(), reference_number=next_reference())


def story():
    """A place with a payment of each kind."""
    enrollment = make_enrollment(by=manager(), discount=Discount(Decimal("50"), "أخوان"))
    paid = make_payment(enrollment, method="card", amount=Decimal("200.10"))
    make_payment(enrollment, amount=Decimal("0.20"))
    pay_back(paid, "100.05")
    record_promise(enrollment_id=enrollment.pk, amount=Decimal(30), method="other", by=None)
    void = record_promise(enrollment_id=enrollment.pk, amount=Decimal(40), method="other", by=None)
    void_payment(void.pk, by=huda(), reason="لم يصل")
    asked = request_refund(paid.pk, amount=Decimal(5), reason="سفر", by=omar())
    reject_refund(asked.pk, by=huda(), reason="فات الموعد")
    return enrollment


def test_the_balance_is_the_price_less_what_came_in_plus_what_went_back():
    balance = balance_of(story())
    assert (balance.price, balance.paid, balance.refunded) == (Decimal(450), Decimal("200.30"), Decimal("100.05"))
    assert balance.balance == Decimal("349.75")


def test_balances_of_many_rows_equal_those_of_each_in_one_query(django_assert_num_queries):
    enrollments = [story(), make_enrollment(), story()]
    with django_assert_num_queries(1):
        rows = {row.pk: row for row in with_balance(Enrollment.objects.all())}
    for enrollment in enrollments:
        row, balance = rows[enrollment.pk], balance_of(enrollment)
        assert (row.paid, row.refunded, row.balance) == (balance.paid, balance.refunded, balance.balance)


def test_a_balance_of_nothing_is_nothing_to_a_filter_too():
    enrollment = make_enrollment(make_course(price=Decimal("0.30")))
    for _ in range(3):
        make_payment(enrollment, amount=Decimal("0.10"))
    assert list(with_balance(Enrollment.objects.all()).filter(balance=0)) == [enrollment]
    assert not with_balance(Enrollment.objects.all()).filter(balance__gt=0)


def test_the_story_of_a_place_names_every_step_with_who_and_why():
    enrollment = story()
    suspend_enrollment(enrollment.pk, by=omar(), reason="مرض")
    resume_enrollment(enrollment.pk, by=omar())
    rows = enrollment_history(enrollment)
    assert [row.code for row in rows if row.code in ("asked", "accepted", "moved")] == [
        "asked",
        "accepted",
        "moved",
        "moved",
    ]
    assert sorted(row.code for row in rows if row.amount is not None) == [
        "paid",
        "paid",
        "promised",
        "refund_approved",
        "refund_asked",
        "refund_asked",
        "refund_processed",
        "refund_rejected",
        "void",
    ]
    assert [row.when for row in rows] == sorted(row.when for row in rows)
    assert next(row for row in rows if row.code == "accepted").reason == "أخوان"
    assert next(row for row in rows if row.reason == "مرض").who
    assert next(row for row in rows if row.code == "refund_processed").amount == Decimal("-100.05")


def test_the_story_takes_as_many_queries_for_many_rows_as_for_one(django_assert_max_num_queries):
    enrollment = make_enrollment()
    for _ in range(6):
        make_payment(enrollment, amount=Decimal(1))
    enrollment = Enrollment.objects.select_related("request__requested_by", "accepted_by").get(pk=enrollment.pk)
    with django_assert_max_num_queries(5):
        enrollment_history(enrollment)


def test_payments_are_counted_by_the_days_of_cairo():
    from datetime import UTC, date, datetime

    evening = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)
    night = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    first, second = make_payment(paid_at=evening), make_payment(paid_at=night)
    assert list(Payment.objects.all().between(date(2026, 3, 31), date(2026, 3, 31))) == [first]
    assert list(Payment.objects.all().between(date(2026, 4, 1), date(2026, 4, 1))) == [second]
