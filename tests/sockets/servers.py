"""A Redis and a web server of the test's own, which it may stop, kill and freeze."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

from workers.web_server import answers, web_part

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """Started, answering, and stopped by its own id."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What is started."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What it is told."""
        return dict(os.environ)

    def start(self) -> None:
        """Until it answers."""
        self.process = subprocess.Popen(self.command(), cwd=ROOT, env=self.environment(), stdout=subprocess.DEVNULL)
        self.answering()

    def answering(self) -> None:
        """Wait for it."""
        assert self.process
        deadline = time.monotonic() + PATIENCE
        while not answers("127.0.0.1", self.port):
            assert self.process.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.05)

    def send(self, number: int) -> None:
        """Tell it something."""
        assert self.process
        self.process.send_signal(number)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Until it is gone."""
        if self.process and self.process.poll() is None:
            self.send(how)
            self.process.wait(PATIENCE)


class Redis(Process):
    """As compose starts it: nothing is kept."""

    def command(self) -> list[str]:
        """On a port of its own."""
        return ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]

    @property
    def url(self) -> str:
        """For the settings."""
        return f"redis://127.0.0.1:{self.port}/0"


class Web(Process):
    """As `serve` starts it, on the database of the test."""

    def __init__(self, redis: Redis, folder: Path) -> None:
        super().__init__()
        self.redis, self.folder = redis, folder

    def command(self) -> list[str]:
        """uvicorn's."""
        return list(web_part("127.0.0.1", self.port).command)

    def environment(self) -> dict[str, str]:
        """The database that this process is connected to, and the Redis."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.sockets.settings",
            "TEST_DATABASE_HOME": connection.settings_dict["NAME"],
            "TEST_REDIS": self.redis.url,
            "TMPDIR": str(self.folder),
        }

    def run(self, *arguments: str) -> int:
        """The exit code of another process of the centre."""
        return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment(), check=False).returncode
