"""The staff's rows spoken of by two at one moment, and two who give a supervisor hours; and what the locks are for."""

import datetime as dt
import uuid

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.attendance import services
from backoffice.attendance.models import Device, InstructorAttendance, Scan, SupervisorSchedule
from backoffice.attendance.services import Correction, Hours, by_hand, presence, rota
from backoffice.attendance.tests.staff_makers import at, due, make_nadia, make_supervisor
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_instructor, manager

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def five_to_five(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at("16:55"))


def take_every_lock_out(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)


def story_of(row):
    """What the trail says the coming was before and after, in order."""
    entries = AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).order_by("id")
    return [tuple(entry.changes["check_in"]) for entry in entries if "check_in" in entry.changes]


def hangs_together(story, row):
    """Each change begins where the one before it ended, and the row is where the last one ended."""
    ends = [None, *(after for _before, after in story)]
    row.refresh_from_db()
    return [before for before, _after in story] == ends[:-1] and ends[-1] == row.check_in.astimezone(dt.UTC).isoformat()


def check_in_and_correction():
    row, nadia, boss = due(make_instructor()), make_nadia(), manager()
    correction = Correction("present", at("16:05"))
    return row, [
        lambda: services.check_in(row.pk, by=nadia),
        lambda: services.correct_presence(row.pk, correction, reason="رأيته", by=boss),
    ]


def two_corrections():
    row, nadia, boss = due(make_instructor()), make_nadia(), manager()

    def correct(hours, by):
        services.correct_presence(row.pk, Correction("present", at(hours)), reason="رأيته", by=by)

    return row, [lambda: correct("16:05", nadia), lambda: correct("16:10", boss)]


def meet_after_looking(monkeypatch):
    """Without locks: nobody writes before both have read."""
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    monkeypatch.setattr(by_hand, "hold_around", meeting.after(by_hand.hold_around))


def test_a_coming_and_its_correction_are_one_after_the_other():
    row, calls = check_in_and_correction()
    outcome = at_once(calls)
    # Whoever notes the coming second is told that they are here already.
    assert (outcome.refused, outcome.failed) in (([], []), (["is_here"], []))
    assert hangs_together(story_of(row), row)
    assert row.check_in == at("16:05")


def test_without_the_lock_the_coming_is_lost_or_the_correction_is(monkeypatch):
    row, calls = check_in_and_correction()
    meet_after_looking(monkeypatch)
    at_once(calls)
    assert not hangs_together(story_of(row), row)


def test_of_two_corrections_the_later_stands_and_both_are_in_the_trail():
    row, calls = two_corrections()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (2, [], [])
    assert len(story_of(row)) == 2
    assert hangs_together(story_of(row), row)


def test_without_the_lock_both_corrections_come_from_nothing(monkeypatch):
    row, calls = two_corrections()
    meet_after_looking(monkeypatch)
    at_once(calls)
    assert [before for before, _after in story_of(row)] == [None, None]


def a_coming_and_a_going_at_two_doors():
    sami = make_instructor()
    row = due(sami)
    doors = [Device.objects.create(name=name, key_hash="!") for name in ("الباب", "المدخل")]

    def tell(door, hours):
        scan = Scan(device=door, scan_id=uuid.uuid4(), code="c", method="rfid", at=at(hours), outcome="check_in")
        scan.instructor = sami
        _log_and_follow(scan)

    return row, [lambda: tell(doors[0], "15:55"), lambda: tell(doors[1], "16:50")]


def _log_and_follow(scan):
    from django.db import transaction

    with transaction.atomic():
        scan.save()
        services.follow_scans([scan.instructor_id], since=scan.at, until=scan.at)


def came_and_left(row):
    row.refresh_from_db()
    return row.check_in, row.check_out


def test_two_doors_that_tell_at_once_lose_nothing():
    row, calls = a_coming_and_a_going_at_two_doors()
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert came_and_left(row) == (at("15:55"), at("16:50"))


def test_without_the_lock_one_door_is_not_heard(monkeypatch):
    row, calls = a_coming_and_a_going_at_two_doors()
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    monkeypatch.setattr(presence, "_passings_of", meeting.after(presence._passings_of))
    at_once(calls)
    assert came_and_left(row) != (at("15:55"), at("16:50"))


def hours_twice():
    supervisor, nadia, boss = make_supervisor(), make_nadia(), manager()

    def give(start, by):
        return services.add_rota(supervisor.pk, Hours(1, dt.time(start), dt.time(start + 3)), by=by)

    return [lambda: give(9, nadia), lambda: give(11, boss)]


def test_of_two_hours_that_overlap_one_is_given_and_the_other_refused_in_words():
    outcome = at_once(hours_twice())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["rota_overlap"], [])
    assert SupervisorSchedule.objects.count() == 1


def test_without_the_lock_the_second_runs_into_the_constraint(monkeypatch):
    calls = hours_twice()
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    monkeypatch.setattr(rota, "_refuse_overlap", meeting.after(rota._refuse_overlap))
    outcome = at_once(calls)
    assert len(outcome.failed) == 1
    assert "attendance_supervisorschedule_no_overlap" in str(outcome.failed[0])


def test_the_clock_and_a_coming_at_one_moment_leave_who_came():
    row, nadia = due(make_instructor()), make_nadia()
    outcome = at_once([services.follow_the_rota, lambda: services.check_in(row.pk, by=nadia)])
    assert (outcome.refused, outcome.failed) == ([], [])
    row.refresh_from_db()
    assert InstructorAttendance.objects.filter(pk=row.pk, status="late", check_in=at("16:55")).exists()
