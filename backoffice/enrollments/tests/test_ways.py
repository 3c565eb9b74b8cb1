"""Other ways to a seat: above the capacity, by the office at once, back after leaving, from one course to another."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.selectors.rules import course_faults
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.selectors import free_seats
from backoffice.enrollments.services import (
    accept_request,
    drop_enrollment,
    enrol_directly,
    reactivate_enrollment,
    refuse_request,
    resume_enrollment,
    seats_added,
    transfer_enrollment,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import make_child, manager, omar

pytestmark = pytest.mark.django_db
WHY = "أخت مسجلة"


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def full(capacity=1):
    place = make_enrollment(make_course(capacity=capacity))
    for _ in range(capacity - 1):
        make_enrollment(place.course)
    return place


def seats(course):
    course = Course.objects.get(pk=course.pk)
    return course.enrolled_count, course.overbooked, free_seats(course)


def test_a_place_above_the_capacity_is_given_by_who_may_with_a_reason():
    course = full().course
    make_request(course)
    second = make_request(course)
    assert refusal_of(accept_request, second.pk, by=omar(), overbook_reason=WHY) == "overbooking_not_allowed"
    assert refusal_of(accept_request, second.pk, by=manager(), overbook_reason=" ") == "illegal_step"
    assert accept_request(second.pk, by=manager(), overbook_reason=WHY).overbook_reason == WHY
    assert seats(course) == (2, 1, 0)


def test_a_course_with_a_free_seat_is_not_overbooked():
    request = make_request()
    assert refusal_of(accept_request, request.pk, by=manager(), overbook_reason=WHY) == "seats_free"


def test_the_database_takes_nobody_above_the_capacity_without_it():
    course = full().course
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(enrolled_count=2)


def test_a_freed_seat_of_an_overbooked_course_calls_nobody():
    place = full()
    waiting = make_request(place.course)
    enrol_directly(course_id=place.course_id, child=make_child(), by=manager(), overbook_reason=WHY)
    drop_enrollment(place.pk, by=None, reason="سفر")
    waiting.refresh_from_db()
    assert (waiting.status, seats(place.course)) == ("waitlisted", (1, 0, 0))


def test_more_seats_shrink_what_was_overbooked_before_anybody_is_called():
    course = full().course
    waiting = make_request(course)
    enrol_directly(course_id=course.pk, child=make_child(), by=manager(), overbook_reason=WHY)
    Course.objects.filter(pk=course.pk).update(capacity=2)
    assert seats_added(course.pk, by=None) == []
    assert seats(course) == (2, 0, 0)
    Course.objects.filter(pk=course.pk).update(capacity=3)
    assert seats_added(course.pk, by=None) == [waiting]


def test_who_was_called_keeps_the_seat_when_another_is_taken_above_the_capacity():
    place = full()
    called = make_request(place.course)
    drop_enrollment(place.pk, by=None, reason="سفر")
    enrol_directly(course_id=place.course_id, child=make_child(), by=manager(), overbook_reason=WHY)
    assert seats(place.course) == (1, 1, 0)
    accept_request(called.pk, by=None)
    assert seats(place.course) == (2, 1, 0)


def test_a_claim_given_up_after_an_overbooking_frees_no_seat():
    place = full()
    called = make_request(place.course)
    drop_enrollment(place.pk, by=None, reason="سفر")
    waiting = make_request(place.course)
    enrol_directly(course_id=place.course_id, child=make_child(), by=manager(), overbook_reason=WHY)
    refuse_request(called.pk, by=None, reason="س")
    waiting.refresh_from_db()
    assert (waiting.status, seats(place.course)) == ("waitlisted", (1, 0, 0))


def test_an_overbooked_course_can_be_edited_and_not_made_smaller():
    course = full(2).course
    enrol_directly(course_id=course.pk, child=make_child(), by=manager(), overbook_reason=WHY)
    course.refresh_from_db()
    assert course_faults(course) == []
    course.capacity = 1
    assert [one.code for one in course_faults(course)] == ["seats_taken"]


def test_the_office_enrols_at_once_while_a_seat_is_free_and_nobody_waits():
    course = make_course(capacity=1)
    assert enrol_directly(course_id=course.pk, child=make_child(), by=omar()).status == "active"
    asked = EnrollmentRequest.objects.count()
    assert refusal_of(enrol_directly, course_id=course.pk, child=make_child(), by=omar()) == "course_full"
    assert EnrollmentRequest.objects.count() == asked


def test_nobody_is_enrolled_past_who_was_called():
    place = full()
    make_request(place.course)
    drop_enrollment(place.pk, by=None, reason="سفر")
    assert refusal_of(enrol_directly, course_id=place.course_id, child=make_child(), by=omar()) == "course_full"
    assert refusal_of(reactivate_enrollment, place.pk, by=omar(), reason="عاد") == "course_full"


def test_who_left_comes_back_while_a_seat_is_free():
    place = full()
    drop_enrollment(place.pk, by=None, reason="سفر")
    assert refusal_of(resume_enrollment, place.pk, by=None) == "illegal_step"
    assert refusal_of(reactivate_enrollment, place.pk, by=None, reason=" ") == "reason_missing"
    back = reactivate_enrollment(place.pk, by=omar(), reason="عاد")
    assert (back.status, back.ended_at, seats(place.course)) == ("active", None, (1, 0, 0))
    assert refusal_of(reactivate_enrollment, place.pk, by=None, reason="عاد") == "illegal_step"


def test_who_has_another_place_there_does_not_come_back_twice():
    place = make_enrollment()
    drop_enrollment(place.pk, by=None, reason="سفر")
    request = make_request(place.course, child=place.child)
    assert refusal_of(reactivate_enrollment, place.pk, by=None, reason="س") == "request_open_already"
    accept_request(request.pk, by=None)
    assert refusal_of(reactivate_enrollment, place.pk, by=None, reason="س") == "has_place_already"


def test_a_move_takes_a_seat_there_at_todays_price_and_offers_the_old_one(monkeypatch):
    old, other = full(), make_course(capacity=1, price=Decimal(700))
    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    Course.objects.filter(pk=other.pk).update(registration_closes=yesterday)
    waiting, told = make_request(old.course), []
    monkeypatch.setattr(events.enrollment_transferred, "_functions", [lambda *args: told.append(args)])
    by = omar()
    new = transfer_enrollment(old.pk, course_id=other.pk, by=by, reason="موعد أنسب")
    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.status, old.status_reason, waiting.status) == ("dropped", "موعد أنسب", "pending")
    assert (new.child, new.price, new.status) == (old.child, Decimal(700), "active")
    assert (seats(old.course), seats(other)) == ((0, 0, 0), (1, 0, 0))
    assert told == [(old, new, by)]


def test_a_move_into_a_full_course_or_to_where_one_is_changes_nothing():
    old, other = make_enrollment(), full()
    assert refusal_of(transfer_enrollment, old.pk, course_id=other.course_id, by=None, reason="س") == "course_full"
    assert refusal_of(transfer_enrollment, old.pk, course_id=old.course_id, by=None, reason="س") == "same_course"
    assert refusal_of(transfer_enrollment, old.pk, course_id=other.course_id, by=None, reason="") == "reason_missing"
    assert Enrollment.objects.get(pk=old.pk).status == "active"
    drop_enrollment(old.pk, by=None, reason="سفر")
    other = make_course()
    assert refusal_of(transfer_enrollment, old.pk, course_id=other.pk, by=None, reason="س") == "illegal_step"
