"""A full course, and a request that is decided, refuse without a queue at the lock, and say the same as under it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import accept_request, drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import make_child

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    course = make_course(capacity=1)
    make_enrollment(course)
    return course


def refused(request):
    with pytest.raises(DomainError) as refusal:
        accept_request(request.pk, by=None)
    return refusal.value.code


def questions(request, answer):
    """What is asked of the database until the refusal."""
    with CaptureQueriesContext(connection) as asked:
        assert refused(request) == answer
    return [one["sql"] for one in asked]


def test_a_full_course_is_refused_with_one_question(full):
    request = make_request(full)
    EnrollmentRequest.objects.filter(pk=request.pk).update(status="pending")
    (question,) = questions(request, "course_full")
    assert "FOR NO KEY UPDATE" not in question


@pytest.mark.parametrize("status", ["accepted", "rejected", "cancelled", "expired"])
def test_a_decided_request_is_refused_with_one_question(full, status):
    request = make_request(full)
    EnrollmentRequest.objects.filter(pk=request.pk).update(status=status, decision_reason="سبب")
    assert len(questions(request, "illegal_step")) == 1


def test_who_has_a_place_is_told_so_in_a_full_course(full):
    child = full.enrollments.get().child
    request = make_request(make_course(), child=child)
    EnrollmentRequest.objects.filter(pk=request.pk).update(course=full)
    assert refused(request) == "has_place_already"


def test_a_request_that_is_not_there_is_said_to_be_missing():
    with pytest.raises(EnrollmentRequest.DoesNotExist):
        accept_request(uuid4(), by=None)


def test_an_offer_is_taken_while_the_course_looks_full(full):
    waiting = make_request(full)
    drop_enrollment(full.enrollments.get().pk, by=None, reason="سفر")
    # As a place above the capacity leaves it: every seat counts as held, and yet one is kept.
    Course.objects.filter(pk=full.pk).update(enrolled_count=1, overbooked=1)
    assert accept_request(waiting.pk, by=None).holds_seat


def test_other_reasons_are_said_before_the_full_course(full):
    child = make_child()
    request = make_request(full, child=child)
    assert refused(request) == "illegal_step", "who waits is not accepted past the others"
    EnrollmentRequest.objects.filter(pk=request.pk).update(status="pending")
    Course.objects.filter(pk=full.pk).update(is_active=False)
    assert refused(request) == "course_inactive"
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Course.objects.filter(pk=full.pk).update(is_active=True, start_date=yesterday, end_date=yesterday)
    assert refused(request) == "course_ended"


def test_a_seat_that_was_added_is_given(full):
    request = make_request(full)
    EnrollmentRequest.objects.filter(pk=request.pk).update(status="pending")
    assert refused(request) == "course_full"
    Course.objects.filter(pk=full.pk).update(capacity=2)
    assert accept_request(request.pk, by=None).holds_seat
