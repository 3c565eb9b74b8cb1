"""The centre of these tests: its database, Redis, web server and worker, and the addresses and logs of each."""

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django_q.models import Schedule, Task
from django_q.tasks import async_task

from tests.migrated_once import _DECIDES
from tests.sockets.servers import PATIENCE, ROOT, Redis, free_port
from workers.schedules import sync_schedules
from workers.tests.test_processes import alive
from workers.web_server import answers, web_part

from .cluster import DATABASE, USER, Cluster, ancestors_of, children_of, kill_one, programs

#: What the centre promises: after a fault it is back by itself within so many seconds.
BACK_WITHIN: Final = 30.0


class Part:
    """One process of the centre with all that it starts; what it says goes into a log."""

    def __init__(self, name: str, command: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; whoever needs it to answer waits."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """Of its first process."""
        assert self.process
        return self.process.pid

    @property
    def lives(self) -> bool:
        """Whether its first process runs."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """All of it at once, without a chance to say anything."""
        assert self.process
        everybody = children_of(self.pid)
        for pid in [self.pid, *everybody]:
            kill_one(pid)
        self.process.wait(PATIENCE)
        eventually(lambda: not any(map(alive, everybody)))

    def stop(self) -> None:
        """Politely, then not."""
        if self.process is None:
            return
        everybody = children_of(self.pid)
        if self.lives:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(PATIENCE)
        for pid in everybody:
            kill_one(pid)
        self.process = None


class Centre:
    """All of it; made once for a run of the tests, and each test that breaks something mends it again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.var = folder, folder / "var"
        # What a test tells the processes besides.
        self.more: dict[str, str] = {}
        self.cluster, self.redis, self.port = Cluster(folder / "postgresql"), Redis(), free_port()
        self.web = Part("web", web_part("127.0.0.1", self.port).command, self.environment, folder)
        self.worker = Part("worker", self.managed("work"), self.environment, folder)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told; the tests' own key, so that a session or a token made here is believed there."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
        return kept | {
            **self.cluster.environment,
            "DJANGO_SETTINGS_MODULE": "tests.server.faults.settings",
            "DJANGO_SECRET_KEY": settings.SECRET_KEY,
            "DJANGO_ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DEBUG": "0",
            "HTTPS_ONLY": "0",
            "REDIS_URL": self.redis.url,
            # Where nobody listens: letters are begun, and tried again later.
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "DEFAULT_FROM_EMAIL": "reports@oasis.example",
            "VAR_DIR": str(self.var),
            "BACKUP_DIR": str(self.folder / "backups"),
            "LOG_FORMAT": "lines",
            **self.more,
        }

    def managed(self, *arguments: str) -> list[str]:
        """The command line of `manage.py`."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def manage(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `manage.py` to its end."""
        environment = self.environment | more
        return subprocess.run(
            self.managed(*arguments), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def start(self) -> None:
        """Database and Redis."""
        self.cluster.start(fsync="off")
        with self.cluster.connect("postgres") as kept:
            kept.execute(f"CREATE DATABASE {DATABASE}")
        self._prepare()
        # From here on what was said to be written is written.
        self.cluster.stop()
        self.cluster.start()
        self.redis.start()
        with database_of(self):
            # The dump's are of another hour, and would all be due at once.
            Schedule.objects.all().delete()
            sync_schedules()

    def stop(self) -> None:
        """Whatever runs."""
        for part in (self.web, self.worker):
            part.stop()
        self.redis.stop()
        self.cluster.stop(signal.SIGQUIT)

    def _prepare(self) -> None:
        """From a dump of what the migrations made where there is one, beside pytest's cache; else by migrating."""
        with (_kept_folder() / "faults.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            kept = _kept()
            where = ["-h", "127.0.0.1", "-p", str(self.cluster.port), "-U", USER]
            if kept.exists():
                restore = [str(programs() / "pg_restore"), *where, "-d", DATABASE, str(kept)]
                subprocess.run(restore, check=True)
                return
            done = self.manage("prepare_database")
            assert done.returncode == 0, done.stderr
            for old in kept.parent.glob("migrated-*.dump"):
                old.unlink()
            subprocess.run([str(programs() / "pg_dump"), *where, "-Fc", "-f", str(kept), DATABASE], check=True)

    def start_web(self, kind: str = "uvicorn") -> None:
        """As `serve` starts it, or as the container does (`server`: nginx, gunicorn and uvicorn)."""
        if kind == "server":
            self.web.command = [sys.executable, "-m", "workers.server"]
            more = {"WEB_PORT": str(self.port), "WEB_PROCESSES": "2", "WEB_THREADS": "4"}
            self.web.environment = self.environment | more
        else:
            self.web.command = list(web_part("127.0.0.1", self.port).command)
            self.web.environment = self.environment
        self.web.start()
        eventually(lambda: answers("127.0.0.1", self.port))

    def start_worker(self, seconds: float = PATIENCE) -> None:
        """Until it works."""
        self.worker.environment = self.environment
        self.worker.start()
        self.does_a_task(seconds)

    def get(self, path: str) -> tuple[int, bytes]:
        """A visitor's look at a page; 0 when nobody answers."""
        visit = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            visit.request("GET", path)
            answer = visit.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            visit.close()

    def readiness(self) -> dict[str, Any]:
        """What /health/ready says; empty when nobody answers."""
        status, body = self.get("/health/ready")
        return json.loads(body) if status in (200, 503) else {}

    @property
    def is_ready(self) -> bool:
        """Whether all its parts are fine."""
        return self.get("/health/ready")[0] == 200

    def does_a_task(self, seconds: float = BACK_WITHIN) -> float:
        """Hand the worker something and wait until it is done; how long that took."""
        return self.does("workers.jobs.beat", seconds=seconds)

    def does(self, function: str, *arguments: Any, seconds: float = BACK_WITHIN) -> float:
        """The same with work of some kind."""
        task = hand_over(function, *arguments)
        return eventually(lambda: Task.objects.filter(pk=task, success=True).exists(), seconds)

    def kill_the_worker_in(self, table: str, function: str, *arguments: Any, mode: str = "SHARE") -> None:
        """Hold work up where it needs a table, and kill the process of the worker that does it."""
        with self.cluster.held(table, mode):
            hand_over(function, *arguments)
            waiting: list[tuple[int, int]] = []

            def found() -> bool:
                waiting.extend(filter(None, [self.cluster.who_waits()]))
                return bool(waiting)

            eventually(found, BACK_WITHIN)
            process, backend = waiting[0]
            path = ancestors_of(process)
            # `work`, the cluster, its sentinel, and then the one; what it started itself (pg_dump) goes with it.
            kill_one(path[path.index(self.worker.pid) + 3])
            # Before the table is let go: a statement outside a transaction would be carried out for the dead one.
            self.cluster.end(backend)


@contextmanager
def database_of(centre: Centre) -> Iterator[None]:
    """Inside, what this process asks of its database is asked of the centre's: makers, models, the ledger's check."""
    before = connections["default"]
    names = {"HOST": "127.0.0.1", "PORT": str(centre.cluster.port), "USER": USER, "PASSWORD": "", "NAME": DATABASE}
    ours = DatabaseWrapper({**before.settings_dict, "OPTIONS": {}, **names}, "default")
    connections["default"] = ours
    try:
        yield
    finally:
        connection.close()
        connections["default"] = before


def hand_over(function: str, *arguments: Any) -> str:
    """Put work into the worker's queue; the task's id."""
    task: str = async_task(function, *arguments, q_options={"sync": False})
    return task


def eventually(condition: Callable[[], Any], seconds: float = PATIENCE) -> float:
    """Wait until it is true, and fail when it isn't in time; how long that took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - begun


def _kept_folder() -> Path:
    folder = ROOT / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    return folder


def _kept() -> Path:
    digest = hashlib.sha256(str(programs()).encode())
    for path in sorted({path for pattern in _DECIDES for path in ROOT.glob(pattern)}):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    # Schedules stand in it too.
    digest.update((ROOT / "workers" / "schedules.py").read_bytes())
    return _kept_folder() / f"migrated-{digest.hexdigest()[:16]}.dump"
