"""Two workers at the same job of the same day, and at the same lists: one effect; and what claim and lock are for."""

import datetime as dt
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from backoffice.attendance.models import AttendanceCronLog, LectureAttendance
from backoffice.attendance.services import absence, do_once, generate_instructor_attendance, job_log, mark_absent_of_day
from backoffice.attendance.tests.test_absences import YESTERDAY, lecture_of, rota
from backoffice.shared.models import AuditEntry

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = dt.date(2026, 11, 24)


def two_workers(work):
    return at_once([lambda: do_once("mark_absent_daily", DAY, work).outcome.value] * 2)


def test_of_two_workers_one_does_the_day():
    done = []

    def work(day):
        done.append(day)
        time.sleep(0.5)
        return {"rows": 1}

    outcome = two_workers(work)
    assert outcome.failed == []
    # Who comes second finds the first at it, or finished.
    assert outcome.done.count("done") == 1
    assert set(outcome.done) <= {"done", "running", "done_before"}
    assert done == [DAY]
    assert AttendanceCronLog.objects.get().attempts == 1


def test_without_the_claim_both_do_it(monkeypatch):
    done, meeting = [], Meeting(2)

    def work(day):
        done.append(day)
        meeting.wait()
        return {"rows": 1}

    monkeypatch.setattr(job_log, "claim", lambda *_: nullcontext(True))
    assert two_workers(work).done == ["done", "done"]
    assert done == [DAY, DAY]


def test_a_claim_that_was_let_go_by_a_failure_is_had_by_the_next():
    def stuck(_day):
        raise ValueError("stuck")

    assert do_once("mark_absent_daily", DAY, stuck).outcome.value == "failed"
    assert do_once("mark_absent_daily", DAY, lambda _day: {}).outcome.value == "done"


def marking_meets(monkeypatch, meeting):
    """Both have counted who is unmarked before one of them marks."""
    monkeypatch.setattr(absence, "timezone", SimpleNamespace(now=meeting.after(timezone.now)))


def lines():
    return AuditEntry.objects.filter(model="courses.lecture").count()


def test_the_same_list_marked_twice_at_once_is_told_of_once():
    lecture_of(children=5)
    outcome = at_once([lambda: mark_absent_of_day(YESTERDAY)] * 2)
    assert outcome.failed == []
    assert sum(counts["participants"] for counts in outcome.done) == 5
    assert lines() == 1
    assert LectureAttendance.objects.marked().count() == 5


def test_without_the_lectures_lock_it_is_told_of_twice(monkeypatch):
    lecture_of(children=5)
    marking_meets(monkeypatch, Meeting(2))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    at_once([lambda: mark_absent_of_day(YESTERDAY)] * 2)
    assert lines() == 2


def test_a_week_made_by_two_at_once_has_each_row_once():
    for _lecture in range(5):
        lecture_of(children=0)
    rota()
    outcome = at_once([lambda: generate_instructor_attendance(YESTERDAY)] * 4)
    assert outcome.failed == []
    assert sum(outcome.done) == 6
