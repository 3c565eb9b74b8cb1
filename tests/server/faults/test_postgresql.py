"""PostgreSQL is restarted under load, politely and by force: what was acknowledged is there once, and all goes on."""

import time

import pytest
from django.db import connection

from .centre import BACK_WITHIN, eventually

pytestmark = pytest.mark.server


def restarted(cluster):
    """As by an upgrade: whoever is connected is cut off."""
    cluster.stop()


def killed(cluster):
    """As by a power cut: all its processes at once."""
    cluster.kill()


def test_postgresql_is_restarted_and_killed_under_load(centre, load):
    centre.start_web("server")
    centre.start_worker()
    load.start()
    for fault in (restarted, killed):
        load.goes_on(BACK_WITHIN)
        fault(centre.cluster)
        assert centre.readiness()["database"] == "failed"
        assert centre.get("/health/live")[0] == 200
        # Who opens a page is told that it passes.
        status, page = centre.get("/")
        assert (status, "دفاتر المركز" in page.decode()) == (503, True)
        centre.cluster.start()
        back = time.monotonic()
        connection.close()
        for comes_back in (lambda left: eventually(lambda: centre.is_ready, left), load.goes_on, centre.does_a_task):
            comes_back(BACK_WITHIN - (time.monotonic() - back))
        assert centre.web.lives
        assert centre.worker.lives
    load.check()
    # Some were told that it didn't work: the load was heavy enough to meet the fault.
    assert load.answers[500] + load.answers[503] > 0
