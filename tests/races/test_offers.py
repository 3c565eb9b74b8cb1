"""An offer that nobody took in time goes to the next once, whoever sweeps or accepts at the same moment."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.querysets import CourseQuerySet
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.querysets import EnrollmentRequestQuerySet
from backoffice.enrollments.services import accept_request, drop_enrollment, expire_offers, seats
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.states import advance
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


def test_without_locks_two_sweeps_end_one_offer_twice(monkeypatch):
    overdue()
    take_lock_out(monkeypatch, CourseQuerySet)
    monkeypatch.setattr(EnrollmentRequestQuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(seats, "advance", Meeting(2).after(advance))
    outcome = at_once([expire_offers] * 2)
    assert sum(outcome.done) == 2


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
