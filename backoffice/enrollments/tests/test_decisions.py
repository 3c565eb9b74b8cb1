"""A seat is given or refused: at the price agreed, once, and never one that isn't there."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import events
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.querysets import EnrollmentRequestQuerySet
from backoffice.enrollments.services import (
    Discount,
    accept_many,
    accept_request,
    put_on_waiting_list,
    refuse_many,
    refuse_request,
    start_processing,
    waitlist_many,
)
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, manager, omar

pytestmark = pytest.mark.django_db


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def test_accepting_takes_a_seat_and_makes_an_enrolment_at_the_courses_price():
    registrar = omar()
    request = make_request(make_course(price=Decimal("450.50")))
    enrollment = accept_request(request.pk, by=registrar)
    request.refresh_from_db()
    course = Course.objects.get(pk=request.course_id)
    assert (enrollment.status, enrollment.price, enrollment.child) == ("active", Decimal("450.50"), request.child)
    assert (request.status, request.decided_by, request.enrollment) == ("accepted", registrar, enrollment)
    assert course.enrolled_count == 1


def test_a_request_being_looked_at_can_be_accepted():
    request = make_request()
    assert start_processing(request.pk, by=None).status == "processing"
    assert accept_request(request.pk, by=None).status == "active"


def test_accepting_twice_is_refused_and_changes_nothing():
    enrollment = make_enrollment()
    trail = AuditEntry.objects.count()
    assert refusal_of(accept_request, enrollment.request_id, by=None) == "illegal_step"
    assert Course.objects.get(pk=enrollment.course_id).enrolled_count == 1
    assert (Enrollment.objects.count(), AuditEntry.objects.count()) == (1, trail)


def test_a_full_course_takes_nobody_and_says_to_put_them_on_the_waiting_list():
    course = make_course(capacity=1)
    early, late = make_request(course), make_request(course)
    accept_request(early.pk, by=None)
    assert refusal_of(accept_request, late.pk, by=None) == "course_full"
    late.refresh_from_db()
    assert late.status == "pending"


def test_the_database_itself_sells_no_seat_twice():
    course = make_enrollment(make_course(capacity=1)).course
    with pytest.raises(IntegrityError), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(enrolled_count=2)


def test_a_course_that_was_closed_since_takes_nobody():
    request = make_request()
    Course.objects.filter(pk=request.course_id).update(is_active=False)
    assert refusal_of(accept_request, request.pk, by=None) == "course_inactive"


def test_age_and_registration_window_were_judged_when_the_place_was_asked_for():
    request = make_request()
    closed = timezone.localdate() - timezone.timedelta(days=1)
    Course.objects.filter(pk=request.course_id).update(registration_closes=closed, min_age=17)
    assert accept_request(request.pk, by=None).status == "active"


def test_a_later_change_of_the_courses_price_changes_no_enrolment():
    enrollment = make_enrollment()
    Course.objects.filter(pk=enrollment.course_id).update(price=Decimal("9000"))
    enrollment.refresh_from_db()
    assert (enrollment.list_price, enrollment.price) == (Decimal("500.00"), Decimal("500.00"))


def test_a_discount_is_taken_off_by_who_may_with_a_reason():
    request = make_request()
    enrollment = accept_request(request.pk, by=manager(), discount=Discount(Decimal("120.50"), " أخوان "))
    assert (enrollment.list_price, enrollment.discount, enrollment.price, enrollment.discount_reason) == (
        Decimal("500.00"),
        Decimal("120.50"),
        Decimal("379.50"),
        "أخوان",
    )


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        ("0", "س", "amount_zero"),
        ("-5", "س", "amount_negative"),
        ("0.001", "س", "amount_decimals"),
        ("10", "  ", "discount_without_reason"),
        ("500.01", "س", "discount_above_price"),
    ],
)
def test_a_discount_that_is_wrong_is_refused_and_no_seat_is_taken(amount, reason, code):
    request = make_request()
    discount = Discount(Decimal(amount), reason)
    assert refusal_of(accept_request, request.pk, by=manager(), discount=discount) == code
    assert Course.objects.get(pk=request.course_id).enrolled_count == 0


def test_a_registrar_and_the_system_give_no_discount():
    request = make_request()
    for by in (omar(), None):
        discount = Discount(Decimal(10), "س")
        assert refusal_of(accept_request, request.pk, by=by, discount=discount) == "discount_not_allowed"


def test_the_whole_price_may_be_taken_off():
    request = make_request()
    assert accept_request(request.pk, by=manager(), discount=Discount(Decimal(500), "منحة")).price == 0


def test_prices_that_do_not_add_up_are_refused_by_the_database():
    enrollment = make_enrollment()
    rows = Enrollment.objects.filter(pk=enrollment.pk)
    for wrong in ({"price": 1}, {"price": -1, "list_price": -1}, {"discount": 100, "price": 400}, {"status": "new"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_a_second_seat_for_one_participant_is_refused_by_service_and_database():
    enrollment = make_enrollment()
    again = EnrollmentRequest.objects.create(course=enrollment.course, child=enrollment.child)
    assert refusal_of(accept_request, again.pk, by=None) == "has_place_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrollment.objects.create(course=enrollment.course, child=enrollment.child, list_price=5, price=5)


def test_higher_apps_take_part_in_the_same_transaction(monkeypatch):
    seen = []

    def refuse(request, enrollment, by):
        seen.append(enrollment.course.enrolled_count)
        raise DomainError("not_today", "not today")

    monkeypatch.setattr(events.request_accepted, "_functions", [refuse])
    request = make_request()
    assert refusal_of(accept_request, request.pk, by=None) == "not_today"
    assert seen == [1]
    assert Course.objects.get(pk=request.course_id).enrolled_count == 0
    assert not Enrollment.objects.exists()


def test_a_request_is_refused_with_a_reason_only():
    request = make_request()
    assert refusal_of(refuse_request, request.pk, by=None, reason="  ") == "reason_missing"
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentRequest.objects.filter(pk=request.pk).update(status="rejected")
    assert refuse_request(request.pk, by=omar(), reason="العدد اكتمل").decision_reason == "العدد اكتمل"


@pytest.mark.parametrize("done", ["accepted", "rejected", "cancelled", "expired"])
def test_what_was_decided_stays_decided(done):
    request = make_request(status=done, decision_reason="س")
    assert refusal_of(accept_request, request.pk, by=None) == "illegal_step"
    assert refusal_of(refuse_request, request.pk, by=None, reason="س") == "illegal_step"
    assert refusal_of(start_processing, request.pk, by=None) == "illegal_step"
    assert refusal_of(put_on_waiting_list, request.pk, by=None) == "illegal_step"


def test_who_accepted_stands_in_the_trail_from_what_to_what():
    registrar = omar()
    request = make_request()
    enrollment = accept_request(request.pk, by=registrar)
    moved = AuditEntry.objects.get(object_id=str(request.pk), action="transition")
    assert moved.changes["status"] == ["pending", "accepted"]
    assert moved.actor == registrar
    assert AuditEntry.objects.get(object_id=str(enrollment.pk)).changes["price"] == [None, "500.00"]


def test_many_are_accepted_oldest_first_until_the_seats_are_gone():
    course = make_course(capacity=2)
    requests = [make_request(course) for _ in range(3)]
    outcome = accept_many([request.pk for request in reversed(requests)], by=omar())
    assert outcome.done == 2
    assert [(row, bool(why)) for row, why in outcome.refused] == [(requests[2], True)]
    assert Course.objects.get(pk=course.pk).enrolled_count == 2


def test_one_refusal_among_many_undoes_nothing_of_the_others():
    requests = [make_request(), make_enrollment().request, make_request()]
    outcome = refuse_many([request.pk for request in requests], by=omar(), reason="أغلق الكورس")
    assert (outcome.done, [row for row, _why in outcome.refused]) == (2, [requests[1]])
    assert refusal_of(refuse_many, [], by=omar(), reason="") == "reason_missing"


def test_a_row_that_somebody_else_holds_is_named_and_the_others_are_done(monkeypatch):
    held, free = make_request(), make_request()
    lock = EnrollmentRequestQuerySet.lock

    def busy(self, request_id):
        if request_id == held.pk:
            raise OperationalError("canceling statement due to lock timeout")
        return lock(self, request_id)

    monkeypatch.setattr(EnrollmentRequestQuerySet, "lock", busy)
    with pytest.raises(OperationalError):
        accept_request(held.pk, by=None)
    outcome = accept_many([held.pk, free.pk], by=None)
    assert (outcome.done, [row for row, _why in outcome.refused]) == (1, [held])


def test_many_go_to_the_waiting_list_of_a_full_course_only():
    course = make_course(capacity=1)
    waiting = [make_request(course, child=make_child()) for _ in range(3)]
    accept_request(waiting[0].pk, by=None)
    with_room = make_request()
    outcome = waitlist_many([row.pk for row in (*waiting[1:], with_room)], by=None)
    assert (outcome.done, [row for row, _why in outcome.refused]) == (2, [with_room])
