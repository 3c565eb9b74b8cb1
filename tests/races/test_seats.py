"""A seat is never sold twice, and each freed seat goes to one person, whoever comes at the same moment."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError

from backoffice.courses.models import Course
from backoffice.courses.querysets import CourseQuerySet
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.querysets import EnrollmentQuerySet, EnrollmentRequestQuerySet
from backoffice.enrollments.selectors import why_not_again
from backoffice.enrollments.services import accept_request, decisions, drop_enrollment, requests, submit_request
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.ledger import check_ledger
from backoffice.payments.services import approve_refund, process_refund, request_refund
from backoffice.payments.tests.makers import make_payment
from backoffice.users.tests.makers import huda, make_child, omar
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def faults():
    return sorted({difference.code for difference in check_ledger()})


def buyers(count, capacity=1):
    course = make_course(capacity=capacity)
    requests = [make_request(course) for _ in range(count)]
    return course, [lambda request=request: accept_request(request.pk, by=None) for request in requests]


def test_twenty_buyers_of_the_last_seat_get_exactly_one():
    course, calls = buyers(20)
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.failed) == (1, [])
    assert outcome.refused == ["course_full"] * 19
    assert Course.objects.get(pk=course.pk).enrolled_count == 1
    assert faults() == []


def test_without_the_courses_lock_several_buyers_see_the_last_seat(monkeypatch):
    _course, calls = buyers(5)
    take_lock_out(monkeypatch, CourseQuerySet, Meeting(5).wait)
    outcome = at_once(calls)
    # They all went past the check; what saved the seat is the database's own rule, as an error on the screen.
    assert outcome.refused == []
    assert len(outcome.failed) == 4
    assert all(isinstance(error, IntegrityError) for error in outcome.failed)


def test_forty_buyers_of_seven_seats_get_seven():
    course, calls = buyers(40, capacity=7)
    outcome = at_once(calls, threads=20)
    assert (len(outcome.done), outcome.failed) == (7, [])
    assert Enrollment.objects.of_course(course).holding_seat().count() == 7
    assert faults() == []


def accepting_twice():
    request = make_request(make_course(capacity=5))
    return request, [lambda: accept_request(request.pk, by=None)] * 2


def test_one_request_accepted_twice_at_once_makes_one_enrolment():
    request, calls = accepting_twice()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["illegal_step"], [])
    assert Enrollment.objects.filter(request=request).count() == 1


def test_without_locks_one_request_is_accepted_twice_up_to_the_databases_rule(monkeypatch):
    _request, calls = accepting_twice()
    take_lock_out(monkeypatch, CourseQuerySet)
    take_lock_out(monkeypatch, EnrollmentRequestQuerySet, Meeting(2).wait)
    monkeypatch.setattr(decisions, "_check_seat", Meeting(2).after(decisions._check_seat))
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)


def asking_twice():
    course, child = make_course(), make_child()
    return [lambda: submit_request(course_id=course.pk, child=child, by=None)] * 2


def test_one_child_asked_for_twice_at_once_has_one_request():
    outcome = at_once(asking_twice())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["request_open_already"], [])


def test_without_the_courses_lock_the_second_asking_is_an_error_on_the_screen(monkeypatch):
    calls = asking_twice()
    take_lock_out(monkeypatch, CourseQuerySet)
    monkeypatch.setattr(requests, "why_not_again", Meeting(2).after(why_not_again))
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)


def leaving_at_once(count=4):
    """As many leave as wait, and as many more would like to slip in."""
    course = make_course(capacity=count)
    enrollments = [make_enrollment(course) for _ in range(count)]
    waiting = [make_request(course) for _ in range(count)]
    calls = [lambda one=one: drop_enrollment(one.pk, by=None, reason="سفر") for one in enrollments]
    return course, waiting, calls


def called_of(course):
    return EnrollmentRequest.objects.called().filter(course=course).count()


def test_seats_that_free_at_once_call_each_who_waits_once_and_nobody_slips_in():
    course, waiting, calls = leaving_at_once()
    newcomers = [make_child() for _ in range(4)]
    asking = [lambda child=child: submit_request(course_id=course.pk, child=child, by=None) for child in newcomers]
    outcome = at_once([*calls, *asking])
    assert (len(outcome.done), outcome.refused, outcome.failed) == (8, [], [])
    assert called_of(course) == 4
    assert {request.status for request in EnrollmentRequest.objects.filter(child__in=newcomers)} == {"waitlisted"}
    assert at_once([lambda one=one: accept_request(one.pk, by=None) for one in waiting]).failed == []
    assert Course.objects.get(pk=course.pk).enrolled_count == 4
    assert faults() == []


def test_without_the_courses_lock_freed_seats_are_offered_wrongly(monkeypatch):
    course, _waiting, calls = leaving_at_once()
    take_lock_out(monkeypatch, CourseQuerySet, Meeting(4).wait)
    at_once(calls)
    # Each counts the seats it saw before the others left: all take themselves for the first.
    assert called_of(course) != 4


def dropping_and_refunding():
    """Two hold seats; one of them leaves at the moment the last of the money goes back."""
    course = make_course(capacity=3)
    make_enrollment(course)
    payment = make_payment(make_enrollment(course), method="card", amount=Decimal(300))
    refund = request_refund(payment.pk, amount=Decimal(300), reason="سفر", by=omar())
    accountant = huda()
    approve_refund(refund.pk, by=accountant)
    calls = {
        "drop": lambda: drop_enrollment(payment.enrollment_id, by=None, reason="سفر"),
        "refund": lambda: process_refund(refund.pk, by=accountant, reference_number="TX9"),
    }
    return course, payment, calls


@pytest.mark.parametrize("_round", range(3))
def test_leaving_and_being_refunded_at_once_frees_one_seat(_round):
    course, payment, calls = dropping_and_refunding()
    outcome = at_once([*calls.values()])
    assert outcome.failed == []
    # Refunded first, there is nothing left to drop; dropped first, the refund ends it all the same.
    assert outcome.refused in ([], ["illegal_step"])
    assert Enrollment.objects.get(pk=payment.enrollment_id).status == "refunded"
    assert Course.objects.get(pk=course.pk).enrolled_count == 1
    assert faults() == []


def test_without_locks_leaving_and_being_refunded_frees_two_seats(monkeypatch):
    course, _payment, calls = dropping_and_refunding()
    take_lock_out(monkeypatch, CourseQuerySet)
    both_have_read = threading.Event()
    reads = []

    def read(self, pk):
        row = self.get(pk=pk)
        if threading.current_thread().name == "drop":
            both_have_read.wait(timeout=5)
        else:
            reads.append(pk)
            # The second read of the refund is the one that asks whether a seat is held.
            if len(reads) == 2:
                both_have_read.set()
        return row

    monkeypatch.setattr(EnrollmentQuerySet, "lock", read)

    def named(name):
        threading.current_thread().name = name
        return calls[name]()

    at_once([lambda: named("drop"), lambda: named("refund")])
    assert Course.objects.get(pk=course.pk).enrolled_count == 0
    assert "seats" in faults()
