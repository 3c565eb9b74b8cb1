"""A freed seat is kept for its hours, then it goes to the next; nobody is skipped."""

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import offer_ends, waiting_position
from backoffice.enrollments.services import (
    accept_request,
    cancel_request,
    drop_enrollment,
    expire_offers,
    expire_request,
    refuse_request,
    submit_request,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import make_child

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(hours=25)


def offered(waiting=2):
    """A course of one seat that was just freed, and who waited for it; the first has the offer."""
    place = make_enrollment(make_course(capacity=1))
    queue = [make_request(place.course) for _ in range(waiting)]
    drop_enrollment(place.pk, by=None, reason="سفر")
    for one in queue:
        one.refresh_from_db()
    return place.course, queue


def overdue(request):
    EnrollmentRequest.objects.filter(pk=request.pk).update(called_at=timezone.now() - LATER)


def states(queue):
    return [EnrollmentRequest.objects.get(pk=one.pk).status for one in queue]


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_an_offer_lasts_for_its_hours_and_no_longer(settings):
    settings.WAITING_LIST_OFFER_HOURS = 24
    _course, queue = offered()
    ends = offer_ends(queue[0])
    assert ends == queue[0].called_at + dt.timedelta(hours=24)
    assert expire_offers(now=ends - dt.timedelta(seconds=1)) == 0
    assert states(queue) == ["pending", "waitlisted"]
    assert expire_offers(now=ends) == 1
    assert states(queue) == ["expired", "pending"]


def test_an_offer_that_lapsed_says_so_and_the_next_has_hours_of_their_own():
    _course, queue = offered()
    overdue(queue[0])
    assert expire_offers() == 1
    first, second = (EnrollmentRequest.objects.get(pk=one.pk) for one in queue)
    assert "24" in first.decision_reason
    assert second.called_at > timezone.now() - dt.timedelta(minutes=1)
    assert expire_offers() == 0


def test_a_request_being_looked_at_lapses_too():
    _course, queue = offered()
    EnrollmentRequest.objects.filter(pk=queue[0].pk).update(status="processing")
    overdue(queue[0])
    expire_offers()
    assert states(queue) == ["expired", "pending"]


def test_without_the_sweep_the_next_look_at_the_seats_lapses_the_offer():
    course, queue = offered()
    overdue(queue[0])
    newcomer = submit_request(course_id=course.pk, child=make_child(), by=None)
    assert (states(queue), newcomer.status) == (["expired", "pending"], "waitlisted")


def test_the_next_may_be_accepted_before_the_sweep_came():
    _course, queue = offered()
    overdue(queue[0])
    accept_request(queue[1].pk, by=None)
    assert states(queue) == ["expired", "accepted"]


def test_an_offer_taken_too_late_is_refused_while_another_waits():
    course, queue = offered()
    overdue(queue[0])
    assert refusal_of(accept_request, queue[0].pk, by=None) == "offer_lapsed"
    assert Course.objects.get(pk=course.pk).enrolled_count == 0


def test_an_offer_taken_too_late_is_given_while_nobody_else_waits():
    _course, queue = offered(waiting=1)
    overdue(queue[0])
    assert accept_request(queue[0].pk, by=None).status == "active"


def test_whose_offer_lapsed_may_ask_again_and_stands_last():
    course, queue = offered()
    overdue(queue[0])
    again = submit_request(course_id=course.pk, child=queue[0].child, by=None)
    assert (states(queue), waiting_position(again)) == (["expired", "pending"], 1)


@pytest.mark.parametrize("end", ["refuse", "cancel", "expire", "lapse"])
def test_the_end_of_a_request_is_told_once_after_it_was_saved(end, monkeypatch):
    told = []
    note = [lambda request, by: told.append((request.pk, EnrollmentRequest.objects.get(pk=request.pk).status))]
    monkeypatch.setattr(events.request_closed, "_functions", note)
    _course, queue = offered()
    overdue(queue[0])
    {
        "refuse": lambda: refuse_request(queue[0].pk, by=None, reason="س"),
        "cancel": lambda: cancel_request(queue[0].pk, by=None),
        "expire": lambda: expire_request(queue[0].pk),
        "lapse": expire_offers,
    }[end]()
    assert told == [(queue[0].pk, states(queue)[0])]
    assert states(queue)[1] == "pending"
