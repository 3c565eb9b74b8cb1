"""A stop loses nothing: requests are answered, sockets come back, the worker finishes or gives back what it has."""

import json
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django_q.conf import Conf
from django_q.models import OrmQ, Task
from django_q.tasks import async_task
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from api import tokens
from backoffice.users.tests.makers import make_staff

from .tasks import take, take_long_once
from .whole import Whole, Worker, until

pytestmark = [pytest.mark.server, pytest.mark.postgres]


def embedded(port):
    return [sys.executable, "manage.py", "serve", "--port", str(port)]


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return True
    return False


@pytest.mark.parametrize("command", [None, embedded], ids=["server", "embedded"])
def test_a_stop_answers_who_is_inside_and_lets_nobody_in(command, redis, static, tmp_path, transactional_db):
    server, access = Whole(redis, tmp_path, command), tokens.sign_in(make_staff("Supervisors")).access
    server.start()
    address = f"ws://127.0.0.1:{server.port}/ws/attendance/"
    try:
        with (
            ThreadPoolExecutor(1) as elsewhere,
            connect(address, subprotocols=["jwt", access], open_timeout=30, compression=None) as listening,
        ):
            assert json.loads(listening.recv(timeout=30))["type"] == "ready"
            inside = elsewhere.submit(server.get, "/test/slow/?seconds=3")
            until((tmp_path / "begun").exists)
            asked = time.monotonic()
            server.send(signal.SIGTERM)
            until(lambda: refused(server.port), 2)
            assert not inside.done()
            with pytest.raises(ConnectionClosed):
                listening.recv(timeout=10)
            assert listening.close_code == 1012
            answer, body = inside.result(30)
            assert (answer.status, body) == (200, b"whole")
        assert server.ended(30) == 0
        assert time.monotonic() - asked < 25
    finally:
        server.stop(signal.SIGKILL)


def test_a_part_that_dies_ends_the_others_with_a_code(redis, static, tmp_path, transactional_db):
    server = Whole(redis, tmp_path)
    server.start()
    (sockets,) = [pid for pid, told in children(server.process.pid) if "uvicorn" in told]

    os.kill(sockets, signal.SIGKILL)
    assert server.ended(40) == 1
    assert refused(server.port)


def children(parent):
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        yield int(pid), Path(f"/proc/{pid}/cmdline").read_text()


@pytest.fixture
def queue(monkeypatch):
    """The tests' own settings do each task at once."""
    monkeypatch.setattr(Conf, "SYNC", False)


def lines(file):
    return file.read_text().split() if file.exists() else []


def test_the_worker_finishes_what_it_has(redis, tmp_path, transactional_db, queue):
    file, worker = tmp_path / "task", Worker(redis, tmp_path)
    async_task(take, str(file), 3)
    worker.start()
    until(lambda: lines(file) == ["begun"])
    assert worker.stop() == 0
    assert lines(file) == ["begun", "ended"]
    assert Task.objects.filter(func="tests.server.tasks.take", success=True).count() == 1
    assert not OrmQ.objects.exists()


def test_a_task_that_is_cut_off_is_given_back_and_done_once(redis, tmp_path, transactional_db, queue):
    file, soon = tmp_path / "task", {"TEST_TASKS_COME_AGAIN": "12"}
    worker, other = (Worker(redis, tmp_path, **soon) for _ in range(2))
    async_task(take_long_once, str(file), 300)
    worker.start()
    until(lambda: lines(file) == ["begun"])
    # The second time means: now.
    worker.send(signal.SIGTERM)
    time.sleep(0.5)
    assert worker.stop() == 0
    assert lines(file) == ["begun"]
    assert OrmQ.objects.count() == 1
    other.start()
    until(lambda: lines(file) == ["begun", "begun", "ended"])
    until(lambda: not OrmQ.objects.exists())
    assert other.stop() == 0
    assert Task.objects.filter(func="tests.server.tasks.take_long_once", success=True).count() == 1
    assert lines(file) == ["begun", "begun", "ended"]
