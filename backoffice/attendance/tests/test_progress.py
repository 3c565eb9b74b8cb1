"""How far a place has come."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.selectors import Progress, progress_of
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.users.tests.makers import make_student

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(dt.datetime(2026, 3, 10, 18, 0))


def lecture_on(course, day, **overrides):
    return make_lecture(course, day=dt.date(2026, 3, day), **overrides)


def mark(lecture, place, *, present):
    LectureAttendance.objects.update_or_create(
        lecture=lecture,
        child_id=place.child_id,
        student_id=place.student_id,
        defaults={
            "present": present,
            "rating": Decimal(9) if present else None,
            "marked_at": timezone.now(),
            "marked_via": "manual",
        },
    )


def test_progress_counts_lectures_held_and_marks_and_leaves_cancelled_ones_out():
    course = make_course()
    place = make_enrollment(course)
    first, second, third = (lecture_on(course, day) for day in (3, 5, 8))
    lecture_on(course, 9, status="cancelled")
    lecture_on(course, 10, start_time=dt.time(17), end_time=dt.time(18, 1))
    lecture_on(course, 20)
    mark(first, place, present=True)
    mark(second, place, present=True)
    mark(third, place, present=False)
    progress = progress_of([place.pk], now=NOW)[place.pk]
    assert progress == Progress(lectures=5, held=3, present=2, absent=1)
    assert progress.rate == Decimal("66.67")


def test_a_lecture_is_held_once_its_last_minute_is_over():
    course = make_course()
    place = make_enrollment(course)
    lecture_on(course, 10, start_time=dt.time(17), end_time=dt.time(18))
    assert progress_of([place.pk], now=NOW)[place.pk].held == 1
    assert progress_of([place.pk], now=NOW - dt.timedelta(seconds=1))[place.pk].held == 0


def test_nothing_marked_has_no_rate():
    place = make_enrollment()
    progress = progress_of([place.pk])[place.pk]
    assert (progress, progress.rate) == (Progress(0, 0, 0, 0), None)


def test_everyone_s_marks_are_their_own_and_one_query_asks_for_all(django_assert_num_queries):
    course, adults = make_course(), make_course(for_adults=True)
    one, other = make_enrollment(course), make_enrollment(course)
    student = make_enrollment(adults, student=make_student())
    lecture, evening = lecture_on(course, 3), lecture_on(adults, 4)
    mark(lecture, one, present=True)
    mark(lecture, other, present=False)
    mark(evening, student, present=True)
    places = [one.pk, other.pk, student.pk]
    with django_assert_num_queries(1):
        found = progress_of(places, now=NOW)
    assert [(found[pk].present, found[pk].absent) for pk in places] == [(1, 0), (0, 1), (1, 0)]
    with django_assert_num_queries(0):
        assert progress_of([]) == {}
