"""The whole server and the worker as they run at the centre, on the test's database and a Redis of its own."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from django.db import connection

from tests.sockets.servers import ROOT, Process, Redis, free_port

STATIC = ROOT / ".staticfiles"
HOST = "localhost"


def environment(redis: str, folder: Path, **more: str) -> dict[str, str]:
    """What compose says, as far as it matters here; nothing of the `.env` of whoever runs the test wins over it."""
    database = connection.settings_dict
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.server.settings",
        "DJANGO_SECRET_KEY": "only-for-tests-" * 4,
        "DJANGO_ALLOWED_HOSTS": HOST,
        "DEBUG": "0",
        "HTTPS_ONLY": "0",
        "BEHIND_PROXY": "0",
        "TRUSTED_PROXIES": "0",
        "DATABASE_ENGINE": "postgresql",
        "DATABASE_NAME": database["NAME"],
        "DATABASE_USERNAME": database["USER"],
        "DATABASE_PASSWORD": database["PASSWORD"],
        "DATABASE_HOST": database["HOST"],
        "DATABASE_PORT": str(database["PORT"]),
        "REDIS_URL": redis,
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(STATIC),
        **more,
    }


def collect_static(env: dict[str, str]) -> None:
    """Once for all; two processes of the tests take turns."""
    with Path(os.environ.get("TMPDIR", "/tmp"), "redwan-tests-static.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)


class Whole(Process):
    """`python3 -m workers.server`; what is `command` else is started in its place, on the same settings."""

    def __init__(self, redis: Redis, folder: Path, command: Callable[[int], list[str]] | None = None, **more: str):
        super().__init__()
        self.folder = folder
        self._command = command
        told = {"WEB_HOST": "127.0.0.1", "WEB_PORT": str(self.port), "WEB_PROCESSES": "1", "WEB_THREADS": "2"}
        self._environment = environment(redis.url, folder, **told, **more)

    def command(self) -> list[str]:
        """As in compose.yml."""
        return self._command(self.port) if self._command else [sys.executable, "-m", "workers.server"]

    def environment(self) -> dict[str, str]:
        """For all its parts."""
        return self._environment

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """An answer and its body, as they came."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            asking.request(method, path, headers={"Host": HOST} | {k.replace("_", "-"): v for k, v in headers.items()})
            answer = asking.getresponse()
            return answer, answer.read()
        finally:
            asking.close()

    def seen(self, **headers: str) -> dict:
        """Whom the application sees when these headers are sent."""
        return json.loads(self.get("/test/seen/", **headers)[1])

    def ended(self, seconds: float) -> int:
        """Its exit code, which comes within this time."""
        assert self.process
        return self.process.wait(seconds)


class Worker(Process):
    """`manage.py work`."""

    def __init__(self, redis: Redis, folder: Path, **more: str) -> None:
        super().__init__()
        self._environment = environment(redis.url, folder, **more)

    def start(self) -> None:
        """It has no port to answer at."""
        command = [sys.executable, "manage.py", "work"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Until it is gone; its exit code."""
        super().stop(how)
        assert self.process
        return self.process.returncode


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)


__all__ = ["Redis", "Whole", "Worker", "collect_static", "environment", "free_port", "until"]
