"""Neither an instructor nor a room is in two lectures at once, and the clash is told before anything is written."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backoffice.courses.models import Lecture
from backoffice.courses.selectors import find_clashes, plan_lectures
from backoffice.courses.services import cancel_lecture, rebuild_lectures
from backoffice.courses.tests.makers import make_lecture, make_room, make_schedule
from backoffice.courses.tests.makers_of_plans import MONDAY, SUNDAY, day, lines, make_planned_course, nth
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def refusal_of(course):
    with pytest.raises(DomainError) as refused:
        rebuild_lectures(course.pk, by=None)
    return refused.value


def at(course, start, end, **overrides):
    """A lecture of the course on Sunday the 15th."""
    return make_lecture(course, day=day("02-15"), start_time=dt.time(*start), end_time=dt.time(*end), **overrides)


def test_an_instructor_in_two_courses_at_once_is_refused_with_both_lectures_and_nothing_is_written():
    sami = make_instructor()
    first = make_planned_course(SUNDAY, name="الروبوت", instructor=sami)
    rebuild_lectures(first.pk, by=None)
    second = make_planned_course(MONDAY, name="الرسم", instructor=sami)
    make_schedule(second, weekday=SUNDAY, start_time=dt.time(17), end_time=dt.time(19))
    lectures, entries = Lecture.objects.count(), AuditEntry.objects.count()
    error = refusal_of(second)
    assert error.code == "lecture_clash"
    assert len(error.params["clashes"]) == 4
    sentence = str(error).splitlines()[0]
    for word in ("الروبوت", "الرسم", "08/02/2026", "16:00–18:00", "17:00–19:00", str(sami)):
        assert word in sentence
    assert Lecture.objects.count() == lectures
    assert AuditEntry.objects.count() == entries


def test_a_room_used_twice_at_once_is_refused():
    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room).pk, by=None)
    error = refusal_of(make_planned_course(SUNDAY, room=room))
    assert {clash.shared for clash in error.params["clashes"]} == {"room"}
    assert str(room) in str(error)


def test_the_room_of_the_weekly_hour_counts_and_not_the_courses():
    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room).pk, by=None)
    course = make_planned_course(room=room)
    make_schedule(course, room=make_room())
    rebuild_lectures(course.pk, by=None)
    assert len(lines(course)) == 4


def test_lectures_that_touch_but_do_not_overlap_are_fine():
    sami, room = make_instructor(), make_room()
    rebuild_lectures(make_planned_course(SUNDAY, instructor=sami, room=room).pk, by=None)
    course = make_planned_course(instructor=sami, room=room)
    make_schedule(course, start_time=dt.time(18), end_time=dt.time(20))
    make_schedule(course, start_time=dt.time(14), end_time=dt.time(16))
    rebuild_lectures(course.pk, by=None)
    assert len(lines(course)) == 8


def test_a_cancelled_lecture_leaves_its_instructor_and_room_free():
    sami, room = make_instructor(), make_room()
    first = make_planned_course(SUNDAY, instructor=sami, room=room)
    rebuild_lectures(first.pk, by=None)
    for number in range(1, 5):
        cancel_lecture(nth(first, number).pk, by=None, reason="إجازة")
    second = make_planned_course(SUNDAY, instructor=sami, room=room)
    rebuild_lectures(second.pk, by=None)
    assert len(lines(second)) == 4


def test_a_course_does_not_clash_with_its_own_lectures_when_it_is_planned_again():
    course = make_planned_course(SUNDAY, instructor=make_instructor(), room=make_room())
    rebuild_lectures(course.pk, by=None)
    course.schedules.update(start_time=dt.time(17), end_time=dt.time(19))
    rebuild_lectures(course.pk, by=None)
    assert lines(course, "start_time")[0] == "1 02-08 17:00:00"


def test_two_hours_of_the_plan_itself_that_overlap_are_reported():
    room = make_room()
    course = make_planned_course(SUNDAY, room=room, num_lectures=4)
    late = make_schedule(course, weekday=MONDAY)
    late.weekday, late.start_time = SUNDAY, dt.time(17)
    plan = plan_lectures(course, [course.schedules.get(weekday=SUNDAY), late])
    assert [clash.shared for clash in plan.clashes] == ["room", "room"]


def test_many_clashes_are_counted_after_the_first_dozen():
    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room, end_date=day("06-30")).pk, by=None)
    told = str(refusal_of(make_planned_course(SUNDAY, room=room, end_date=day("06-30")))).splitlines()
    assert len(told) == 13
    assert "9" in told[-1]


def test_clashes_of_any_number_of_lectures_are_found_with_one_query():
    room, sami = make_room(), make_instructor()
    rebuild_lectures(make_planned_course(SUNDAY, room=room, instructor=sami, end_date=day("12-30")).pk, by=None)
    course = make_planned_course(SUNDAY, room=room, instructor=sami, end_date=day("12-30"))
    planned = plan_lectures(course, list(course.schedules.all())).planned
    with CaptureQueriesContext(connection) as queries:
        clashes = [str(clash) for clash in find_clashes(planned)]
    assert len(clashes) == 2 * len(planned)
    assert len(queries) == 1


@pytest.mark.parametrize("who", ["instructor", "room"])
def test_the_database_itself_refuses_two_lectures_at_once(who):
    shared = {who: make_instructor() if who == "instructor" else make_room()}
    first, second = make_planned_course(), make_planned_course()
    at(first, (16, 0), (18, 0), **shared)
    with pytest.raises(IntegrityError), transaction.atomic():
        at(second, (17, 59), (19, 0), **shared)
    at(second, (18, 0), (19, 0), **shared)
    apart = at(second, (20, 0), (21, 0), **shared)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lecture.objects.filter(pk=apart.pk).update(start_time=dt.time(17))
    at(second, (16, 0), (18, 0), status="cancelled", **shared)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lecture.objects.filter(status="cancelled").update(status="scheduled")


def test_the_database_itself_refuses_overlapping_hours_of_one_course():
    course = make_planned_course(SUNDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_schedule(course, weekday=SUNDAY, start_time=dt.time(17), end_time=dt.time(19))
    make_schedule(course, weekday=MONDAY, start_time=dt.time(17), end_time=dt.time(19))
    make_schedule(make_planned_course(), weekday=SUNDAY, start_time=dt.time(17), end_time=dt.time(19))


def test_a_clash_that_appears_after_the_look_is_a_sentence_and_not_an_error_page(monkeypatch):
    from backoffice.courses.services import schedule

    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room).pk, by=None)
    late = make_planned_course(SUNDAY, room=room)
    blind = plan_lectures(late, list(late.schedules.all()))
    blind.clashes.clear()
    monkeypatch.setattr(schedule, "plan_lectures", lambda *args, **kwargs: blind)
    assert refusal_of(late).code == "lecture_clash"
    assert lines(late) == []
