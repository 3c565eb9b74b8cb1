"""The rules of attendance, asked of the database itself, past every form."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.attendance.models import (
    AttendanceCronLog,
    Device,
    InstructorAttendance,
    LectureAttendance,
    ParentInstructorRating,
    Scan,
    SupervisorSchedule,
)
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_student

pytestmark = pytest.mark.django_db


def refused(name):
    """The named constraint says no (SQLite names a unique constraint by its columns)."""
    return pytest.raises(IntegrityError, match=f"{name}|UNIQUE constraint failed")


def row(**overrides):
    fields = {"lecture": make_lecture(make_course()), "child": make_child()} | overrides
    return LectureAttendance(**fields)


MARKED = {"marked_at": timezone.now(), "marked_via": "manual"}


@pytest.mark.parametrize(
    "fields",
    [
        {"present": True, "rating": None, **MARKED},
        {"present": False, "rating": Decimal(5), **MARKED},
        {"present": None, "rating": Decimal(5)},
    ],
    ids=["present without a rating", "absent with a rating", "unmarked with a rating"],
)
def test_a_rating_goes_with_presence(fields):
    with refused("attendance_lectureattendance_rating_with_presence"), transaction.atomic():
        row(**fields).save()


@pytest.mark.parametrize("rating", ["0.99", "10.01", "-1"])
def test_a_rating_is_from_one_to_ten(rating):
    with refused("attendance_lectureattendance_rating_in_range"), transaction.atomic():
        row(present=True, rating=Decimal(rating), **MARKED).save()


@pytest.mark.parametrize("rating", ["1.00", "10.00", "8.50"])
def test_the_ends_of_the_scale_are_ratings(rating):
    row(present=True, rating=Decimal(rating), **MARKED).save()


def test_a_mark_is_signed():
    with refused("attendance_lectureattendance_mark_is_signed"), transaction.atomic():
        row(present=False).save()


def test_a_row_belongs_to_exactly_one_participant():
    for fields in ({"child": None}, {"student": make_student()}):
        with refused("attendance_lectureattendance_one_participant"), transaction.atomic():
            row(**fields).save()


def test_a_participant_is_on_a_list_once():
    first = row()
    first.save()
    with refused("attendance_lectureattendance_once_child"), transaction.atomic():
        row(lecture=first.lecture, child=first.child).save()


def due(**overrides):
    instructor = make_instructor()
    fields = {
        "instructor": instructor,
        "kind": "lecture",
        "lecture": make_lecture(make_course(), instructor=instructor),
        "day": dt.date(2026, 11, 1),
        "start_time": dt.time(16),
        "end_time": dt.time(18),
    } | overrides
    return InstructorAttendance(**fields)


def test_only_who_came_is_rated():
    due(status="late", rating=Decimal(7), check_in=timezone.now()).save()
    with refused("attendance_instructorattendance_rating_when_there"), transaction.atomic():
        due(status="absent", rating=Decimal(7)).save()


def test_nobody_leaves_before_coming():
    now = timezone.now()
    with refused("attendance_instructorattendance_leaves_after_coming"), transaction.atomic():
        due(check_in=now, check_out=now - dt.timedelta(minutes=1)).save()
    with refused("attendance_instructorattendance_leaves_after_coming"), transaction.atomic():
        due(check_out=now).save()


@pytest.mark.parametrize(
    "fields",
    [{"status": "present"}, {"status": "absent", "check_in": timezone.now()}, {"check_in": timezone.now()}],
    ids=["present without coming", "absent and come", "come and still expected"],
)
def test_who_is_there_came_and_nobody_else_did(fields):
    with refused("attendance_instructorattendance_there_since_a_coming"), transaction.atomic():
        due(**fields).save()


def test_only_who_is_late_has_minutes_of_it():
    with refused("attendance_instructorattendance_only_late_is_late"), transaction.atomic():
        due(status="present", check_in=timezone.now(), late_minutes=5).save()


def test_an_instructor_is_due_once_at_a_lecture():
    first = due()
    first.save()
    with refused("attendance_instructorattendance_once_per_lecture"), transaction.atomic():
        due(instructor=first.instructor, lecture=first.lecture).save()


def rota(supervisor, start, end, weekday=0):
    return SupervisorSchedule(supervisor=supervisor, weekday=weekday, start_time=dt.time(start), end_time=dt.time(end))


def test_a_supervisors_hours_do_not_overlap():
    one, other = make_instructor(), make_instructor()
    rota(one, 9, 12).save()
    rota(one, 12, 14).save()
    rota(one, 9, 12, weekday=1).save()
    rota(other, 9, 12).save()
    with refused("attendance_supervisorschedule_no_overlap"), transaction.atomic():
        rota(one, 11, 13).save()


def test_hours_that_have_ended_make_room_for_others():
    one = make_instructor()
    ended = rota(one, 9, 12)
    ended.ended_on = timezone.localdate()
    ended.save()
    rota(one, 11, 13).save()
    ended.ended_on = None
    with refused("attendance_supervisorschedule_no_overlap"), transaction.atomic():
        ended.save()


def test_a_scan_of_a_device_counts_once():
    device = Device.objects.create(name="باب المبنى", key_hash="!")
    fields = {
        "scan_id": "6f8f1f0e-0000-4000-8000-000000000001",
        "code": "M00001",
        "method": "qr",
        "at": timezone.now(),
        "outcome": "unknown_code",
    }
    Scan.objects.create(device=device, **fields)
    with refused("attendance_scan_counts_once"), transaction.atomic():
        Scan.objects.create(device=device, **fields)


def test_a_parent_rates_an_instructor_once_in_a_course():
    fields = {"instructor": make_instructor(), "course": make_course(), "parent": make_parent()}
    ParentInstructorRating.objects.create(rating=Decimal(9), **fields)
    with refused("attendance_parentinstructorrating_once"), transaction.atomic():
        ParentInstructorRating.objects.create(rating=Decimal(3), **fields)


def test_a_job_has_one_row_a_business_day():
    fields = {"job": "mark_absent_daily", "business_day": dt.date(2026, 11, 1), "started_at": timezone.now()}
    AttendanceCronLog.objects.create(**fields)
    with refused("attendance_attendancecronlog_once_a_day"), transaction.atomic():
        AttendanceCronLog.objects.create(**fields)
