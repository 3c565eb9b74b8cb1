"""What whoever watches from outside is told of a server that runs, also while parts keep silent; signing in goes on."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from websockets.sync.client import connect

from backoffice.users.tests.makers import make_staff
from tests.sockets.servers import Process, Redis, free_port
from workers.web_server import web_part

pytestmark = pytest.mark.server
KEY = "x" * 60
PHONE, PASSWORD = "01000000001", "redwan-demo-2026"


@contextmanager
def silent():
    """A port that accepts and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


def environment(folder, **more):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
        "DJANGO_SECRET_KEY": KEY,
        "DEBUG": "1",
        "DATABASE_ENGINE": "sqlite3",
        "DATABASE_NAME": str(folder / "db.sqlite3"),
        "VAR_DIR": str(folder / "var"),
        "REDIS_URL": "",
        "METRICS_PORT": "",
        "SENTRY_DSN": "",
        **more,
    }


class Web(Process):
    """As `serve` starts it."""

    def __init__(self, folder, **more):
        super().__init__()
        self.folder, self.more = folder, more

    def command(self):
        return list(web_part("127.0.0.1", self.port).command)

    def environment(self):
        return environment(self.folder, **self.more)

    def ready(self):
        """Status, words and how long it took."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        begun = time.monotonic()
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), time.monotonic() - begun


@contextmanager
def running(web):
    web.start()
    try:
        yield web
    finally:
        web.stop()


@pytest.fixture
def centre(transactional_db, tmp_path):
    """A centre with one manager, on the tests' database or a copy of it, for to migrate another takes minutes."""
    boss = make_staff("Managers", phone_number1="+2" + PHONE)
    # As the settings of a centre hash it.
    boss.password = Argon2PasswordHasher().encode(PASSWORD, "salt-of-this-test")
    boss.save()
    there = connection.settings_dict
    database = {
        "DATABASE_ENGINE": "postgresql",
        **{f"DATABASE_{key}": str(there[key]) for key in ("NAME", "HOST", "PORT", "PASSWORD")},
        "DATABASE_USERNAME": there["USER"],
    }
    if connection.vendor == "sqlite":
        database = {}
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
            connection.connection.backup(copy)
    return lambda **more: Web(tmp_path, **database, **more)


def test_a_redis_that_keeps_silent_is_told_in_time(centre):
    with silent() as port, running(centre(REDIS_URL=f"redis://127.0.0.1:{port}/0")) as web:
        web.ready()
        status, words, seconds = web.ready()
        assert status == 503
        assert '"channel_layer": "failed"' in words
        assert '"cache": "failed"' in words
        assert '"database": "ok"' in words
        assert seconds < 3


def test_a_database_that_keeps_silent_is_told_in_time(tmp_path):
    away = {"DATABASE_ENGINE": "postgresql", "DATABASE_HOST": "127.0.0.1", "DATABASE_NAME": "x"}
    with silent() as port, running(Web(tmp_path, DATABASE_PORT=str(port), **away)) as web:
        status, words, seconds = web.ready()
        assert status == 503
        assert '"database": "failed"' in words
        assert '"queue": "failed"' in words
        assert '"channel_layer": "ok"' in words
        assert seconds < 3.5


def test_signing_in_goes_on_while_redis_is_away(centre):
    with running(centre(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")) as web:
        at = f"http://127.0.0.1:{web.port}"
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = visitor.open(f"{at}/courses-admin/login/", timeout=30).read().decode()

        def sign_in(password):
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
            form = {"username": PHONE, "password": password, "csrfmiddlewaretoken": token}
            return visitor.open(f"{at}/courses-admin/login/", urllib.parse.urlencode(form).encode(), timeout=30)

        # Nothing is counted by address, yet the number is: after five wrong ones the right one doesn't open it either.
        assert "/login/" in sign_in("wrong").url
        assert sign_in(PASSWORD).url == f"{at}/courses-admin/"
        assert visitor.open(f"{at}/courses-admin/users/customuser/", timeout=30).status == 200

        body = f'{{"phone_number1": "{PHONE}", "password": "{PASSWORD}"}}'.encode()
        app = urllib.request.Request(f"{at}/auth/jwt/create/", body, {"Content-Type": "application/json"})
        assert urllib.request.urlopen(app, timeout=30).status == 200
        for _ in range(5):
            app.data = body.replace(b"redwan", b"wrong")
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(app, timeout=30)
        app.data = body
        with pytest.raises(urllib.error.HTTPError) as locked:
            urllib.request.urlopen(app, timeout=30)
        assert locked.value.code == 429


class Behind(Web):
    """The server with its front, two processes and the port of the metrics."""

    def __init__(self, web):
        super().__init__(web.folder, **web.more)
        self.metrics = free_port()

    def command(self):
        return [sys.executable, "-m", "workers.server"]

    def environment(self):
        (self.folder / "static").mkdir(exist_ok=True)
        own = {
            "WEB_PORT": self.port,
            "METRICS_PORT": self.metrics,
            "WEB_PROCESSES": 2,
            "STATIC_ROOT": self.folder / "static",
        }
        return super().environment() | {name: str(value) for name, value in own.items()}

    def told(self):
        """Each sample by its name with labels."""
        answer = urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=30).read().decode()
        lines = [line.rpartition(" ") for line in answer.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}


def children_of(pid):
    """The processes that a process has begun."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_all_processes_are_counted_and_those_that_are_gone(centre):
    page = 'redwan_requests_total{method="GET",route="staff-sign-in",status="2xx"}'
    with running(Behind(centre())) as server:
        at = f"http://127.0.0.1:{server.port}/courses-admin/login/"
        for _ in range(6):
            urllib.request.urlopen(at, timeout=30)
        before = server.told()
        assert before[page] == 6
        assert before["redwan_facts_complete"] == 1
        assert before["redwan_open_sockets"] == 0
        (pages,) = [
            one for one in children_of(server.process.pid) if b"gunicorn" in Path(f"/proc/{one}/cmdline").read_bytes()
        ]
        old = children_of(pages)
        for one in old:
            os.kill(one, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while set(children_of(pages)) & set(old) or len(children_of(pages)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        urllib.request.urlopen(at, timeout=30)
        assert server.told()[page] == 7
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30)


def test_an_open_socket_is_counted_until_it_is_closed(centre):
    # The tries to sign in are counted in it; the table for them isn't there.
    with running(Redis()) as redis, running(Behind(centre(REDIS_URL=redis.url))) as server:
        body = json.dumps({"phone_number1": PHONE, "password": PASSWORD}).encode()
        at = f"http://127.0.0.1:{server.port}/auth/jwt/create/"
        asked = urllib.request.Request(at, body, {"Content-Type": "application/json"})
        access = json.load(urllib.request.urlopen(asked, timeout=30))["access"]
        address = f"ws://127.0.0.1:{server.port}/ws/attendance/"

        assert server.told()["redwan_open_sockets"] == 0
        with connect(address, subprotocols=["jwt", access], open_timeout=30) as opened:
            assert json.loads(opened.recv(timeout=30))["type"] == "ready"
            assert server.told()["redwan_open_sockets"] == 1
        deadline = time.monotonic() + 30
        while server.told()["redwan_open_sockets"] != 0:
            assert time.monotonic() < deadline
            time.sleep(0.1)
