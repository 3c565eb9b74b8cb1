"""What can happen to one lecture."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.attendance.models import LectureAttendance
from backoffice.courses import events
from backoffice.courses.models import Holiday, Lecture
from backoffice.courses.services import (
    cancel_and_replace_lecture,
    cancel_lecture,
    complete_lecture,
    delete_lecture,
    move_lecture,
    rebuild_lectures,
)
from backoffice.courses.tests.makers import make_lecture, make_room
from backoffice.courses.tests.makers_of_plans import (
    MONDAY,
    SUNDAY,
    day,
    lines,
    make_planned_course,
    make_term,
    nth,
)
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, manager

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOON = {"start_time": dt.time(12), "end_time": dt.time(14)}


@pytest.fixture
def course():
    """Four Sundays with an instructor and a room."""
    course = make_planned_course(SUNDAY, instructor=make_instructor(), room=make_room())
    rebuild_lectures(course.pk, by=None)
    return course


def refused(code, call, *args, **kwargs):
    before = lines_of_all()
    with pytest.raises(DomainError) as error:
        call(*args, **kwargs)
    assert error.value.code == code
    assert str(error.value)
    assert lines_of_all() == before
    return error.value


def lines_of_all():
    return list(Lecture.objects.order_by("pk").values())


def test_a_cancelled_lecture_keeps_its_reason_in_the_trail(course):
    by = manager()
    lecture = cancel_lecture(nth(course, 2).pk, by=by, reason=" عطل في الكهرباء ")
    assert lecture.status == "cancelled"
    entry = AuditEntry.objects.get(object_id=str(lecture.pk), action="transition")
    assert (entry.actor, entry.reason) == (by, "عطل في الكهرباء")
    assert entry.changes == {"status": ["scheduled", "cancelled"]}


def test_a_lecture_is_not_cancelled_without_a_reason(course):
    assert refused("reason_missing", cancel_lecture, nth(course, 1).pk, by=None, reason="  ").field == "reason"


def test_a_lecture_with_attendance_is_not_cancelled_moved_or_deleted(course):
    lecture = nth(course, 1)
    Lecture.objects.update(attendance_taken=True)
    refused("attendance_taken", cancel_lecture, lecture.pk, by=None, reason="مرض")
    refused("attendance_taken", cancel_and_replace_lecture, lecture.pk, by=None, reason="مرض")
    refused("attendance_taken", move_lecture, lecture.pk, day=day("02-10"), **NOON, by=None)
    refused("attendance_taken", delete_lecture, lecture.pk, by=None)


def test_a_lecture_is_cancelled_once(course):
    cancel_lecture(nth(course, 1).pk, by=None, reason="مرض")
    refused("illegal_step", cancel_lecture, nth(course, 1).pk, by=None, reason="مرض")
    refused("illegal_step", cancel_and_replace_lecture, nth(course, 1).pk, by=None, reason="مرض")


def test_who_keeps_lists_hears_of_a_cancelled_lecture(course, monkeypatch):
    heard = []
    monkeypatch.setattr(events.lectures_removed, "_functions", [lambda ids, by: heard.extend(ids)])
    lecture = cancel_lecture(nth(course, 1).pk, by=None, reason="مرض")
    assert heard == [lecture.pk]


def test_a_stand_in_comes_at_the_next_hour_after_the_last_lecture(course):
    stand_in = cancel_and_replace_lecture(nth(course, 2).pk, by=None, reason="مرض")
    assert (stand_in.day, stand_in.start_time, stand_in.lecture_number) == (day("03-08"), dt.time(16), 5)
    assert (stand_in.instructor, stand_in.room) == (course.instructor, course.room)
    assert nth(course, 2).status == "cancelled"


def test_a_stand_in_skips_holidays_and_hours_at_which_the_instructor_or_the_room_is_taken(course):
    Holiday.objects.create(name="عيد", start_date=day("03-08"), end_date=day("03-08"))
    other = make_planned_course()
    make_lecture(other, day=day("03-15"), room=course.room)
    make_lecture(other, day=day("03-22"), instructor=course.instructor)
    assert cancel_and_replace_lecture(nth(course, 2).pk, by=None, reason="مرض").day == day("03-29")


def test_no_stand_in_after_the_season(course):
    course.season.end_date = day("03-07")
    course.season.save()
    refused("no_free_hour", cancel_and_replace_lecture, nth(course, 2).pk, by=None, reason="مرض")


def test_no_stand_in_without_a_weekly_schedule():
    course = make_planned_course(season=make_term())
    lecture = make_lecture(course)
    refused("no_free_hour", cancel_and_replace_lecture, lecture.pk, by=None, reason="مرض")


def test_a_lecture_is_moved_to_another_day_hour_instructor_and_room(course):
    lecture, other, room = nth(course, 2), make_instructor(), make_room()
    move_lecture(lecture.pk, day=day("02-16"), **NOON, by=None, instructor=other, room=room)
    lecture.refresh_from_db()
    assert (lecture.day, lecture.start_time, lecture.end_time) == (day("02-16"), dt.time(12), dt.time(14))
    assert (lecture.instructor, lecture.room, lecture.moved_by_hand) == (other, room, True)
    assert lecture.hour == (day("02-15"), dt.time(16))
    entry = AuditEntry.objects.filter(object_id=str(lecture.pk)).first()
    assert entry.changes["day"] == ["2026-02-15", "2026-02-16"]


def test_a_moved_lecture_keeps_its_instructor_and_room_unless_told_and_may_have_none(course):
    lecture = move_lecture(nth(course, 2).pk, day=day("02-16"), **NOON, by=None)
    assert (lecture.instructor, lecture.room) == (course.instructor, course.room)
    lecture = move_lecture(lecture.pk, day=day("02-16"), **NOON, by=None, instructor=None, room=None)
    assert (lecture.instructor, lecture.room) == (None, None)
    assert lecture.hour == (day("02-15"), dt.time(16))


def test_a_lecture_is_not_moved_onto_another_one_of_its_instructor_or_room(course):
    other = make_planned_course()
    make_lecture(other, day=day("02-10"), room=course.room)
    make_lecture(other, day=day("02-11"), instructor=course.instructor)
    hours = {"start_time": dt.time(17), "end_time": dt.time(19), "by": None}
    refused("lecture_clash", move_lecture, nth(course, 1).pk, day=day("02-10"), **hours)
    refused("lecture_clash", move_lecture, nth(course, 1).pk, day=day("02-11"), **hours)


def test_a_course_without_instructor_and_room_still_has_one_lecture_at_a_time():
    course = make_planned_course(SUNDAY, MONDAY)
    rebuild_lectures(course.pk, by=None)
    hours = {"start_time": dt.time(17), "end_time": dt.time(19), "by": None}
    refused("lecture_clash", move_lecture, nth(course, 1).pk, day=day("02-09"), **hours)


def test_a_lecture_ends_after_it_begins(course):
    backwards = {"start_time": dt.time(14), "end_time": dt.time(14)}
    error = refused("ends_before_start", move_lecture, nth(course, 1).pk, day=day("02-10"), **backwards, by=None)
    assert error.field == "end_time"


def test_a_lecture_is_not_moved_into_the_past(course):
    refused("lecture_in_past", move_lecture, nth(course, 1).pk, day=day("02-06"), **NOON, by=None)


def test_a_lecture_that_did_not_take_place_is_put_off_to_a_later_day(course, clock):
    clock("2026-02-08 20:00")
    move_lecture(nth(course, 1).pk, day=day("02-10"), **NOON, by=None)
    assert lines(course)[0] == "1 02-10"


def test_a_held_or_cancelled_lecture_is_not_moved(course, clock):
    cancel_lecture(nth(course, 2).pk, by=None, reason="مرض")
    refused("illegal_step", move_lecture, nth(course, 2).pk, day=day("02-16"), **NOON, by=None)
    clock("2026-02-08 20:00")
    complete_lecture(nth(course, 1).pk, by=None)
    refused("illegal_step", move_lecture, nth(course, 1).pk, day=day("02-16"), **NOON, by=None)


def test_a_lecture_is_held_only_after_it_has_begun_and_only_once(course, clock):
    refused("lecture_not_begun", complete_lecture, nth(course, 1).pk, by=None)
    clock("2026-02-08 16:00")
    assert complete_lecture(nth(course, 1).pk, by=None).status == "completed"
    refused("illegal_step", complete_lecture, nth(course, 1).pk, by=None)


def test_a_deleted_lecture_leaves_no_gap_in_the_numbers(course):
    delete_lecture(nth(course, 2).pk, by=None)
    assert lines(course) == ["1 02-08", "2 02-22", "3 03-01"]
    assert AuditEntry.objects.filter(model="courses.lecture", action="delete").count() == 1


def test_a_lecture_somebody_is_marked_in_is_not_deleted(course):
    LectureAttendance.objects.create(
        lecture=nth(course, 2), child=make_child(), present=False, marked_at=timezone.now(), marked_via="auto"
    )
    refused("lecture_in_use", delete_lecture, nth(course, 2).pk, by=None)


def test_the_database_itself_holds_the_rules_of_a_lecture(course):
    lecture = nth(course, 1)
    for wrong in (
        {"lecture_number": 2},
        {"lecture_number": 0},
        {"end_time": lecture.start_time},
        {"status": "perhaps"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lecture.objects.filter(pk=lecture.pk).update(**wrong)
