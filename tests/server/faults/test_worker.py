"""The worker is killed in each job and sweep, halfway: the next run finishes it, and its effect is there once."""

import time

import pytest
from django.utils import timezone
from django_q.models import Schedule, Task

from backoffice.attendance.models import AttendanceCronLog
from backoffice.payments.ledger import check_ledger
from workers import jobs
from workers.schedules import DAY_JOBS, sync_schedules
from workers.sweeps import SWEEPS

from . import prepared, swept
from .centre import BACK_WITHIN, database_of, eventually, hand_over
from .prepared import PREPARED, a_while_later, begun_before
from .swept import SWEPT

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def working(running, django_db_blocker):
    """One worker for all of them: it loses one of its processes at a time."""
    with django_db_blocker.unblock(), database_of(running):
        # By the clock, a sweep would finish what was killed before the test has looked.
        Schedule.objects.all().delete()
        running.start_worker()
    yield running
    running.worker.kill()
    with django_db_blocker.unblock(), database_of(running):
        sync_schedules()


@pytest.fixture
def centre(working, django_db_blocker):
    with django_db_blocker.unblock(), database_of(working):
        yield working


def mode_of(name):
    return "ACCESS EXCLUSIVE" if name in prepared.ONLY_READ | swept.ONLY_READ else "SHARE"


@pytest.mark.parametrize("name", [job.name for job in DAY_JOBS])
def test_killed_in_a_job_of_the_day_the_next_run_finishes_it(centre, name):
    prepare, table = PREPARED[name]
    day = begun_before(name).latest(timezone.now())
    times = prepare(centre)
    assert times() == 0
    centre.kill_the_worker_in(table, "workers.running.run_due", name, mode=mode_of(name))
    log = AttendanceCronLog.objects.get(job=name, business_day=day)
    assert (log.finished_at, log.attempts, times()) == (None, 1, 0)
    # The worker has another process by now.
    a_while_later()
    centre.does("workers.running.run_missed")
    log.refresh_from_db()
    assert log.finished_at, log.error
    assert (log.attempts, times()) == (2, 1)
    # The queue brings the task of the killed one again.
    centre.does("workers.running.run_due", name)
    assert times() == 1
    assert list(check_ledger()) == []


@pytest.mark.parametrize(("name", "prepare", "table"), SWEPT, ids=[prepare.__name__ for _, prepare, _ in SWEPT])
def test_killed_in_a_sweep_the_next_one_finishes_it(centre, name, prepare, table):
    function = next(sweep.function for sweep in SWEEPS if sweep.name == name)
    times = prepare(centre)
    assert times() == 0
    centre.kill_the_worker_in(table, function, mode=mode_of(name))
    assert times() == 0
    a_while_later()
    for _again in range(2):
        centre.does(function)
        # Some hand it to the queue.
        eventually(lambda: times() == 1, BACK_WITHIN)
    centre.does_a_task()
    assert times() == 1
    assert list(check_ledger()) == []


def test_all_of_it_is_killed_and_started_again(centre):
    """By whoever watches containers; what was handed over meanwhile is done."""
    centre.worker.kill()
    waits = hand_over("workers.jobs.beat")
    back = time.monotonic()
    centre.start_worker(BACK_WITHIN)
    left = BACK_WITHIN - (time.monotonic() - back)
    eventually(lambda: Task.objects.filter(pk=waits, success=True).exists(), left)
    assert list(check_ledger()) == []


def test_no_job_is_left_out():
    by_function = {job.work.__name__ for job in DAY_JOBS} | {"sweep_offers", "beat"}
    assert by_function == set(jobs.__all__)
    assert {job.name for job in DAY_JOBS} == set(PREPARED)
    # The heartbeat does nothing that could be left half-done; the worker that is killed whole has to do it afterwards.
    assert {sweep.name for sweep in SWEEPS} == {"heartbeat"} | {name for name, _, _ in SWEPT}
