"""What becomes of a place, and who gets a seat that frees: first come, first served."""

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.services import (
    accept_request,
    cancel_request,
    complete_enrollment,
    drop_enrollment,
    end_refunded,
    expire_request,
    put_on_waiting_list,
    refuse_request,
    resume_enrollment,
    seats_added,
    suspend_enrollment,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import omar

pytestmark = pytest.mark.django_db


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def seats_of(course):
    return Course.objects.get(pk=course.pk).enrolled_count


def state_of(row):
    row.refresh_from_db()
    return row.status


def full_course(waiting=0, capacity=1):
    """A full course, its enrolments, and requests on its waiting list."""
    course = make_course(capacity=capacity)
    enrollments = [make_enrollment(course) for _ in range(capacity)]
    return course, enrollments, [make_request(course) for _ in range(waiting)]


def test_a_suspended_place_keeps_its_seat_and_can_be_resumed():
    enrollment = make_enrollment()
    assert suspend_enrollment(enrollment.pk, by=omar(), reason="مرض").status_reason == "مرض"
    assert seats_of(enrollment.course) == 1
    assert resume_enrollment(enrollment.pk, by=None).status == "active"
    assert seats_of(enrollment.course) == 1


def test_a_completed_place_keeps_its_seat_and_has_an_end():
    enrollment = complete_enrollment(make_enrollment().pk, by=None)
    assert enrollment.ended_at
    assert seats_of(enrollment.course) == 1


def test_who_leaves_gives_the_seat_back_and_says_why():
    enrollment = make_enrollment()
    assert refusal_of(drop_enrollment, enrollment.pk, by=None) == "reason_missing"
    assert drop_enrollment(enrollment.pk, by=omar(), reason="سفر").status == "dropped"
    assert seats_of(enrollment.course) == 0
    entry = AuditEntry.objects.get(object_id=str(enrollment.pk), action="transition")
    assert (entry.reason, entry.changes["status"]) == ("سفر", ["active", "dropped"])


def test_leaving_twice_frees_one_seat():
    course, (enrollment, _other), _waiting = full_course(capacity=2)
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    assert refusal_of(drop_enrollment, enrollment.pk, by=None, reason="سفر") == "illegal_step"
    assert seats_of(course) == 1


def test_a_dropped_place_that_is_refunded_later_frees_no_second_seat():
    course, (enrollment, _other), _waiting = full_course(capacity=2)
    left = drop_enrollment(enrollment.pk, by=None, reason="سفر").ended_at
    assert end_refunded(enrollment.pk, by=None).ended_at == left
    assert seats_of(course) == 1


@pytest.mark.parametrize("state", ["suspended", "completed"])
def test_a_refund_in_full_ends_a_place_in_whatever_state_and_frees_its_seat(state):
    enrollment = make_enrollment()
    {"suspended": suspend_enrollment, "completed": complete_enrollment}[state](enrollment.pk, by=None)
    assert end_refunded(enrollment.pk, by=None).status == "refunded"
    assert seats_of(enrollment.course) == 0


def test_what_ended_does_not_begin_again():
    enrollment = drop_enrollment(make_enrollment().pk, by=None, reason="سفر")
    for step in (suspend_enrollment, resume_enrollment, complete_enrollment):
        assert refusal_of(step, enrollment.pk, by=None) == "illegal_step"


def test_who_left_may_come_back_through_a_new_request():
    enrollment = drop_enrollment(make_enrollment().pk, by=None, reason="سفر")
    assert make_enrollment(enrollment.course, child=enrollment.child).status == "active"


def test_higher_apps_hear_of_a_seat_that_is_free_and_not_of_a_pause(monkeypatch):
    heard = []
    monkeypatch.setattr(events.seat_freed, "_functions", [lambda enrollment, by: heard.append(enrollment.pk)])
    enrollment = make_enrollment()
    suspend_enrollment(enrollment.pk, by=None)
    assert heard == []
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    end_refunded(enrollment.pk, by=None)
    assert heard == [enrollment.pk]


def test_a_freed_seat_is_kept_for_the_first_who_waits():
    _course, (enrollment,), (first, second) = full_course(waiting=2)
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    assert (state_of(first), state_of(second)) == ("pending", "waitlisted")
    assert first.called_at
    assert accept_request(first.pk, by=None).status == "active"


def test_the_list_goes_by_the_time_of_asking_and_not_of_entry():
    _course, (enrollment,), (entered_first, asked_first) = full_course(waiting=2)
    asked_first.created_at = timezone.now() - dt.timedelta(days=3)
    asked_first.save()
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    assert (state_of(entered_first), state_of(asked_first)) == ("waitlisted", "pending")


def test_nobody_slips_into_a_seat_that_is_kept_for_somebody():
    course = make_course(capacity=1)
    undecided = make_request(course)
    holder = make_enrollment(course)
    first = make_request(course)
    drop_enrollment(holder.pk, by=None, reason="سفر")
    assert refusal_of(accept_request, undecided.pk, by=None) == "course_full"
    newcomer = make_request(course)
    assert newcomer.status == "waitlisted"
    assert accept_request(first.pk, by=None).status == "active"


def test_two_freed_seats_call_two_and_each_keeps_the_own_claim():
    course, enrollments, (first, second, third) = full_course(waiting=3, capacity=2)
    for enrollment in enrollments:
        drop_enrollment(enrollment.pk, by=None, reason="سفر")
    assert [state_of(row) for row in (first, second, third)] == ["pending", "pending", "waitlisted"]
    accept_request(second.pk, by=None)
    accept_request(first.pk, by=None)
    assert seats_of(course) == 2


@pytest.mark.parametrize("gives_up", ["refused", "cancelled", "expired", "waits again"])
def test_a_claim_that_is_given_up_goes_to_the_next(gives_up):
    _course, (enrollment,), (first, second) = full_course(waiting=2)
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    match gives_up:
        case "refused":
            refuse_request(first.pk, by=None, reason="لم يرد")
        case "cancelled":
            cancel_request(first.pk, by=None)
        case "expired":
            expire_request(first.pk)
        case "waits again":
            put_on_waiting_list(first.pk, by=None)
    assert state_of(second) == "pending"
    assert refusal_of(accept_request, first.pk, by=None) == "illegal_step"
    assert accept_request(second.pk, by=None).status == "active"


def test_more_seats_call_as_many_as_wait():
    course, _enrollments, waiting = full_course(waiting=3)
    Course.objects.filter(pk=course.pk).update(capacity=3)
    assert seats_added(course.pk, by=omar()) == waiting[:2]
    assert [state_of(row) for row in waiting] == ["pending", "pending", "waitlisted"]
    assert seats_added(course.pk, by=None) == []


def test_seats_added_by_a_form_go_to_who_waits_before_anybody_else():
    course = make_course(capacity=1)
    undecided = make_request(course)
    make_enrollment(course)
    first, second = make_request(course), make_request(course)
    Course.objects.filter(pk=course.pk).update(capacity=2)
    assert refusal_of(accept_request, undecided.pk, by=None) == "course_full"
    assert refusal_of(accept_request, second.pk, by=None) == "illegal_step"
    assert accept_request(first.pk, by=None).status == "active"
    Course.objects.filter(pk=course.pk).update(capacity=3)
    assert make_request(course).status == "waitlisted"
    assert state_of(second) == "pending"


def test_nobody_is_called_to_a_course_that_takes_nobody():
    course, (enrollment,), (first,) = full_course(waiting=1)
    Course.objects.filter(pk=course.pk).update(is_active=False)
    drop_enrollment(enrollment.pk, by=None, reason="أغلق")
    assert state_of(first) == "waitlisted"


def test_nobody_is_made_to_wait_beside_a_free_seat():
    request = make_request(make_course(capacity=1))
    assert refusal_of(put_on_waiting_list, request.pk, by=None) == "seats_free"
    make_enrollment(request.course)
    assert put_on_waiting_list(request.pk, by=None).status == "waitlisted"


def test_a_waiting_request_is_not_accepted_before_it_is_called():
    _course, _enrollments, (waiting,) = full_course(waiting=1)
    assert refusal_of(accept_request, waiting.pk, by=None) == "illegal_step"


def test_seats_taken_equal_the_places_that_hold_one_through_a_long_day():
    course, (one, two, three), (waiting,) = full_course(waiting=1, capacity=3)
    suspend_enrollment(one.pk, by=None)
    complete_enrollment(two.pk, by=None)
    drop_enrollment(three.pk, by=None, reason="سفر")
    accept_request(waiting.pk, by=None)
    end_refunded(two.pk, by=None)
    assert seats_of(course) == Enrollment.objects.of_course(course).holding_seat().count() == 2
