"""A worker that finishes nothing any more is started anew; one at work, or that can't be asked about, is left alone."""

import datetime as dt
import sys

import pytest
from django.db import OperationalError, connections
from django.utils import timezone
from django_q.models import OrmQ, Task

from workers import heartbeat
from workers.heartbeat import Watch
from workers.processes import Part, Running
from workers.queue_state import SILENT_AT_MOST, last_runs, queue_state

from .test_processes import alive, eventually, part_with_child, pid_in

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def finished(ago, *, group="heartbeat", success=True):
    at = timezone.now() - ago
    number = Task.objects.count()
    return Task.objects.create(
        id=f"{number:032}", name=f"task {number}", func="f", group=group, started=at, stopped=at, success=success
    )


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """A worker with a child, and who watches it."""
    # The test's own connection stays as it is.
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(heartbeat, "_LOOKS_EVERY", 0.0)
    part = part_with_child(tmp_path / "pid")
    with Running(grace=5) as running:
        running.start(part)
        yield running, Watch(running, part), tmp_path / "pid"


def begun(watch, ago):
    watch._begun = timezone.now() - ago


def test_a_worker_whose_heart_stands_still_is_started_anew_and_leaves_nobody_behind(watched):
    running, watch, path = watched
    old, child = running.processes["worker"].pid, pid_in(path)
    finished(SILENT_AT_MOST + MINUTE)
    begun(watch, SILENT_AT_MOST + MINUTE)
    assert watch.look() is False
    assert running.processes["worker"].pid != old
    assert eventually(lambda: not alive(child))
    assert running.first_dead() is None


@pytest.mark.parametrize(
    ("last", "begin"),
    [(MINUTE, dt.timedelta(days=1)), (dt.timedelta(days=1), MINUTE), (None, MINUTE)],
    ids=["it beats", "it was just started", "it was just started, for the first time"],
)
def test_a_worker_that_lives_is_left_alone(watched, last, begin):
    running, watch, _path = watched
    old = running.processes["worker"].pid
    if last:
        finished(last)
    begun(watch, begin)
    watch.look()
    assert running.processes["worker"].pid == old


def test_any_work_that_is_finished_is_a_sign_of_life_a_failure_too(watched):
    running, watch, _path = watched
    old = running.processes["worker"].pid
    finished(SILENT_AT_MOST + MINUTE)
    finished(MINUTE, group=None, success=False)
    begun(watch, dt.timedelta(days=1))
    watch.look()
    assert running.processes["worker"].pid == old


def test_a_database_that_is_away_is_no_reason(watched, monkeypatch):
    running, watch, _path = watched
    old = running.processes["worker"].pid
    begun(watch, dt.timedelta(days=1))

    def away():
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(heartbeat, "last_sign_of_life", away)
    assert watch.look() is False
    assert running.processes["worker"].pid == old


def test_it_looks_twice_a_minute_and_not_ten_times_a_second(monkeypatch):
    asked = []
    monkeypatch.setattr(heartbeat, "last_sign_of_life", lambda: asked.append(1))
    watch = Watch(Running(), Part("worker", (sys.executable, "-c", "")))
    for _ in range(50):
        watch.look()
    assert asked == []


def test_the_queues_numbers():
    now = timezone.now()
    OrmQ.objects.create(key="redwan", payload="", lock=now - 7 * MINUTE)
    OrmQ.objects.create(key="redwan", payload="", lock=now - MINUTE)
    OrmQ.objects.create(key="redwan", payload="", lock=now + 30 * MINUTE)
    finished(2 * MINUTE)
    finished(dt.timedelta(days=2), success=False)
    finished(dt.timedelta(days=20), success=False)
    state = queue_state()
    assert (state.waiting, state.running, state.failed) == (2, 1, 1)
    assert dt.timedelta(minutes=7) <= state.oldest < dt.timedelta(minutes=8)
    assert dt.timedelta(minutes=2) <= state.silent < dt.timedelta(minutes=3)
    assert state.is_alive


def test_an_empty_queue_of_a_worker_that_never_ran():
    state = queue_state()
    assert (state.waiting, state.running, state.failed, state.oldest, state.silent) == (0, 0, 0, None, None)
    assert not state.is_alive


def test_the_last_run_of_each_schedule_and_how_it_went():
    finished(3 * MINUTE, group="expire_offers")
    last = finished(2 * MINUTE, group="expire_offers", success=False)
    finished(MINUTE)
    runs = last_runs()
    assert (runs["expire_offers"].at, runs["expire_offers"].went_well) == (last.stopped, False)
    assert runs["heartbeat"].went_well
