"""A full course refuses without a queue at its lock, and says the same as under the lock."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import accept_request
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


def test_a_full_course_is_refused_with_one_question(full):
    request = make_request(full)
    EnrollmentRequest.objects.filter(pk=request.pk).update(status="pending")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert refused(request) == "course_full"
    questions = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert len(questions) == 1
    assert "FOR NO KEY UPDATE" not in questions[0]


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
