"""The supervisors' weekly hours, who is expected by them and by the lectures, and what the clock makes of it."""

import datetime as dt

import pytest
from django.db.models import ProtectedError

from backoffice.attendance import services
from backoffice.attendance.models import AttendanceEvent, InstructorAttendance, SupervisorSchedule
from backoffice.attendance.services import Correction, Hours
from backoffice.courses.models import Lecture
from backoffice.courses.services import cancel_lecture, move_lecture
from backoffice.courses.services.writing import add
from backoffice.courses.tests.makers import make_course
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor, manager

from .staff_makers import DAY, at, due, make_rota, make_supervisor, on_the_rota, scanned, times

pytestmark = pytest.mark.django_db

NEXT = DAY + dt.timedelta(days=7)


def hours(of_day, weekday=1, grace=20, absent=60):
    return Hours(weekday, **times(of_day), grace_period_minutes=grace, auto_absent_after_minutes=absent)


def expected(**about):
    rows = InstructorAttendance.objects.filter(**about).order_by("day", "start_time")
    return [(row.day, f"{row.start_time:%H:%M}") for row in rows]


# Weekly hours.


def test_new_hours_have_their_rows_of_the_coming_days_at_once(clock, nadia):
    supervisor = make_supervisor()
    schedule = services.add_rota(supervisor.pk, hours("17:00-20:00"), by=nadia)
    assert (expected(schedule=schedule), schedule.begins_on) == ([(DAY, "17:00")], DAY)
    assert AuditEntry.objects.filter(model="attendance.supervisorschedule", actor=nadia).count() == 1


def test_hours_of_this_morning_begin_next_week(clock, nadia):
    schedule = services.add_rota(make_supervisor().pk, hours("09:00-12:00"), by=nadia)
    assert expected(schedule=schedule) == []


def test_hours_that_begin_later_make_no_rows_yet(clock, nadia):
    schedule = services.add_rota(make_supervisor().pk, hours("17:00-20:00"), by=nadia, begins_on=NEXT)
    assert expected(schedule=schedule) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (hours("20:00-17:00"), "ends_before_start"),
        (hours("17:00-20:00", grace=30, absent=20), "grace_after_absence"),
        (hours("11:00-13:00"), "rota_overlap"),
    ],
)
def test_hours_that_can_not_be_are_refused(clock, nadia, refused, wrong, code):
    supervisor = make_supervisor()
    make_rota(supervisor, "12:00-15:00")
    with refused(code):
        services.add_rota(supervisor.pk, wrong, by=nadia)
    assert SupervisorSchedule.objects.count() == 1


def test_only_supervisors_are_on_the_rota_and_nobody_sets_their_own_hours(clock, nadia, refused):
    with refused("not_a_supervisor"):
        services.add_rota(make_instructor().pk, hours("17:00-20:00"), by=nadia)
    with refused("own_rota"):
        services.add_rota(nadia.pk, hours("17:00-20:00"), by=nadia)
    mine = make_rota(nadia.instructor)
    with refused("own_rota"):
        services.change_rota(mine.pk, hours("09:00-10:00"), by=nadia)
    with refused("own_rota"):
        services.end_rota(mine.pk, by=nadia)


def test_rows_on_which_nothing_has_happened_follow_changed_hours(clock, nadia):
    supervisor = make_supervisor()
    waits = on_the_rota(supervisor, "17:00-20:00")
    schedule = waits.schedule
    came = InstructorAttendance.objects.create(
        instructor=supervisor, kind="supervision", schedule=schedule, day=NEXT, status="present", check_in=at("16:00"),
        **times("17:00-20:00"),
    )  # fmt: skip
    services.change_rota(schedule.pk, hours("18:00-21:00", grace=5), by=nadia)
    for row, begins in ((waits, "18:00"), (came, "17:00")):
        row.refresh_from_db()
        assert f"{row.start_time:%H:%M}" == begins


def test_hours_on_another_weekday_take_their_rows_along(clock, nadia):
    row = on_the_rota(make_supervisor(), "17:00-20:00")
    services.change_rota(row.schedule_id, hours("17:00-20:00", weekday=2), by=nadia)
    assert expected(schedule=row.schedule_id) == [(DAY + dt.timedelta(days=1), "17:00")]


def test_ended_hours_keep_what_was_and_expect_nobody_any_more(clock, nadia, refused):
    supervisor = make_supervisor()
    waits = on_the_rota(supervisor, "17:00-20:00")
    schedule = waits.schedule
    week_ago = DAY - dt.timedelta(days=7)
    InstructorAttendance.objects.create(
        instructor=supervisor, kind="supervision", schedule=schedule, day=week_ago, **times("17:00-20:00")
    )
    services.end_rota(schedule.pk, by=nadia)
    assert expected(schedule=schedule) == [(week_ago, "17:00")]
    with refused("rota_has_ended"):
        services.end_rota(schedule.pk, by=nadia)
    services.add_rota(supervisor.pk, hours("18:00-21:00"), by=nadia)
    with pytest.raises(ProtectedError):
        schedule.delete()


# Lectures that are planned after the weekly job has run.


def lecture_of(instructor, of_day="17:00-19:00", day=DAY):
    return Lecture(
        course=make_course(instructor=instructor), lecture_number=1, day=day, instructor=instructor, **times(of_day)
    )


def test_a_lecture_that_is_added_this_week_expects_its_instructor_at_once(clock):
    sami = make_instructor()
    near, far = lecture_of(sami), lecture_of(sami, day=NEXT)
    for lecture in (near, far):
        add([lecture], by=manager())
    assert expected(instructor=sami) == [(DAY, "17:00")]
    services.expect_instructors([near], None)
    assert expected(instructor=sami) == [(DAY, "17:00")]


def test_a_lecture_that_is_moved_into_this_week_expects_its_instructor(clock):
    sami, boss = make_instructor(), manager()
    lecture = lecture_of(sami, day=NEXT)
    add([lecture], by=boss)
    move_lecture(lecture.pk, day=DAY, start_time=dt.time(18), end_time=dt.time(20), by=boss)
    assert expected(instructor=sami) == [(DAY, "18:00")]


def test_a_lecture_that_goes_to_somebody_else_and_back_expects_each_once(clock):
    sami, mariam, boss = make_instructor(), make_instructor(), manager()
    lecture = lecture_of(sami)
    add([lecture], by=boss)

    def give_to(instructor):
        same = {"day": DAY, "start_time": lecture.start_time, "end_time": lecture.end_time}
        move_lecture(lecture.pk, **same, instructor=instructor, by=boss)

    give_to(mariam)
    assert (expected(instructor=sami), expected(instructor=mariam)) == ([], [(DAY, "17:00")])
    InstructorAttendance.objects.filter(instructor=mariam).update(status="present", check_in=at("16:55"))
    give_to(sami)
    give_to(mariam)
    assert (expected(instructor=sami), expected(instructor=mariam)) == ([], [(DAY, "17:00")])


def test_a_cancelled_lecture_expects_nobody(clock):
    sami = make_instructor()
    lecture = lecture_of(sami)
    add([lecture], by=manager())
    cancel_lecture(lecture.pk, by=manager(), reason="مريض")
    assert expected(instructor=sami) == []


# What the clock makes of who hasn't come.


def status_of(row):
    row.refresh_from_db()
    return row.status


def test_who_is_due_is_expected_and_by_the_rotas_minutes_absent(clock):
    row = on_the_rota(make_supervisor(), "16:00-20:00", auto_absent_after_minutes=45)
    seen = []
    for hours_now in ("15:59", "16:00", "16:44", "16:45"):
        clock(hours_now)
        services.follow_the_rota()
        seen.append(status_of(row))
    assert seen == ["not_started", "pending", "pending", "absent"]
    assert AttendanceEvent.objects.filter(instructor_id=row.instructor_id).count() == 2


def test_lecturers_are_left_to_the_nightly_job(clock):
    row = due(make_instructor())
    for moment in (("19:00",), ("00:30", DAY + dt.timedelta(days=1))):
        clock(*moment)
        services.follow_the_rota()
        assert status_of(row) == "pending"


def test_hours_of_the_late_evening_are_looked_at_after_midnight_too(clock):
    row = on_the_rota(make_supervisor(), "23:30-23:59")
    clock("00:40", DAY + dt.timedelta(days=1))
    services.follow_the_rota()
    assert status_of(row) == "absent"


def test_twice_at_one_moment_changes_nothing(clock):
    on_the_rota(make_supervisor(), "16:00-20:00")
    assert [services.follow_the_rota(), services.follow_the_rota()] == [1, 0]


def test_a_scan_that_was_told_before_there_was_a_row_counts_when_its_time_comes(clock):
    sami = make_instructor()
    scanned(sami, "15:55")
    row = due(sami)
    services.follow_the_rota()
    assert status_of(row) == "present"


def test_who_was_called_absent_by_hand_stays_so(clock, nadia):
    row = on_the_rota(make_supervisor(), "16:00-20:00")
    services.correct_presence(row.pk, Correction("absent"), reason="اعتذر", by=nadia)
    clock("16:10")
    assert services.follow_the_rota() == 0


def test_the_clock_asks_as_much_for_many_as_for_one(clock, django_assert_max_num_queries):
    for _ in range(10):
        on_the_rota(make_supervisor(), "16:00-20:00")
    with django_assert_max_num_queries(9):
        assert services.follow_the_rota() == 10
