"""Lectures follow the weekly schedule."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.courses import events
from backoffice.courses.models import Holiday, Lecture
from backoffice.courses.selectors import plan_lectures
from backoffice.courses.services import (
    rebuild_lectures,
)
from backoffice.courses.tests.makers import make_room, make_schedule
from backoffice.courses.tests.makers_of_plans import (
    MONDAY,
    SUNDAY,
    TUESDAY,
    WEDNESDAY,
    day,
    lines,
    make_planned_course,
    make_term,
    nth,
)
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor, manager

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def rebuilt(course):
    rebuild_lectures(course.pk, by=None)
    return lines(course)


def test_a_weekly_hour_makes_a_lecture_a_week_to_the_last_day():
    course = make_planned_course(SUNDAY)
    assert rebuilt(course) == ["1 02-08", "2 02-15", "3 02-22", "4 03-01"]


def test_several_weekly_hours_are_numbered_in_order_of_time():
    course = make_planned_course(WEDNESDAY, SUNDAY, end_date=day("02-18"))
    make_schedule(course, weekday=SUNDAY, start_time=dt.time(10), end_time=dt.time(11))
    rebuild_lectures(course.pk, by=None)
    assert lines(course, "start_time") == [
        "1 02-08 10:00:00",
        "2 02-08 16:00:00",
        "3 02-11 16:00:00",
        "4 02-15 10:00:00",
        "5 02-15 16:00:00",
        "6 02-18 16:00:00",
    ]


def test_the_number_of_lectures_ends_the_plan_when_it_comes_first():
    course = make_planned_course(SUNDAY, num_lectures=2)
    assert rebuilt(course) == ["1 02-08", "2 02-15"]


def test_the_last_day_ends_the_plan_when_it_comes_first():
    course = make_planned_course(SUNDAY, num_lectures=50)
    assert len(rebuilt(course)) == 4


def test_without_a_last_day_the_number_alone_ends_the_plan():
    course = make_planned_course(SUNDAY, end_date=None, num_lectures=30)
    assert rebuilt(course)[-1] == "30 08-30"


def test_a_course_that_began_gets_lectures_from_today_on(clock):
    clock("2026-02-20 09:00")
    course = make_planned_course(SUNDAY)
    assert rebuilt(course) == ["1 02-22", "2 03-01"]


def test_an_hour_of_today_that_has_begun_makes_no_lecture(clock):
    course = make_planned_course(SUNDAY)
    clock("2026-02-08 16:00")
    assert rebuilt(course)[0] == "1 02-15"


def test_an_hour_later_today_makes_a_lecture(clock):
    course = make_planned_course(SUNDAY)
    clock("2026-02-08 15:59")
    assert rebuilt(course)[0] == "1 02-08"


def test_the_centres_day_counts_and_not_the_day_in_greenwich(clock):
    course = make_planned_course(MONDAY, start_date=day("02-01"))
    make_schedule(course, weekday=SUNDAY, start_time=dt.time(23), end_time=dt.time(23, 50))
    # Monday half past midnight in Cairo is still Sunday evening in UTC.
    clock("2026-02-09 00:30")
    assert rebuilt(course)[0] == "1 02-09"


def test_no_lecture_on_the_seasons_or_on_everybodys_holiday():
    course = make_planned_course(SUNDAY)
    Holiday.objects.create(name="عطلة", season=course.season, start_date=day("02-14"), end_date=day("02-16"))
    Holiday.objects.create(name="عيد", start_date=day("03-01"), end_date=day("03-01"))
    assert rebuilt(course) == ["1 02-08", "2 02-22"]


def test_another_seasons_holiday_changes_nothing():
    course = make_planned_course(SUNDAY)
    Holiday.objects.create(name="عطلة", season=make_term(), start_date=day("02-14"), end_date=day("02-16"))
    assert len(rebuilt(course)) == 4


def test_a_holiday_within_a_number_of_lectures_puts_the_rest_off():
    course = make_planned_course(SUNDAY, num_lectures=3)
    Holiday.objects.create(name="عيد", start_date=day("02-15"), end_date=day("02-15"))
    assert rebuilt(course) == ["1 02-08", "2 02-22", "3 03-01"]


def test_a_course_without_a_schedule_has_no_lectures():
    assert rebuilt(make_planned_course()) == []


def test_the_hours_room_goes_before_the_courses_room():
    own, other = make_room(), make_room()
    course = make_planned_course(SUNDAY, room=own, num_lectures=2)
    make_schedule(course, weekday=MONDAY, room=other)
    rebuild_lectures(course.pk, by=None)
    assert nth(course, 1).room == own
    assert nth(course, 2).room == other


def test_rebuilding_an_unchanged_schedule_writes_nothing():
    course = make_planned_course(SUNDAY, TUESDAY)
    rebuild_lectures(course.pk, by=None)
    ids, entries = set(Lecture.objects.values_list("pk", flat=True)), AuditEntry.objects.count()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rebuild_lectures(course.pk, by=None)
    assert not [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert set(Lecture.objects.values_list("pk", flat=True)) == ids
    assert AuditEntry.objects.count() == entries


def test_a_lecture_whose_day_and_hour_remain_keeps_its_id_when_others_go_and_come():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    ids = {one.day: one.pk for one in Lecture.objects.all()}
    make_schedule(course, weekday=MONDAY)
    assert rebuilt(course)[:4] == ["1 02-08", "2 02-09", "3 02-15", "4 02-16"]
    for lecture in Lecture.objects.filter(day__in=ids):
        assert lecture.pk == ids[lecture.day]


def test_adding_an_earlier_hour_renumbers_without_two_of_one_number():
    course = make_planned_course(WEDNESDAY)
    rebuild_lectures(course.pk, by=None)
    make_schedule(course, weekday=SUNDAY)
    assert [line.split()[0] for line in rebuilt(course)] == [str(n) for n in range(1, 9)]


def test_a_changed_weekday_moves_all_lectures_to_come():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    course.schedules.update(weekday=TUESDAY)
    assert rebuilt(course) == ["1 02-10", "2 02-17", "3 02-24", "4 03-03"]


def test_a_later_end_changes_the_lectures_and_keeps_them():
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    ids = set(Lecture.objects.values_list("pk", flat=True))
    course.schedules.update(end_time=dt.time(19))
    rebuild_lectures(course.pk, by=None)
    assert set(Lecture.objects.values_list("pk", "end_time")) == {(pk, dt.time(19)) for pk in ids}


def test_a_new_instructor_and_room_of_the_course_go_to_its_lectures():
    course = make_planned_course(SUNDAY, instructor=make_instructor(), room=make_room())
    rebuild_lectures(course.pk, by=None)
    course.instructor, course.room = make_instructor(), make_room()
    course.save()
    rebuild_lectures(course.pk, by=None)
    assert set(Lecture.objects.values_list("instructor_id", "room_id")) == {(course.instructor_id, course.room_id)}


def test_a_schedule_that_makes_thousands_of_lectures_is_refused():
    course = make_planned_course(SUNDAY, end_date=None, num_lectures=20_000)
    for weekday in range(2, 7):
        make_schedule(course, weekday=weekday)
    with pytest.raises(DomainError) as refused:
        rebuild_lectures(course.pk, by=None)
    assert refused.value.code == "too_many_lectures"
    assert not Lecture.objects.exists()


def test_each_lecture_that_is_made_changed_or_taken_away_has_its_entry_in_the_trail():
    by = manager()
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=by)
    made = AuditEntry.objects.filter(model="courses.lecture", action="create", actor=by)
    assert made.count() == 4
    assert made.last().changes["day"] == [None, "2026-02-08"]
    make_schedule(course, weekday=MONDAY)
    rebuild_lectures(course.pk, by=by)
    changed = AuditEntry.objects.filter(model="courses.lecture", action="update")
    assert sorted(one.changes["lecture_number"] for one in changed) == [[2, 3], [3, 5], [4, 7]]
    course.schedules.filter(weekday=SUNDAY).delete()
    rebuild_lectures(course.pk, by=by)
    assert AuditEntry.objects.filter(model="courses.lecture", action="delete").count() == 4


def test_who_keeps_lists_hears_of_lectures_added_changed_and_removed(monkeypatch):
    heard = []
    for name in ("lectures_added", "lectures_removed", "lectures_moved"):
        hook = getattr(events, name)
        monkeypatch.setattr(hook, "_functions", [lambda rows, by, name=name: heard.append((name, len(rows)))])
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    assert heard == [("lectures_added", 4)]
    heard.clear()
    course.schedules.update(end_time=dt.time(17))
    rebuild_lectures(course.pk, by=None)
    assert heard == [("lectures_moved", 4)]
    heard.clear()
    course.schedules.update(weekday=MONDAY)
    rebuild_lectures(course.pk, by=None)
    assert heard == [("lectures_removed", 4), ("lectures_added", 4)]


def test_planning_asks_the_database_as_often_for_a_long_course_as_for_a_short_one():
    counts = []
    for end in ("02-15", "12-30"):
        course = make_planned_course(end_date=day(end), instructor=make_instructor(), room=make_room())
        for weekday in (MONDAY, WEDNESDAY):
            make_schedule(course, weekday=weekday)
        rebuild_lectures(course.pk, by=None)
        course.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            plan = plan_lectures(course, list(course.schedules.select_related("room")))
        counts.append(len(queries))
        assert plan.changes_nothing
    assert counts[0] == counts[1] <= 7


def test_a_plan_can_be_made_for_a_course_and_hours_that_are_not_saved():
    course = make_planned_course()
    from backoffice.courses.models import Course, CourseSchedule

    draft = Course(season=course.season, name="مسودة", start_date=day("02-08"), end_date=day("02-20"))
    hour = CourseSchedule(weekday=SUNDAY, start_time=dt.time(9), end_time=dt.time(10))
    assert [one.day for one in plan_lectures(draft, [hour]).planned] == [day("02-08"), day("02-15")]
    assert not Lecture.objects.exists()
