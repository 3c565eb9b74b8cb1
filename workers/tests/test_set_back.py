"""The clock is set back by an hour: what waits and what comes again and again isn't put off for that hour."""

import datetime as dt

import pytest
from django.db import OperationalError, connections
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from workers import heartbeat, set_back
from workers.heartbeat import Watch
from workers.processes import Running
from workers.schedules import sync_schedules
from workers.set_back import WallClock

from .test_processes import part_with_child

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def wall(monkeypatch):
    """A wall's clock that may be set."""

    def move(seconds):
        monkeypatch.setattr(set_back, "_ahead", lambda: 1000.0 + seconds)

    move(0)
    return move


def as_before_it_was_set_back():
    """Schedules and tasks as an hour that has come once left them; the ids of one that waits and one that runs."""
    sync_schedules()
    for row in Schedule.objects.all():
        Schedule.objects.filter(pk=row.pk).update(next_run=row.next_run + HOUR)
    now = timezone.now()
    waits = OrmQ.objects.create(key="redwan", payload="", lock=now + HOUR - dt.timedelta(seconds=2))
    runs = OrmQ.objects.create(key="redwan", payload="", lock=now + HOUR + dt.timedelta(seconds=1700))
    return waits.pk, runs.pk


def test_schedules_and_waiting_tasks_are_meant_for_now(wall):
    waits, runs = as_before_it_was_set_back()
    clock = WallClock()
    wall(-3600)
    assert clock.was_just_set_back()
    assert not clock.was_just_set_back()
    assert clock.set_back() == HOUR
    clock.put_right(HOUR)
    assert clock.set_back() is None
    now = timezone.now()
    assert Schedule.objects.get(name="heartbeat").next_run <= now + dt.timedelta(minutes=1)
    assert OrmQ.objects.get(pk=waits).lock <= now
    assert OrmQ.objects.get(pk=runs).lock > now + HOUR


@pytest.mark.parametrize("seconds", [-30, 0, 30, 3600])
def test_small_steps_and_steps_forward_are_left_alone(wall, seconds):
    clock = WallClock()
    wall(seconds)
    assert clock.set_back() is None


def test_back_after_a_step_forward_is_back(wall):
    clock = WallClock()
    wall(3600)
    assert clock.set_back() is None
    wall(0)
    assert clock.set_back() == HOUR


def test_who_watches_the_worker_puts_it_right_and_tries_again_without_a_database(wall, tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "close_all", lambda: None)
    as_before_it_was_set_back()
    part, tried = part_with_child(tmp_path / "pid"), []

    def broken(_self, back):
        tried.append(back)
        raise OperationalError

    with Running(grace=5) as running:
        running.start(part)
        watch = Watch(running, part)
        wall(-3600)
        with monkeypatch.context() as without:
            without.setattr(WallClock, "put_right", broken)
            for _tick in range(3):
                watch.look()
        assert tried == [HOUR]
        monkeypatch.setattr(heartbeat, "_LOOKS_EVERY", 0.0)
        watch._next_look = 0.0
        watch.look()
    assert Schedule.objects.get(name="heartbeat").next_run <= timezone.now() + dt.timedelta(minutes=1)
