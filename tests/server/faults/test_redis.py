"""Redis is gone for a while: pages, payments, marks, sockets and the worker go on, and afterwards pushes ring again."""

import json
import os
import signal
import time
from functools import partial

import pytest
import redis as redis_client
from django.db import connection
from django_q.models import Task

from backoffice.attendance.events import GROUP
from backoffice.attendance.models import AttendanceEvent
from backoffice.users.tests.makers import PASSWORD, make_parent

from .centre import BACK_WITHIN, eventually, hand_over
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


def rings(centre, seconds):
    """Wait until the server listens to the bell, and it was rung for the latest event."""

    def listens():
        with redis_client.Redis.from_url(centre.redis.url) as asked:
            ((_group, listening),) = asked.pubsub_numsub(f"asgi__group__{GROUP}")
        return listening == 1

    eventually(lambda: listens() and newest().sent_at, seconds)


@pytest.fixture
def redis(centre):
    """The centre's; whatever is found while it is gone, the other tests have it again."""
    yield centre.redis
    centre.redis.stop()
    centre.redis.start()


def test_redis_is_gone_for_a_while_and_comes_back(centre, load, redis):
    number = str(make_parent(password=PASSWORD).user.phone_number1)
    centre.start_web()
    centre.start_worker()
    load.start()
    load.goes_on(BACK_WITHIN)
    assert signs_in(centre, number) == 200
    rings(centre, BACK_WITHIN)
    late = Listener(centre)

    gone = time.monotonic()
    redis.stop(signal.SIGKILL)
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

    redis.start()
    back = time.monotonic()
    # That is "back": it says that it is ready, everybody is acknowledged something new, and pushes ring again.
    for comes_back in (lambda left: eventually(lambda: centre.is_ready, left), load.goes_on, partial(rings, centre)):
        comes_back(BACK_WITHIN - (time.monotonic() - back))

    # What follows is the counting, which has its own time.
    load.stop()

    def all_is_sent():
        """By the sweep, which leaves what is younger than 5 s to its writer; by the clock it comes each minute.

        One that met Redis' absence lets its process leave the layer alone for 5 s, in which another fails too.
        """
        sweep = hand_over("backoffice.attendance.services.sweep_events")
        eventually(lambda: Task.objects.filter(pk=sweep).exists())
        return not AttendanceEvent.objects.unsent().exists()

    eventually(all_is_sent)
    late.hears(newest().cursor, BACK_WITHIN)
    load.check()
    late.stop()
    assert (load.listener.came_back, late.came_back) == (0, 0)
    assert set(load.answers) <= {200, 201}
