"""Moves between courses: both courses in one order, and money that follows before anything takes a number."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import drop_enrollment, transfer_enrollment, ways
from backoffice.enrollments.services.seats import lock_course
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Receipt
from backoffice.payments.selectors import balance_of
from backoffice.payments.tests.makers import make_payment
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def moves_both_ways(each=4):
    one, other = make_course(capacity=10), make_course(capacity=10)
    there = [make_enrollment(one) for _ in range(each)]
    back = [make_enrollment(other) for _ in range(each)]
    moves = [(place, other) for place in there] + [(place, one) for place in back]
    calls = [
        lambda place=place, to=to: transfer_enrollment(place.pk, course_id=to.pk, by=None, reason="س")
        for place, to in moves
    ]
    return (one, other), calls


def test_moves_both_ways_at_once_end_without_a_deadlock():
    courses, calls = moves_both_ways()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (8, [], [])
    assert [Course.objects.get(pk=course.pk).enrolled_count for course in courses] == [4, 4]


def test_courses_that_are_locked_as_they_come_are_a_deadlock(monkeypatch):
    _courses, calls = moves_both_ways(each=1)
    monkeypatch.setattr(ways, "sorted", list, raising=False)
    monkeypatch.setattr(ways, "lock_course", Meeting(2).after(lock_course))
    outcome = at_once(calls)
    assert any(isinstance(error, OperationalError) and "deadlock" in str(error) for error in outcome.failed)


def moved_beside_a_lapsed_offer():
    """A place with money moves to a course where an offer is over, whose request has the money of its sheet."""
    leaving = make_enrollment(make_course(capacity=1))
    late = make_request(leaving.course)
    drop_enrollment(leaving.pk, by=None, reason="سفر")
    over = timezone.now() - dt.timedelta(hours=25)
    EnrollmentRequest.objects.filter(pk=late.pk).update(called_at=over, paid_before=Decimal(50), payment_method="other")
    place = make_payment(make_enrollment()).enrollment
    with CaptureQueriesContext(connection) as asked:
        new = transfer_enrollment(place.pk, course_id=leaving.course_id, by=None, reason="س")
    asked = [one["sql"] for one in asked]
    money = next(i for i, sql in enumerate(asked) if "payments_payment" in sql and "FOR NO KEY UPDATE" in sql)
    number = next(i for i, sql in enumerate(asked) if sql.startswith("INSERT INTO shared_counter"))
    return new, money, number


def test_money_that_moves_is_locked_before_a_lapsed_offer_takes_a_receipts_number():
    new, money, number = moved_beside_a_lapsed_offer()
    assert money < number
    assert (balance_of(new).paid, Receipt.objects.count(), list(check_ledger())) == (Decimal(100), 2, [])


def test_without_holding_the_money_first_the_number_comes_before_it(monkeypatch):
    monkeypatch.setattr(events.enrollment_moving, "_functions", [])
    _new, money, number = moved_beside_a_lapsed_offer()
    assert number < money
