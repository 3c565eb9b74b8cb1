"""At the end of the day who wasn't marked is absent; and each week says beforehand who of the staff is due."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.attendance.models import AttendanceEvent, InstructorAttendance, LectureAttendance, SupervisorSchedule
from backoffice.attendance.services import absence, generate_instructor_attendance, mark_absent_of_day
from backoffice.courses.models import Holiday, Weekday
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, make_student

pytestmark = pytest.mark.django_db
YESTERDAY = cairo_today() - dt.timedelta(days=1)


def lecture_of(children=2, **overrides):
    """A lecture of yesterday by Sami, with children whom nobody has marked."""
    lecture = make_lecture(make_course(instructor=make_instructor()), **({"day": YESTERDAY} | overrides))
    rows = [LectureAttendance.objects.create(lecture=lecture, child=make_child()) for _ in range(children)]
    return lecture, rows


def rota(day=YESTERDAY, **overrides):
    hours = {"weekday": Weekday.of(day), "start_time": dt.time(9), "end_time": dt.time(14)}
    return SupervisorSchedule.objects.create(supervisor=make_instructor(), **(hours | overrides))


def test_who_wasnt_marked_is_absent_by_the_night_and_by_nobody():
    lecture, (first, second) = lecture_of()
    assert mark_absent_of_day(YESTERDAY) == {"lectures": 1, "participants": 2, "staff": 1}
    for row in (first, second):
        row.refresh_from_db()
        assert (row.present, row.rating, row.marked_via, row.marked_by) == (False, None, "auto", None)
        assert row.marked_at
    lecture.refresh_from_db()
    assert lecture.attendance_taken
    assert lecture.status == "scheduled"


def test_a_mark_that_is_there_stays():
    _lecture, (first, _second) = lecture_of()
    LectureAttendance.objects.filter(pk=first.pk).update(
        present=True, rating=Decimal(9), marked_via="manual", marked_at=timezone.now()
    )
    assert mark_absent_of_day(YESTERDAY)["participants"] == 1
    first.refresh_from_db()
    assert (first.present, first.marked_via) == (True, "manual")


def test_other_days_and_cancelled_lectures_are_left_alone():
    lecture_of(status="cancelled")
    lecture_of(day=YESTERDAY - dt.timedelta(days=1))
    lecture_of(day=YESTERDAY + dt.timedelta(days=1))
    assert mark_absent_of_day(YESTERDAY) == {"lectures": 0, "participants": 0, "staff": 0}
    assert not LectureAttendance.objects.marked().exists()


def test_a_lecture_without_a_list_stays_untaken():
    lecture, _rows = lecture_of(children=0)
    mark_absent_of_day(YESTERDAY)
    lecture.refresh_from_db()
    assert not lecture.attendance_taken


def test_adults_and_children_alike():
    lecture, _rows = lecture_of()
    LectureAttendance.objects.create(lecture=lecture, student=make_student())
    assert mark_absent_of_day(YESTERDAY)["participants"] == 3


def test_a_second_time_changes_nothing_and_tells_nobody():
    lecture_of()
    rota()
    mark_absent_of_day(YESTERDAY)
    entries, events = AuditEntry.objects.count(), AttendanceEvent.objects.count()
    assert mark_absent_of_day(YESTERDAY) == {"lectures": 0, "participants": 0, "staff": 0}
    assert (AuditEntry.objects.count(), AttendanceEvent.objects.count()) == (entries, events)


def test_a_day_to_come_is_refused():
    with pytest.raises(DomainError) as refused:
        mark_absent_of_day(cairo_today() + dt.timedelta(days=1))
    assert refused.value.code == "day_to_come"


def test_the_trail_has_a_line_for_each_list_and_each_of_the_staff():
    lecture, _rows = lecture_of(children=30)
    mark_absent_of_day(YESTERDAY)
    line = AuditEntry.objects.get(model="courses.lecture", object_id=str(lecture.pk))
    assert line.changes == {"attendance_taken": [False, True]}
    assert "30" in line.reason
    staff = AuditEntry.objects.get(model="attendance.instructorattendance")
    assert staff.changes == {"status": ["not_started", "absent"]}
    assert not AuditEntry.objects.filter(model="attendance.lectureattendance").exists()


def test_the_live_screens_are_told_of_each_list():
    lecture, _rows = lecture_of()
    mark_absent_of_day(YESTERDAY)
    summary = AttendanceEvent.objects.get(type="summary")
    assert summary.lecture_id == lecture.pk
    assert (summary.data["absent"], summary.data["unmarked"]) == (2, 0)


def test_long_lists_go_in_several_transactions_and_none_is_cut(monkeypatch):
    monkeypatch.setitem(absence._ROWS_AT_ONCE, "sqlite", 4)
    monkeypatch.setitem(absence._ROWS_AT_ONCE, "postgresql", 4)
    steps = []
    mark = absence._mark_lists
    monkeypatch.setattr(absence, "_mark_lists", lambda ids: steps.append(len(ids)) or mark(ids))
    for children in (3, 3, 7, 1, 1):
        lecture_of(children=children)
    assert mark_absent_of_day(YESTERDAY)["participants"] == 15
    assert sum(steps) == 5
    assert max(steps) <= 3
    assert len(steps) >= 3


def test_staff_who_came_and_who_was_corrected_stay():
    lecture_of()
    generate_instructor_attendance(YESTERDAY, days=1)
    InstructorAttendance.objects.update(status="present", check_in=timezone.now())
    assert mark_absent_of_day(YESTERDAY)["staff"] == 0
    assert InstructorAttendance.objects.get().status == "present"


def test_a_supervisor_who_never_came_is_absent():
    rota()
    assert mark_absent_of_day(YESTERDAY)["staff"] == 1
    assert InstructorAttendance.objects.get().status == "absent"


def test_a_week_has_rows_for_its_lectures_and_its_rota():
    sunday = dt.date(2026, 11, 29)
    lecture, _rows = lecture_of(day=sunday + dt.timedelta(days=6))
    lecture_of(day=sunday + dt.timedelta(days=7))
    lecture_of(day=sunday, status="cancelled")
    make_lecture(make_course(), day=sunday)
    hours = rota(day=sunday + dt.timedelta(days=3))
    assert generate_instructor_attendance(sunday) == 2
    due = InstructorAttendance.objects.get(kind="lecture")
    assert (due.lecture, due.instructor, due.day) == (lecture, lecture.instructor, lecture.day)
    assert (due.start_time, due.end_time, due.status) == (lecture.start_time, lecture.end_time, "not_started")
    stretch = InstructorAttendance.objects.get(kind="supervision")
    assert (stretch.schedule, stretch.instructor, stretch.day) == (hours, hours.supervisor, dt.date(2026, 12, 2))
    assert (stretch.start_time, stretch.end_time) == (dt.time(9), dt.time(14))


def test_made_again_a_week_writes_nothing_and_touches_nothing():
    lecture_of()
    rota()
    assert generate_instructor_attendance(YESTERDAY) == 2
    InstructorAttendance.objects.filter(kind="lecture").update(status="late", check_in=timezone.now(), late_minutes=25)
    before = list(InstructorAttendance.objects.order_by("pk").values())
    assert generate_instructor_attendance(YESTERDAY) == 0
    assert list(InstructorAttendance.objects.order_by("pk").values()) == before


def test_ten_days_have_each_weekday_as_often_as_it_comes():
    rota()
    assert generate_instructor_attendance(YESTERDAY, days=10) == 2
    days = sorted(InstructorAttendance.objects.values_list("day", flat=True))
    assert days == [YESTERDAY, YESTERDAY + dt.timedelta(days=7)]


def test_no_days_are_no_rows():
    rota()
    assert generate_instructor_attendance(YESTERDAY, days=0) == 0


def test_nobody_supervises_a_closed_centre_but_a_lecture_there_is_held():
    lecture_of()
    rota()
    Holiday.objects.create(name="عيد", start_date=YESTERDAY, end_date=YESTERDAY)
    assert generate_instructor_attendance(YESTERDAY, days=1) == 1
    assert InstructorAttendance.objects.get().kind == "lecture"


def test_a_holiday_of_one_season_doesnt_close_the_centre():
    rota()
    season = make_course().season
    Holiday.objects.create(name="رحلة", season=season, start_date=YESTERDAY, end_date=YESTERDAY)
    assert generate_instructor_attendance(YESTERDAY, days=1) == 1
