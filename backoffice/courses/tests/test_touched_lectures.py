"""What somebody touched stays when the schedule is rebuilt, and takes up its hour once."""

import datetime as dt

import pytest

from backoffice.courses.models import Lecture
from backoffice.courses.services import (
    cancel_and_replace_lecture,
    cancel_lecture,
    complete_lecture,
    move_lecture,
    rebuild_lectures,
)
from backoffice.courses.tests.makers_of_plans import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    TUESDAY,
    day,
    lines,
    make_planned_course,
    nth,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def rebuilt(course):
    rebuild_lectures(course.pk, by=None)
    return lines(course)


def test_lectures_that_are_over_stay_and_count(clock):
    course = make_planned_course(SUNDAY, num_lectures=4)
    rebuild_lectures(course.pk, by=None)
    clock("2026-02-16 09:00")
    course.schedules.update(weekday=TUESDAY)
    assert rebuilt(course) == ["1 02-08", "2 02-15", "3 02-17", "4 02-24"]


def test_a_lecture_with_attendance_stays_when_its_hour_goes():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    Lecture.objects.filter(lecture_number=2).update(attendance_taken=True)
    course.schedules.update(weekday=FRIDAY)
    assert rebuilt(course) == ["1 02-13", "2 02-15", "3 02-20", "4 02-27", "5 03-06"]


def test_a_lecture_with_a_note_stays_where_it_is():
    course = make_planned_course(SUNDAY, end_date=day("02-17"))
    rebuild_lectures(course.pk, by=None)
    Lecture.objects.filter(lecture_number=2).update(notes="رحلة إلى المتحف")
    course.schedules.update(weekday=MONDAY)
    assert rebuilt(course) == ["1 02-09", "2 02-15", "3 02-16"]


def test_a_cancelled_lecture_stays_cancelled_and_its_hour_is_not_filled_again():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    cancel_lecture(nth(course, 2).pk, by=None, reason="مرض")
    rebuild_lectures(course.pk, by=None)
    assert lines(course, "status") == [
        "1 02-08 scheduled",
        "2 02-15 cancelled",
        "3 02-22 scheduled",
        "4 03-01 scheduled",
    ]


def test_a_cancelled_day_stays_free_when_the_hour_of_that_weekday_changes():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    cancel_lecture(nth(course, 2).pk, by=None, reason="مرض")
    course.schedules.update(start_time=dt.time(18), end_time=dt.time(20))
    rebuild_lectures(course.pk, by=None)
    assert lines(course, "start_time") == [
        "1 02-08 18:00:00",
        "2 02-15 16:00:00",
        "3 02-22 18:00:00",
        "4 03-01 18:00:00",
    ]


def test_a_cancelled_lecture_counts_towards_the_number_when_none_is_added_for_it():
    course = make_planned_course(SUNDAY, num_lectures=3)
    rebuild_lectures(course.pk, by=None)
    cancel_lecture(nth(course, 2).pk, by=None, reason="مرض")
    assert rebuilt(course) == ["1 02-08", "2 02-15", "3 02-22"]


def test_a_stand_in_stays_and_counts_once_with_the_lecture_it_stands_in_for():
    course = make_planned_course(SUNDAY, num_lectures=3)
    rebuild_lectures(course.pk, by=None)
    cancel_and_replace_lecture(nth(course, 2).pk, by=None, reason="مرض")
    assert rebuilt(course) == ["1 02-08", "2 02-15", "3 02-22", "4 03-01"]


def test_a_stand_in_of_a_stand_in_still_counts_once():
    course = make_planned_course(SUNDAY, num_lectures=2)
    rebuild_lectures(course.pk, by=None)
    first = cancel_and_replace_lecture(nth(course, 1).pk, by=None, reason="مرض")
    cancel_and_replace_lecture(first.pk, by=None, reason="مرض")
    before = lines(course, "status")
    assert [line for line in before if "scheduled" in line] == ["2 02-15 scheduled", "4 03-01 scheduled"]
    rebuild_lectures(course.pk, by=None)
    assert lines(course, "status") == before


def test_the_course_can_grow_past_a_stand_in():
    course = make_planned_course(SUNDAY, num_lectures=2)
    rebuild_lectures(course.pk, by=None)
    cancel_and_replace_lecture(nth(course, 1).pk, by=None, reason="مرض")
    course.num_lectures = 3
    course.save()
    assert rebuilt(course) == ["1 02-08", "2 02-15", "3 02-22", "4 03-01"]


def test_a_moved_lecture_stays_where_it_was_put_and_its_hour_is_not_filled_again():
    course = make_planned_course(SUNDAY, num_lectures=4)
    rebuild_lectures(course.pk, by=None)
    move_lecture(nth(course, 2).pk, day=day("02-18"), start_time=dt.time(9), end_time=dt.time(11), by=None)
    assert rebuilt(course) == ["1 02-08", "2 02-18", "3 02-22", "4 03-01"]


def test_a_lecture_moved_past_others_takes_its_number_in_order_of_time():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    moved = nth(course, 1)
    move_lecture(moved.pk, day=day("02-24"), start_time=dt.time(9), end_time=dt.time(11), by=None)
    moved.refresh_from_db()
    assert moved.lecture_number == 3
    assert lines(course) == ["1 02-15", "2 02-22", "3 02-24", "4 03-01"]


def test_a_lecture_that_was_held_stays(clock):
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    clock("2026-02-08 17:00")
    complete_lecture(nth(course, 1).pk, by=None)
    course.schedules.update(weekday=MONDAY)
    assert rebuilt(course)[:2] == ["1 02-08", "2 02-09"]
