"""Scans are logged once, and say who was there in whatever order they come."""

import datetime as dt
import random
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.attendance.models import AttendanceEvent, InstructorAttendance, LectureAttendance, Scan
from backoffice.attendance.querysets import REACH
from backoffice.attendance.services import Mark, mark_lecture, take_scans
from backoffice.courses.tests.makers import make_course
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, manager

from .device_makers import due_at, lecture_at, listed, make_device, scan_of

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def now():
    """An afternoon of a working day."""
    return timezone.make_aware(dt.datetime(2026, 11, 11, 16, 30))


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch, now):
    """Services ask what time it is."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def device():
    return make_device()


@pytest.fixture
def yusuf():
    return make_child(name="يوسف")


@pytest.fixture
def lecture(now):
    """From four to six."""
    return lecture_at(now - 30 * MINUTE)


def outcomes(device, *lines, **more):
    return [result.outcome for result in take_scans(device.pk, lines, **more)]


def mark_of(row):
    row.refresh_from_db()
    return row.present, row.rating, row.marked_via, row.marked_at


def test_a_participant_is_present_with_the_settings_rating_until_the_instructor_says_another(
    device, yusuf, lecture, now, settings
):
    settings.ATTENDANCE_DEFAULT_RATING = Decimal(9)
    (row,) = listed(lecture, yusuf)
    (result,) = take_scans(device.pk, [scan_of(yusuf, now)])
    assert (result.outcome, result.who.name, result.who.is_staff) == ("present", "يوسف", False)
    assert mark_of(row) == (True, 9, "qr", now)
    assert row.marked_by is None
    mark_lecture(lecture.pk, {row.pk: Mark(present=True, rating=Decimal("7.50"))}, by=manager())
    outcomes(device, scan_of(yusuf, now))
    row.refresh_from_db()
    assert (row.rating, row.marked_via) == (Decimal("7.50"), "manual")


def test_the_mark_is_in_the_trail_and_told_to_the_live_screens(device, yusuf, lecture, now):
    (row,) = listed(lecture, yusuf)
    outcomes(device, scan_of(yusuf, now))
    entry = AuditEntry.objects.get(model="attendance.lectureattendance", object_id=str(row.pk))
    assert entry.changes["marked_via"] == ["", "qr"]
    assert [event.type for event in AttendanceEvent.objects.all()] == ["attendance_update", "summary"]
    lecture.refresh_from_db()
    assert lecture.attendance_taken


def test_a_scan_counts_once_however_often_it_is_told(device, yusuf, lecture, now):
    listed(lecture, yusuf)
    line = scan_of(yusuf, now)
    assert outcomes(device, line, line) == ["present", "duplicate"]
    assert outcomes(device, line) == ["duplicate"]
    (again,) = take_scans(device.pk, [line])
    assert again.who.name == "يوسف"
    assert Scan.objects.count() == 1


def test_two_devices_may_have_the_same_number_for_two_scans(device, yusuf, lecture, now):
    listed(lecture, yusuf)
    line = scan_of(yusuf, now)
    assert outcomes(device, line) == ["present"]
    assert outcomes(make_device(), line) != ["duplicate"]
    # Which of the two at one instant is the first goes by their names, not by which was told first.
    assert sorted(Scan.objects.values_list("outcome", flat=True)) == ["present", "repeat"]


def test_a_second_scan_within_two_minutes_is_a_repeat(device, yusuf, lecture, now):
    listed(lecture, yusuf)
    times = [0, 1, 2, 2.1, 5]
    assert outcomes(device, *(scan_of(yusuf, now + one * MINUTE) for one in times)) == [
        "present", "repeat", "repeat", "present", "present",
    ]  # fmt: skip


@pytest.mark.parametrize(("minutes", "outcome"), [
    (-61, "outside_window"), (-60, "present"), (0, "present"), (89, "present"), (90, "outside_window"),
])  # fmt: skip
def test_the_door_is_open_from_half_an_hour_before_until_the_end(
    device, yusuf, lecture, now, minutes, outcome, monkeypatch
):
    (row,) = listed(lecture, yusuf)
    monkeypatch.setattr(timezone, "now", lambda: now + 120 * MINUTE)
    assert outcomes(device, scan_of(yusuf, now + minutes * MINUTE)) == [outcome]
    row.refresh_from_db()
    assert row.present is (True if outcome == "present" else None)


def test_of_two_open_doors_the_lecture_that_begins_nearest_is_meant(device, yusuf, lecture, now):
    (first,) = listed(lecture, yusuf)
    (second,) = listed(lecture_at(now + 90 * MINUTE), yusuf)
    outcomes(device, scan_of(yusuf, now + 75 * MINUTE - 74 * MINUTE))
    assert (mark_of(first)[0], mark_of(second)[0]) == (True, None)
    take_scans(device.pk, [scan_of(yusuf, now + 4 * MINUTE)])
    assert mark_of(second)[0] is None


def test_nobody_is_marked_at_a_cancelled_lecture_or_one_whose_list_they_are_not_on(device, yusuf, now):
    cancelled = lecture_at(now, status="cancelled")
    (row,) = listed(cancelled, yusuf)
    (other,) = listed(lecture_at(now), make_child())
    assert outcomes(device, scan_of(yusuf, now)) == ["outside_window"]
    assert (mark_of(row)[0], mark_of(other)[0]) == (None, None)


class TestByHandAndByReader:
    def by_hand(self, row, mark, at, monkeypatch, boss):
        with monkeypatch.context() as clock:
            clock.setattr(timezone, "now", lambda: at)
            mark_lecture(row.lecture_id, {row.pk: mark}, by=boss)

    @pytest.mark.parametrize(("scanned", "present"), [(-1, False), (0, False), (1, True)])
    def test_absent_by_hand_gives_way_only_to_a_scan_of_later(
        self, device, yusuf, lecture, now, monkeypatch, scanned, present
    ):
        (row,) = listed(lecture, yusuf)
        self.by_hand(row, Mark(present=False, notes="لم يحضر"), now, monkeypatch, manager())
        outcomes(device, scan_of(yusuf, now + scanned * MINUTE))
        assert mark_of(row)[0] is present
        assert row.notes == "لم يحضر"

    def test_the_nightly_absence_gives_way_to_a_scan_that_is_told_late(self, device, yusuf, lecture, now, monkeypatch):
        (row,) = listed(lecture, yusuf)
        night = now + dt.timedelta(hours=8)
        LectureAttendance.objects.filter(pk=row.pk).update(present=False, marked_via="auto", marked_at=night)
        monkeypatch.setattr(timezone, "now", lambda: night + dt.timedelta(days=2))
        assert outcomes(device, scan_of(yusuf, now)) == ["present"]
        assert mark_of(row) == (True, 10, "qr", now)

    def test_what_a_reader_marked_is_signed_with_the_first_scan(self, device, yusuf, lecture, now):
        (row,) = listed(lecture, yusuf)
        outcomes(device, scan_of(yusuf, now))
        outcomes(device, scan_of(yusuf, now - 5 * MINUTE))
        assert mark_of(row)[3] == now - 5 * MINUTE
        outcomes(device, scan_of(yusuf, now + 4 * MINUTE))
        assert mark_of(row)[3] == now - 5 * MINUTE


class TestStaff:
    @pytest.fixture
    def sami(self):
        sami = make_instructor(first_name="سامي")
        sami.rfid_uid = "04:a3:22:1f"
        sami.fingerprint_id = "12"
        sami.save()
        return sami

    def test_comes_leaves_and_comes_back(self, device, sami, now):
        row = due_at(lecture_at(now - 30 * MINUTE, instructor=sami), sami)
        lines = [scan_of("04A3221F", now + minutes * MINUTE, "rfid") for minutes in (-35, -34, -10, 0)]
        assert outcomes(device, *lines) == ["check_in", "repeat", "check_out", "re_entry"]
        row.refresh_from_db()
        assert (row.status, row.check_in, row.check_out) == ("present", now - 35 * MINUTE, None)
        assert row.check_in_via == "rfid"
        assert AttendanceEvent.objects.filter(type="instructor_attendance_update").count() == 1

    def test_a_scan_that_is_told_late_changes_what_the_later_ones_were(self, device, sami, now):
        row = due_at(lecture_at(now - 30 * MINUTE, instructor=sami), sami)
        assert outcomes(device, scan_of("12", now, "fingerprint")) == ["check_in"]
        assert outcomes(device, scan_of("12", now - 40 * MINUTE, "fingerprint")) == ["check_in"]
        assert list(Scan.objects.order_by("at").values_list("outcome", flat=True)) == ["check_in", "check_out"]
        row.refresh_from_db()
        assert (row.status, row.check_in, row.check_out) == ("present", now - 40 * MINUTE, now)

    def test_a_number_counts_only_the_way_it_is_read(self, device, sami, now):
        assert outcomes(device, scan_of("12", now, "rfid")) == ["unknown_code"]

    def test_who_is_not_due_is_outside_the_hours_but_named(self, device, sami, now):
        (result,) = take_scans(device.pk, [scan_of("12", now, "fingerprint")])
        assert (result.outcome, result.who.name[:4], result.who.is_staff) == ("outside_window", "سامي", True)


class TestTimes:
    @pytest.mark.parametrize("off", [dt.timedelta(minutes=6), -REACH - MINUTE, -dt.timedelta(days=365)])
    def test_a_time_that_cannot_be_is_outside_the_hours_and_logged(self, device, yusuf, lecture, now, off):
        listed(lecture, yusuf)
        assert outcomes(device, scan_of(yusuf, now + off)) == ["outside_window"]
        assert Scan.objects.get().device_time == now + off

    @pytest.mark.parametrize("at", [dt.datetime.max, dt.datetime.min])
    def test_the_end_of_time_does_no_harm(self, device, yusuf, now, at):
        line = scan_of(yusuf, at.replace(tzinfo=dt.UTC))
        assert outcomes(device, line, sent_at=now - dt.timedelta(days=9)) == ["outside_window"]

    @pytest.mark.parametrize(("fast", "put_right"), [(30, 0), (60, 0), (61, 61), (-3600, -3600), (900, 900)])
    def test_a_clock_that_is_off_by_more_than_a_minute_is_put_right(self, device, yusuf, lecture, now, fast, put_right):
        listed(lecture, yusuf)
        shown = now + dt.timedelta(seconds=fast)
        outcomes(device, scan_of(yusuf, shown), sent_at=shown)
        scan = Scan.objects.get()
        assert (scan.device_time, scan.at) == (shown, shown - dt.timedelta(seconds=put_right))
        device.refresh_from_db()
        assert device.clock_offset_seconds == fast

    def test_a_clock_of_the_last_century_is_put_right_as_well(self, device, yusuf, lecture, now):
        listed(lecture, yusuf)
        shown = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
        assert outcomes(device, scan_of(yusuf, shown), sent_at=shown) == ["present"]
        device.refresh_from_db()
        assert device.clock_offset_seconds == -(2**31) + 1

    def test_that_a_device_was_heard_of_is_not_written_with_each_batch(self, device, now, monkeypatch):
        outcomes(device)
        device.refresh_from_db()
        assert device.last_seen_at == now
        monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(seconds=29))
        outcomes(device)
        device.refresh_from_db()
        assert device.last_seen_at == now
        monkeypatch.setattr(timezone, "now", lambda: now + MINUTE)
        outcomes(device)
        device.refresh_from_db()
        assert device.last_seen_at == now + MINUTE


def test_a_device_that_is_off_is_refused_even_past_the_door(device, yusuf, now):
    device.is_active = False
    device.save()
    with pytest.raises(DomainError) as refused:
        take_scans(device.pk, [scan_of(yusuf, now)])
    assert refused.value.code == "device_refused"
    assert not Scan.objects.exists()


@pytest.mark.parametrize("code", ["x" * 4296, "R1:", "؟؟", "::", "SELECT 1", "R1:M00000"])
def test_rubbish_is_an_unknown_code_and_is_logged(device, now, code):
    assert outcomes(device, scan_of(code, now)) == ["unknown_code"]
    assert Scan.objects.get().code


@pytest.mark.parametrize("typed", ["R1:{}", "r1:{}", " {} ", "R1: {}"])
def test_a_code_is_known_in_every_spelling(device, yusuf, lecture, now, typed):
    listed(lecture, yusuf)
    code = typed.format(yusuf.unique_code.lower())
    assert outcomes(device, scan_of(code, now)) == ["present"]


def attendance():
    marks = LectureAttendance.objects.order_by("pk").values_list("pk", "present", "rating", "marked_at", "marked_via")
    staff = InstructorAttendance.objects.order_by("pk").values_list(
        "pk", "status", "check_in", "check_out", "late_minutes", "check_in_via", "breaks"
    )
    return list(marks), list(staff)


def test_shuffled_replayed_and_from_three_devices_is_the_same_as_once_in_order(now, monkeypatch):
    choice = random.Random(20261111)
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(days=3))
    children = [make_child() for _ in range(8)]
    sami = make_instructor()
    sami.rfid_uid = "77"
    sami.save()
    course = make_course(instructor=sami)
    for hours in (0, 2, 5, 24, 30):
        lecture = lecture_at(now + dt.timedelta(hours=hours), course=course)
        listed(lecture, *children)
        due_at(lecture, sami)
    devices = [make_device() for _ in range(3)]
    lines = []
    for _number in range(160):
        at = now + dt.timedelta(minutes=choice.uniform(-60, 34 * 60))
        line = scan_of("77", at, "rfid") if choice.random() < 0.2 else scan_of(choice.choice(children), at)
        lines.append((choice.choice(devices), line))
    # As the nightly job left them: who is seen to have been elsewhere after all is absent, not expected.
    InstructorAttendance.objects.update(status="absent")
    empty = attendance()
    for device, line in sorted(lines, key=lambda pair: pair[1].at):
        take_scans(device.pk, [line])
    in_order = attendance()
    log = set(Scan.objects.values_list("scan_id", "outcome"))
    assert in_order != empty
    Scan.objects.all().delete()
    LectureAttendance.objects.update(present=None, rating=None, marked_at=None, marked_via="")
    InstructorAttendance.objects.update(
        status="absent", check_in=None, check_out=None, late_minutes=0, check_in_via="", check_out_via="",
        check_in_device=None, check_out_device=None, breaks=[],
    )  # fmt: skip
    for _time in range(3):
        choice.shuffle(lines)
        for device in devices:
            theirs = [line for one, line in lines if one == device]
            for begin in range(0, len(theirs), 17):
                take_scans(device.pk, theirs[begin : begin + 17])
    assert attendance() == in_order
    assert set(Scan.objects.values_list("scan_id", "outcome")) == log


def queries(device, lines):
    with CaptureQueriesContext(connection) as caught:
        take_scans(device.pk, lines)
    return len(caught)


def test_as_many_queries_for_a_batch_of_300_as_for_one_of_three(device, now):
    def batch(size):
        lines = []
        for number in range(size // 3):
            sami, course = make_instructor(), make_course()
            type(sami).objects.filter(pk=sami.pk).update(rfid_uid=f"AB{uuid4().hex}")
            sami.refresh_from_db()
            lecture = lecture_at(now, course=course)
            child = make_child()
            listed(lecture, child)
            due_at(lecture, sami)
            lines += [scan_of(child, now), scan_of(sami.rfid_uid, now, "rfid"), scan_of(f"zz{number}", now)]
        return lines

    queries(device, batch(3))
    few, many = queries(device, batch(3)), queries(device, batch(300))
    # SQLite takes so many values at once and no more: a long INSERT becomes two.
    assert many - few <= (0 if connection.vendor == "postgresql" else 40)
    assert few <= 45
