"""An offer that nobody took in time goes to the next once, whoever sweeps or accepts at the same moment."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.querysets import CourseQuerySet
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import accept_request, drop_enrollment, expire_offers, transfer_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def overdue():
    """A freed seat, offered for too long to the first of three."""
    place = make_enrollment(make_course(capacity=1))
    queue = [make_request(place.course) for _ in range(3)]
    drop_enrollment(place.pk, by=None, reason="سفر")
    EnrollmentRequest.objects.filter(pk=queue[0].pk).update(called_at=timezone.now() - dt.timedelta(hours=25))
    return place.course, queue


def states(queue):
    return [EnrollmentRequest.objects.get(pk=one.pk).status for one in queue]


def test_two_sweeps_at_once_call_one_next():
    _course, queue = overdue()
    outcome = at_once([expire_offers] * 4)
    assert (sum(outcome.done), outcome.refused, outcome.failed) == (1, [], [])
    assert states(queue) == ["expired", "pending", "waitlisted"]


@pytest.mark.parametrize("_round", range(3))
def test_a_sweep_and_acceptances_at_once_sell_the_seat_once_and_skip_nobody(_round):
    course, queue = overdue()
    calls = [expire_offers, *(lambda one=one: accept_request(one.pk, by=None) for one in queue)]
    outcome = at_once(calls)
    assert outcome.failed == []
    # The first came too late while others wait, the second may be accepted, the third never before the second.
    assert states(queue) in (["expired", "accepted", "waitlisted"], ["expired", "pending", "waitlisted"])
    assert Course.objects.get(pk=course.pk).enrolled_count == Enrollment.objects.holding_seat().count() <= 1


def test_without_the_courses_lock_two_acceptances_of_an_offered_seat_meet_the_databases_rule(monkeypatch):
    _course, queue = overdue()
    expire_offers()
    EnrollmentRequest.objects.filter(pk=queue[2].pk).update(status="pending", called_at=timezone.now())
    take_lock_out(monkeypatch, CourseQuerySet, Meeting(2).wait)
    monkeypatch.setattr("backoffice.enrollments.services.decisions.free_seats", lambda *_args, **_more: 1)
    outcome = at_once([lambda one=one: accept_request(one.pk, by=None) for one in queue[1:]])
    assert len(outcome.done) == 1
    assert [type(error) for error in outcome.failed] == [IntegrityError]


def test_moves_both_ways_at_once_end_without_a_deadlock():
    one, other = make_course(capacity=10), make_course(capacity=10)
    there = [make_enrollment(one) for _ in range(4)]
    back = [make_enrollment(other) for _ in range(4)]
    calls = [
        lambda place=place: transfer_enrollment(place.pk, course_id=other.pk, by=None, reason="س") for place in there
    ]
    calls += [
        lambda place=place: transfer_enrollment(place.pk, course_id=one.pk, by=None, reason="س") for place in back
    ]
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (8, [], [])
    assert [Course.objects.get(pk=course.pk).enrolled_count for course in (one, other)] == [4, 4]
