"""A job that is killed half-way is finished by the next run, and is there once; a worker leaves no orphans."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from backoffice.attendance.models import AttendanceCronLog, AttendanceEvent, InstructorAttendance, LectureAttendance
from backoffice.attendance.tests.test_absences import lecture_of, rota
from backoffice.shared.dates import cairo_today
from backoffice.shared.models import AuditEntry
from tests.crash.harness import KILLED, kills
from workers.processes import Part, Running
from workers.tests.test_processes import alive, eventually

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = cairo_today() - dt.timedelta(days=1)
ROOT = Path(__file__).resolve().parents[2]


def the_day_is_marked_once():
    """Nine children at three lectures, their instructor-less staff, and one supervisor; each told of once."""
    assert set(LectureAttendance.objects.values_list("present", "marked_via")) == {(False, "auto")}
    assert set(InstructorAttendance.objects.values_list("status", flat=True)) == {"absent"}
    trail = AuditEntry.objects.filter(source="job")
    assert trail.filter(model="courses.lecture").count() == 3
    assert trail.filter(model="attendance.instructorattendance").count() == 4
    assert AttendanceEvent.objects.filter(type="summary").count() == 3
    assert AttendanceEvent.objects.filter(type="instructor_attendance_update").count() == 4


def test_killed_at_every_step_the_night_is_finished_by_the_next_run(runner):
    for _lecture in range(3):
        lecture_of(children=3)
    rota()
    steps = list(kills(runner, "mark_absent", day=DAY))
    assert "commit" in steps
    log = AttendanceCronLog.objects.get()
    assert log.finished_at
    assert log.attempts > 10
    the_day_is_marked_once()
    assert runner.run("mark_absent", day=DAY).word("acknowledged") == "done_before"
    the_day_is_marked_once()


def test_killed_in_the_middle_it_has_done_whole_lists_only_and_is_taken_up_at_once(runner):
    for _lecture in range(3):
        lecture_of(children=3)
    rota()
    # Past the first list's commit: a later round trip of the same run.
    number = 1
    while not LectureAttendance.objects.marked().exists():
        assert runner.run("mark_absent", kill_at=number, day=DAY).exit_code == KILLED
        number += 1
    assert LectureAttendance.objects.marked().count() in (3, 6)
    assert AttendanceCronLog.objects.get().finished_at is None
    assert runner.run("mark_absent", day=DAY).word("acknowledged") == "done"
    the_day_is_marked_once()


def children_of(pid):
    """The processes that a process has started, and those that they have."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    own = [int(number) for number in found.stdout.split()]
    return [*own, *(grandchild for child in own for grandchild in children_of(child))]


@pytest.mark.slow
def test_a_worker_whose_sentinel_is_killed_ends_and_leaves_nobody_behind():
    environment = {
        "DJANGO_SETTINGS_MODULE": "backoffice.config.settings_test",
        "TEST_DATABASE_HOME": connection.settings_dict["NAME"],
    }
    part = Part("worker", [sys.executable, str(ROOT / "manage.py"), "qcluster"], environment)
    with Running(grace=5) as running:
        running.start(part)
        main = running.processes["worker"].pid
        # The sentinel, two workers, the pusher and the monitor.
        assert eventually(lambda: len(children_of(main)) >= 5, seconds=60)
        everybody = children_of(main)
        sentinel = everybody[0]
        os.kill(sentinel, signal.SIGKILL)
        assert not running.wait_until(lambda: False, seconds=30)
        assert running.first_dead()
    assert eventually(lambda: not any(alive(pid) for pid in everybody))
