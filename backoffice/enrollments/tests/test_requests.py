"""Asking for a place: who may, where, when, and what happens when the course is full."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import waiting_position, why_not
from backoffice.enrollments.services import cancel_request, expire_request, refuse_request, submit_request
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.models import ChildParent
from backoffice.users.tests.makers import make_child, make_parent, make_student, make_user, omar, ziad

pytestmark = pytest.mark.django_db


def refusal_of(course, by=None, **who):
    with pytest.raises(DomainError) as refused:
        submit_request(course_id=course.pk, by=by, **(who or {"child": make_child()}))
    assert str(refused.value)
    return refused.value.code


def today(days=0):
    return timezone.localdate() + dt.timedelta(days=days)


def test_a_request_waits_for_the_office_and_stands_in_the_trail():
    registrar = omar()
    request = submit_request(course_id=make_course().pk, child=make_child(), by=registrar, payment_method="cash")
    assert (request.status, request.requested_by, request.payment_method) == ("pending", registrar, "cash")
    entry = AuditEntry.objects.get(object_id=str(request.pk))
    assert (entry.action, entry.actor, entry.changes["status"]) == ("create", registrar, [None, "pending"])


def test_a_course_that_is_not_active_takes_nobody():
    assert refusal_of(make_course(is_active=False)) == "course_inactive"


def test_a_course_that_ended_yesterday_takes_nobody():
    assert refusal_of(make_course(end_date=today(-1))) == "course_ended"


def test_a_course_on_its_last_day_still_takes_people():
    assert make_request(make_course(end_date=today())).status == "pending"


def test_a_course_without_a_last_day_ends_with_its_season():
    course = make_course(end_date=None, num_lectures=8)
    course.season.end_date = today(-1)
    course.season.save()
    assert refusal_of(course) == "course_ended"


@pytest.mark.parametrize(("opens", "closes"), [(1, None), (None, -1), (1, 5), (-5, -1)])
def test_outside_the_registration_window_nobody_is_taken(opens, closes):
    window = {
        "registration_opens": None if opens is None else today(opens),
        "registration_closes": None if closes is None else today(closes),
    }
    assert refusal_of(make_course(**window)) == "registration_closed"


def test_the_first_and_the_last_day_of_registration_count():
    assert make_request(make_course(registration_opens=today(), registration_closes=today())).status == "pending"


def test_who_is_too_young_or_too_old_is_refused_with_the_age():
    course = make_course(min_age=8, max_age=9)
    with pytest.raises(DomainError, match="10") as refused:
        submit_request(course_id=course.pk, by=None, child=make_child())
    assert refused.value.code == "age_out_of_range"
    assert refusal_of(make_course(min_age=12)) == "age_out_of_range"


def test_the_age_is_that_of_the_first_day_for_a_course_to_come():
    birthday = today() - dt.timedelta(days=10 * 365)
    course = make_course(start_date=today(40), end_date=today(60), min_age=10)
    assert make_request(course, child=make_child(dob=birthday)).status == "pending"


def test_a_birthday_on_a_leap_day_counts_from_the_first_of_march():
    from backoffice.enrollments.selectors import age_on

    assert age_on(dt.date(2016, 2, 29), dt.date(2026, 2, 28)) == 9
    assert age_on(dt.date(2016, 2, 29), dt.date(2026, 3, 1)) == 10


def test_who_has_no_birthday_on_record_is_not_refused_for_age():
    assert make_request(make_course(min_age=8, max_age=9), child=make_child(dob=None)).status == "pending"


def test_a_child_is_refused_in_a_course_for_adults_and_an_adult_in_one_for_children():
    assert refusal_of(make_course(for_adults=True)) == "adults_only"
    assert refusal_of(make_course(), student=make_student()) == "children_only"
    assert make_request(make_course(for_adults=True), student=make_student()).status == "pending"


def test_every_reason_is_named_to_who_previews():
    course = make_course(is_active=False, end_date=today(-1), min_age=3, max_age=4, registration_closes=today(-2))
    codes = [refusal.code for refusal in why_not(course, make_child(), today=today())]
    assert codes == ["course_inactive", "course_ended", "registration_closed", "age_out_of_range"]


def test_a_preview_of_many_children_asks_the_database_nothing(django_assert_num_queries):
    course, child = make_course(), make_child()
    course.season  # noqa: B018  as select_related("season") would have it
    with django_assert_num_queries(0):
        assert why_not(course, child, today=today()) == []


def test_a_parent_asks_for_the_own_children_only():
    parent = make_parent()
    child = make_child(parent)
    course = make_course()
    assert refusal_of(course, by=ziad(), child=child) == "not_your_child"
    assert submit_request(course_id=course.pk, child=child, by=parent.user).requested_by == parent.user


def test_a_further_parent_may_ask_too():
    child, further = make_child(), make_parent()
    ChildParent.objects.create(child=child, parent=further)
    assert submit_request(course_id=make_course().pk, child=child, by=further.user).child == child


def test_an_adult_asks_for_nobody_else():
    course = make_course(for_adults=True)
    student = make_student()
    assert refusal_of(course, by=ziad(), student=student) == "not_you"
    assert submit_request(course_id=course.pk, student=student, by=student.user).student == student


def test_staff_without_the_permission_are_strangers_to_other_peoples_children():
    assert refusal_of(make_course(), by=make_user(is_staff=True), child=make_child()) == "not_your_child"


def test_one_participant_has_one_open_request_in_a_course():
    request = make_request()
    assert refusal_of(request.course, child=request.child) == "request_open_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentRequest.objects.create(course=request.course, child=request.child)


def test_who_has_a_place_does_not_ask_again():
    enrollment = make_enrollment()
    assert refusal_of(enrollment.course, child=enrollment.child) == "has_place_already"


def test_who_was_refused_may_ask_again():
    request = make_request()
    refuse_request(request.pk, by=None, reason="الأوراق ناقصة")
    assert make_request(request.course, child=request.child).status == "pending"


@pytest.mark.parametrize("both", [True, False])
def test_a_request_is_for_exactly_one_participant(both):
    who = {"child": make_child(), "student": make_student()} if both else {"child": None, "student": None}
    assert refusal_of(make_course(), **who) == "one_participant"
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentRequest.objects.create(course=make_course(), **who)


def test_a_payment_method_we_do_not_know_is_refused():
    assert refusal_of(make_course(), child=make_child(), payment_method="shells") == "method_unknown"


def test_a_request_for_a_full_course_goes_to_the_waiting_list_with_its_position():
    course = make_course(capacity=1)
    make_enrollment(course)
    first, second = make_request(course), make_request(course)
    assert (first.status, second.status) == ("waitlisted", "waitlisted")
    assert (waiting_position(first), waiting_position(second)) == (1, 2)


def test_a_family_takes_its_own_request_back_and_no_other():
    request = make_request()
    with pytest.raises(DomainError) as refused:
        cancel_request(request.pk, by=ziad())
    assert refused.value.code == "not_your_request"
    parent = request.child.primary_parent.user
    assert cancel_request(request.pk, by=parent, reason="سفر").decided_by == parent
    request.refresh_from_db()
    assert (request.status, request.decision_reason) == ("cancelled", "سفر")


def test_a_request_that_nobody_answered_for_a_week_expires():
    week_ago = timezone.now() - dt.timedelta(days=7, minutes=1)
    old, fresh = make_request(created_at=week_ago), make_request()
    found = EnrollmentRequest.objects.unanswered_since(timezone.now() - dt.timedelta(days=7))
    assert list(found) == [old]
    expire_request(old.pk)
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.status, fresh.status) == ("expired", "pending")
