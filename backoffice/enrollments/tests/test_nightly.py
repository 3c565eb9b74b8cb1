"""What a night does with requests nobody answered and with places in courses that ended."""

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import (
    accept_request,
    complete_enrollments,
    drop_enrollment,
    expire_enrollment_requests,
    refuse_request,
    requests,
    start_processing,
    suspend_enrollment,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
A_WEEK = dt.timedelta(days=7)


def midnight(day):
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def asked(at, **overrides):
    return make_request(created_at=at, **overrides)


def status(row):
    row.refresh_from_db()
    return row.status


def test_a_request_expires_after_seven_days_without_an_answer():
    old = asked(midnight(TODAY) - A_WEEK - dt.timedelta(minutes=1))
    young = asked(midnight(TODAY) - A_WEEK)
    assert expire_enrollment_requests(TODAY) == {"expired": 1}
    assert (status(old), status(young)) == ("expired", "pending")
    assert AuditEntry.objects.filter(object_id=str(old.pk), action="transition").count() == 1


def test_a_late_run_expires_what_that_day_would_have():
    request = asked(midnight(TODAY) - A_WEEK - dt.timedelta(hours=1))
    assert expire_enrollment_requests(TODAY - dt.timedelta(days=1)) == {"expired": 0}
    assert status(request) == "pending"


def test_one_that_is_looked_at_expires_too_and_one_that_is_decided_never():
    seen, refused = (asked(midnight(TODAY) - 2 * A_WEEK) for _ in range(2))
    start_processing(seen.pk, by=None)
    refuse_request(refused.pk, by=None, reason="مكتمل")
    assert expire_enrollment_requests(TODAY) == {"expired": 1}
    assert (status(seen), status(refused)) == ("expired", "rejected")


def test_the_waiting_list_waits_on_and_is_called_to_a_seat_that_was_kept():
    place = make_enrollment(make_course(capacity=1))
    first, second = (make_request(place.course) for _ in range(2))
    drop_enrollment(place.pk, by=None, reason="سفر")
    EnrollmentRequest.objects.filter(pk=first.pk).update(called_at=midnight(TODAY) - 2 * A_WEEK)
    EnrollmentRequest.objects.filter(pk=second.pk).update(created_at=midnight(TODAY) - 3 * A_WEEK)
    assert expire_enrollment_requests(TODAY) == {"expired": 1}
    assert (status(first), status(second)) == ("expired", "pending")
    assert second.called_at


def test_a_request_that_is_answered_in_the_meantime_is_left_alone(monkeypatch):
    request = asked(midnight(TODAY) - 2 * A_WEEK)
    expire = requests._expire_unanswered

    def after_an_answer(request_id, since):
        accept_request(request_id, by=None)
        return expire(request_id, since)

    monkeypatch.setattr(requests, "_expire_unanswered", after_an_answer)
    assert expire_enrollment_requests(TODAY) == {"expired": 0}
    assert status(request) == "accepted"


def test_a_second_night_finds_nothing():
    asked(midnight(TODAY) - 2 * A_WEEK)
    expire_enrollment_requests(TODAY)
    assert expire_enrollment_requests(TODAY) == {"expired": 0}


def test_money_of_an_expired_request_is_told_of_last(monkeypatch):
    closed = []
    monkeypatch.setattr(events.request_closed, "_functions", [lambda request, by: closed.append(request.status)])
    asked(midnight(TODAY) - 2 * A_WEEK)
    expire_enrollment_requests(TODAY)
    assert closed == ["expired"]


def over(place):
    Course.objects.filter(pk=place.course_id).update(end_date=TODAY - dt.timedelta(days=1))
    return place


def test_active_places_of_a_course_that_ended_are_completed_and_keep_their_seat():
    place = over(make_enrollment())
    running, resting = make_enrollment(), over(make_enrollment())
    suspend_enrollment(resting.pk, by=None)
    assert complete_enrollments(TODAY) == {"courses": 1, "completed": 1}
    assert [status(one) for one in (place, running, resting)] == ["completed", "active", "suspended"]
    assert place.ended_at
    assert Course.objects.get(pk=place.course_id).enrolled_count == 1
    line = AuditEntry.objects.filter(object_id=str(place.pk)).latest("id")
    assert line.changes["status"] == ["active", "completed"]


def test_completed_once_is_completed():
    over(make_enrollment())
    complete_enrollments(TODAY)
    entries = AuditEntry.objects.count()
    assert complete_enrollments(TODAY) == {"courses": 0, "completed": 0}
    assert AuditEntry.objects.count() == entries


def test_all_places_of_a_course_go_in_as_many_queries_as_one(django_assert_max_num_queries):
    course = over(make_enrollment()).course
    Course.objects.filter(pk=course.pk).update(end_date=TODAY)
    for _ in range(5):
        make_enrollment(course)
    over(Enrollment.objects.first())
    with django_assert_max_num_queries(8):
        assert complete_enrollments(TODAY)["completed"] == 6
