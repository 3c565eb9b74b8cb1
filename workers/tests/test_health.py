"""`manage.py health` says whether the worker lives."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import translation

from workers.queue_state import SILENT_AT_MOST

from .test_heartbeat import finished

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_a_worker_that_beat_a_moment_ago_lives():
    finished(dt.timedelta(seconds=20))
    said = StringIO()
    call_command("health", stdout=said)
    assert said.getvalue() == "The worker lives: it finished something within 1 minutes.\n"


def test_one_whose_heart_stands_still_is_named_with_its_minutes():
    finished(SILENT_AT_MOST + dt.timedelta(minutes=1))
    with pytest.raises(CommandError, match="finished nothing for 16 minutes"):
        call_command("health")


def test_one_that_never_ran_is_not_healthy():
    with pytest.raises(CommandError, match="hasn't finished anything yet"):
        call_command("health")


@pytest.mark.parametrize("command", ["health", "prepare_database", "work"])
def test_a_database_that_is_away_is_said_in_a_line(monkeypatch, command):
    def away():
        raise OperationalError("connection refused\nIs the server running?")

    monkeypatch.setattr(connection, "ensure_connection", away)
    with pytest.raises(CommandError, match=r"can't be reached: connection refused$"):
        call_command(command)
