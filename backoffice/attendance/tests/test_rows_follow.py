"""Attendance rows follow enrolments and lectures (domain.md, Attendance)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.courses import services as courses
from backoffice.courses.tests.makers import make_course, make_lecture, make_schedule
from backoffice.enrollments import services as places
from backoffice.users.tests.makers import make_child, make_instructor, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    """The manager."""
    return manager()


def lecture_in(course, days, **overrides):
    return make_lecture(course, day=timezone.localdate() + dt.timedelta(days=days), **overrides)


def enrolled(course, by, child=None):
    request = places.submit_request(course_id=course.pk, child=child or make_child(), by=by)
    return places.accept_request(request.pk, by=by)


def lectures_of(child):
    return set(LectureAttendance.objects.filter(child=child).values_list("lecture", flat=True))


def test_who_gets_a_seat_is_on_the_lists_of_the_lectures_to_come_alone(by):
    course = make_course()
    past, coming, later = (lecture_in(course, days) for days in (-2, 1, 3))
    cancelled = lecture_in(course, 5, status="cancelled")
    child = enrolled(course, by).child
    assert lectures_of(child) == {coming.pk, later.pk}
    assert past.pk not in lectures_of(child)
    assert cancelled.pk not in lectures_of(child)


def test_who_drops_leaves_the_lists_to_come_and_keeps_what_was_marked(by):
    course = make_course()
    lecture_in(course, 1)
    marked = lecture_in(course, 2)
    enrollment = enrolled(course, by)
    LectureAttendance.objects.filter(lecture=marked).update(
        present=True, rating=Decimal(9), marked_at=timezone.now(), marked_via="manual"
    )
    places.drop_enrollment(enrollment.pk, by=by, reason="سفر")
    assert lectures_of(enrollment.child) == {marked.pk}


def test_who_comes_back_is_on_the_lists_once(by):
    course = make_course()
    lecture_in(course, 1)
    enrollment = enrolled(course, by)
    places.drop_enrollment(enrollment.pk, by=by, reason="سفر")
    enrolled(course, by, child=enrollment.child)
    assert len(lectures_of(enrollment.child)) == 1


def test_new_lectures_have_rows_for_all_seat_holders(by):
    course = make_course()
    holders = [enrolled(course, by).child for _one in range(3)]
    make_schedule(course)
    courses.rebuild_lectures(course.pk, by=by)
    lectures = course.lectures.count()
    assert lectures > 3
    assert all(len(lectures_of(child)) == lectures for child in holders)


def test_lectures_that_go_take_their_unmarked_rows_along(by):
    course = make_course(instructor=make_instructor())
    schedule = make_schedule(course)
    courses.rebuild_lectures(course.pk, by=by)
    enrollment = enrolled(course, by)
    coming = course.lectures.order_by("day").last()
    InstructorAttendance.objects.create(
        instructor=course.instructor,
        kind="lecture",
        lecture=coming,
        day=coming.day,
        start_time=coming.start_time,
        end_time=coming.end_time,
    )
    schedule.delete()
    courses.rebuild_lectures(course.pk, by=by)
    assert not course.lectures.upcoming().exists()
    assert lectures_of(enrollment.child) <= set(course.lectures.values_list("pk", flat=True))
    assert not InstructorAttendance.objects.exists()


def test_the_expected_instructor_follows_a_moved_lecture(by):
    course = make_course(instructor=make_instructor())
    lecture = lecture_in(course, 2)
    due = InstructorAttendance.objects.create(
        instructor=course.instructor,
        kind="lecture",
        lecture=lecture,
        day=lecture.day,
        start_time=lecture.start_time,
        end_time=lecture.end_time,
    )
    day = lecture.day + dt.timedelta(days=1)
    courses.move_lecture(lecture.pk, day=day, start_time=dt.time(10), end_time=dt.time(12), by=by)
    due.refresh_from_db()
    assert (due.day, due.start_time, due.end_time) == (day, dt.time(10), dt.time(12))
