"""Scans told at the same moment, beside marks by hand and codes that are given away; and what the locks are for."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.attendance.models import Device, InstructorAttendance, LectureAttendance, Scan
from backoffice.attendance.querysets import DeviceQuerySet
from backoffice.attendance.services import Mark, cards, issue_card, mark_lecture, scans, settling, take_scans
from backoffice.attendance.tests.device_makers import due_at, lecture_at, listed, make_device, scan_of
from backoffice.shared.models import AuditEntry
from backoffice.users.models import Instructor
from backoffice.users.tests.makers import make_child, make_instructor, manager

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def begin():
    """Of a lecture of the day before yesterday, at four."""
    day = timezone.localdate() - dt.timedelta(days=2)
    return timezone.make_aware(dt.datetime.combine(day, dt.time(16)))


# The same batch twice.
def one_batch_twice(begin):
    device, children = make_device(), [make_child() for _ in range(5)]
    listed(lecture_at(begin), *children)
    batch = [scan_of(child, begin) for child in children]
    return [lambda: [result.outcome for result in take_scans(device.pk, batch)]] * 2


def test_the_same_batch_twice_at_once_counts_once(begin):
    outcome = at_once(one_batch_twice(begin))
    assert (outcome.refused, outcome.failed) == ([], [])
    assert sorted(outcome.done) == [["duplicate"] * 5, ["present"] * 5]
    assert (Scan.objects.count(), LectureAttendance.objects.filter(present=True).count()) == (5, 5)
    assert AuditEntry.objects.filter(model="attendance.lectureattendance").count() == 5


def test_without_the_devices_lock_the_second_runs_into_the_index(begin, monkeypatch):
    calls, meeting = one_batch_twice(begin), Meeting(2)
    monkeypatch.setattr(DeviceQuerySet, "lock", lambda self, pk: self.get(pk=pk))
    monkeypatch.setattr(scans, "_find_people", meeting.after(scans._find_people))
    outcome = at_once(calls)
    assert (len(outcome.done), [type(error) for error in outcome.failed]) == (1, [IntegrityError])


# Two devices tell of one person.
def two_devices_and_one_instructor(begin):
    sami = make_instructor()
    Instructor.objects.filter(pk=sami.pk).update(rfid_uid="77")
    row = due_at(lecture_at(begin), sami)
    calls = [
        lambda device=device, at=at: take_scans(device.pk, [scan_of("77", at, "rfid")])
        for device, at in ((make_device(), begin), (make_device(), begin + 60 * MINUTE))
    ]
    return row, calls


def test_two_devices_at_once_miss_nothing_of_each_other(begin):
    row, calls = two_devices_and_one_instructor(begin)
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    row.refresh_from_db()
    assert (row.check_in, row.check_out) == (begin, begin + 60 * MINUTE)


def test_without_holding_the_person_one_overlooks_the_other(begin, monkeypatch):
    row, calls = two_devices_and_one_instructor(begin)
    meeting = Meeting(2)
    monkeypatch.setattr(scans, "hold_people", lambda holders: None)
    # Both read the person's scans before either has committed its own.
    monkeypatch.setattr(QuerySet, "select_for_update", unless_of_a_device(QuerySet.select_for_update))
    monkeypatch.setattr(settling, "follow_scans", meeting.after(settling.follow_scans))
    at_once(calls)
    row.refresh_from_db()
    assert (row.check_in, row.check_out) != (begin, begin + 60 * MINUTE)


def unless_of_a_device(really):
    def held(self, *args, **kwargs):
        return really(self, *args, **kwargs) if self.model is Device else self

    return held


# A scan beside a mark by hand.
def a_scan_and_a_mark(begin):
    (row,) = listed(lecture_at(begin), make_child())
    device, boss = make_device(), manager()
    mark = {row.pk: Mark(present=True, rating=Decimal("7.50"))}
    calls = [
        lambda: take_scans(device.pk, [scan_of(row.child, begin)]),
        lambda: mark_lecture(row.lecture_id, mark, by=boss),
    ]
    return row, calls


@pytest.mark.parametrize("_round", range(3))
def test_a_mark_by_hand_stands_against_a_scan_of_before_it(begin, _round):
    row, calls = a_scan_and_a_mark(begin)
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    row.refresh_from_db()
    assert (row.present, row.rating, row.marked_via) == (True, Decimal("7.50"), "manual")


def test_without_the_rows_lock_the_scan_writes_over_the_mark(begin, monkeypatch):
    row, calls = a_scan_and_a_mark(begin)
    real = settling._verdict

    def verdict(*asked):
        found = real(*asked)
        # The mark by hand is made between the look and the write.
        calls[1]()
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    monkeypatch.setattr(settling, "_verdict", verdict)
    assert at_once([calls[0]]).failed == []
    row.refresh_from_db()
    assert row.marked_via == "qr"


# A code is given away while it is read.
def reading_and_giving(begin):
    child = make_child()
    (row,) = listed(lecture_at(begin), child)
    device, boss = make_device(), manager()
    calls = [
        lambda: take_scans(device.pk, [scan_of("04a3", begin, "rfid")]),
        lambda: issue_card(code="04a3", method="rfid", holder=child, by=boss),
    ]
    return row, calls


@pytest.mark.parametrize("_round", range(3))
def test_a_scan_that_is_told_while_its_code_is_given_away_waits_for_nobody(begin, _round):
    row, calls = reading_and_giving(begin)
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    row.refresh_from_db()
    assert row.present
    assert not Scan.objects.waiting().exists()


def test_without_holding_the_devices_the_scan_waits_for_ever(begin, monkeypatch):
    row, calls = reading_and_giving(begin)
    meeting = Meeting(2)
    monkeypatch.setattr(DeviceQuerySet, "hold_all", lambda self: None)
    monkeypatch.setattr(scans, "_find_people", meeting.after(scans._find_people))
    monkeypatch.setattr(cards, "resolve_codes", meeting.after(scans.resolve_codes))
    at_once(calls)
    row.refresh_from_db()
    assert row.present is None
    assert Scan.objects.waiting().count() == 1


# The whole file.
def test_10_000_scans_shuffled_ten_times_from_three_devices_are_the_same_as_once_in_order(begin):
    choice = random.Random(20261111)
    children, staff = [make_child() for _ in range(60)], [make_instructor() for _ in range(6)]
    for number, one in enumerate(staff):
        Instructor.objects.filter(pk=one.pk).update(rfid_uid=f"7{number}")
    for hours in (0, 2, 4.5, 22, 24):
        for number, one in enumerate(staff):
            lecture = lecture_at(begin + dt.timedelta(hours=hours), hours=1.5)
            listed(lecture, *children[number * 10 : number * 10 + 10])
            due_at(lecture, one)
    InstructorAttendance.objects.update(status="absent")
    devices = [make_device() for _ in range(3)]
    lines = [(choice.choice(devices), a_passing(choice, children, begin)) for _number in range(10_000)]
    ordered = sorted(lines, key=lambda pair: pair[1].at)
    for at in range(0, len(ordered), 500):
        for device in devices:
            take_scans(device.pk, [line for one, line in ordered[at : at + 500] if one == device])
    in_order = attendance()
    assert in_order[0] > 100
    forget()
    shuffled_and_replayed(choice, lines, devices)
    assert attendance() == in_order
    assert Scan.objects.count() == 10_000


def a_passing(choice, children, begin):
    at = begin + dt.timedelta(minutes=choice.uniform(-60, 26 * 60))
    if choice.random() < 0.1:
        return scan_of(f"7{choice.randrange(6)}", at, "rfid")
    return scan_of(choice.choice(children), at)


def shuffled_and_replayed(choice, lines, devices):
    """Each device tells ten times of its own in another order, and all three at once."""
    told = {device: [] for device in devices}
    for device in devices:
        theirs = [line for one, line in lines if one == device]
        for _time in range(10):
            choice.shuffle(theirs)
            told[device].append(list(theirs))

    def tell(device):
        for file in told[device]:
            for at in range(0, len(file), 500):
                take_scans(device.pk, file[at : at + 500])

    outcome = at_once([lambda device=device: tell(device) for device in devices])
    assert (outcome.refused, outcome.failed) == ([], [])


def attendance():
    marks = LectureAttendance.objects.order_by("pk").values_list("pk", "present", "rating", "marked_at", "marked_via")
    columns = ("pk", "status", "check_in", "check_out", "late_minutes", "check_in_device", "check_out_device", "breaks")
    staff = InstructorAttendance.objects.order_by("pk").values_list(*columns)
    log = Scan.objects.order_by("scan_id").values_list("scan_id", "outcome")
    return LectureAttendance.objects.filter(present=True).count(), list(marks), list(staff), list(log)


def forget():
    Scan.objects.all().delete()
    LectureAttendance.objects.update(present=None, rating=None, marked_at=None, marked_via="")
    InstructorAttendance.objects.update(
        status="absent", check_in=None, check_out=None, late_minutes=0, check_in_via="", check_out_via="",
        check_in_device=None, check_out_device=None, breaks=[],
    )  # fmt: skip


def test_the_same_file_from_three_devices_is_the_same_as_from_one(begin):
    """Each device has its own numbers for the scans; who was there when is the same, only at which door is not."""
    choice = random.Random(7)
    children = [make_child() for _ in range(10)]
    listed(lecture_at(begin), *children)
    file = [a_passing(choice, children, begin) for _number in range(300)]
    take_scans(make_device().pk, file)
    once = attendance()[:2]
    forget()
    devices = [make_device() for _ in range(3)]
    calls = [lambda device=one: take_scans(device.pk, choice.sample(file, len(file))) for one in devices]
    assert at_once(calls).failed == []
    assert attendance()[:2] == once
