"""Redis is gone for a while: pages, payments, marks, sockets and the worker go on, and afterwards pushes ring again."""

import json
import os
import signal
import time

import pytest
from django.db import connection

from backoffice.attendance.models import AttendanceEvent
from backoffice.users.tests.makers import PASSWORD, make_parent

from .centre import BACK_WITHIN, eventually
from .load import Listener
from .people import Person

pytestmark = pytest.mark.server

# A minute is what is asked for.
GONE_FOR = float(os.environ.get("FAULT_SECONDS", "60"))
# Whoever meets Redis' absence waits a second for it at most, once in a while.
NOBODY_WAITS_LONGER = 8.0


def signs_in(centre, number):
    """By the app, whose tries are counted in Redis."""
    body = json.dumps({"phone_number1": number, "password": PASSWORD}).encode()
    return Person(centre).ask("POST", "/auth/jwt/create/", body, {"Content-Type": "application/json"})[0]


def newest():
    connection.close()
    return AttendanceEvent.objects.latest("cursor")


def test_redis_is_gone_for_a_while_and_comes_back(centre, load):
    number = str(make_parent(password=PASSWORD).user.phone_number1)
    centre.start_web()
    centre.start_worker()
    load.start()
    load.goes_on(BACK_WITHIN)
    assert signs_in(centre, number) == 200
    late = Listener(centre)

    gone = time.monotonic()
    centre.redis.stop(signal.SIGKILL)
    load.goes_on(NOBODY_WAITS_LONGER)
    centre.does_a_task()
    # Not ready, and it says which parts aren't.
    found = centre.readiness()
    assert {name for name, state in found.items() if state == "failed"} == {"status", "cache", "channel_layer"}
    # Tries aren't counted, and nobody is shut out for that.
    assert signs_in(centre, number) == 200
    # Who comes now hears too, from the table.
    late.start()
    late.hears(newest().cursor, NOBODY_WAITS_LONGER)
    while time.monotonic() < gone + GONE_FOR:
        load.goes_on(NOBODY_WAITS_LONGER)
    assert AttendanceEvent.objects.unsent().exists()
    assert set(load.answers) <= {200, 201}

    centre.redis.start()
    back = time.monotonic()

    def left():
        """For all of it together."""
        return BACK_WITHIN - (time.monotonic() - back)

    eventually(lambda: centre.is_ready, left())
    # The doorbell rings again by itself, and the worker sends what nobody was rung for.
    eventually(lambda: newest().sent_at, left())
    load.stop()

    def all_is_sent():
        """By the sweep, which leaves what is younger than 5 s to its writer; by the clock it comes each minute."""
        centre.does("backoffice.attendance.services.sweep_events", seconds=left())
        return not AttendanceEvent.objects.unsent().exists()

    eventually(all_is_sent, left())
    late.hears(newest().cursor, left())
    load.check()
    late.stop()
    assert (load.listener.came_back, late.came_back) == (0, 0)
    assert set(load.answers) <= {200, 201}
