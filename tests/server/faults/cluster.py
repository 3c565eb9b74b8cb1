"""A PostgreSQL of the tests' own, with honest disks: what it has said is written is written."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psycopg

from tests.sockets.servers import PATIENCE, free_port
from workers.tests.test_processes import alive

USER: Final = "postgres"
DATABASE: Final = "redwan"


def programs() -> Path:
    """Where Debian keeps the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    assert found, "PostgreSQL isn't installed"
    return found[-1]


class Cluster:
    """Begun in a folder, on loopback and a port of its own; as the user `postgres` where the tests run as root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
        folder.mkdir(parents=True)
        self._give(folder)
        options = ["-U", USER, "--auth", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        self._run(str(programs() / "initdb"), "-D", str(self.data), *options)

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        """What the centre is told to find it."""
        return {
            "DATABASE_ENGINE": "postgresql",
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(self.port),
            "DATABASE_USERNAME": USER,
            "DATABASE_PASSWORD": "",
            "DATABASE_NAME": DATABASE,
        }

    def start(self, *, wait: bool = True, **settings: object) -> None:
        """Start it; `wait` until it answers. `settings` are its own."""
        given = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
            "max_connections": 60,
            # After a kill the whole folder is written out file by file otherwise, which takes seconds.
            "recovery_init_sync_method": "syncfs",
            "log_min_messages": "panic",
        } | settings
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(programs() / "postgres"), "-D", str(self.data), *options],
                cwd=self.folder,
                user=self._owner,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait()

    @property
    def lives(self) -> bool:
        """Whether its postmaster runs."""
        return self.process is not None and self.process.poll() is None

    def wait(self) -> None:
        """Until it takes connections."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with self.connect("postgres"):
                    return
            except psycopg.OperationalError:
                assert self.lives, (self.folder / "log").read_text()[-2000:]
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """A connection beside the centre's."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True, connect_timeout=5
        )

    def stop(self, how: int = signal.SIGINT) -> None:
        """SIGINT: fast; SIGQUIT: at once, as a crash would; SIGTERM: when everybody has left."""
        if self.process and self.lives:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)

    def kill(self) -> None:
        """The postmaster and every process of it, as the system's out-of-memory killer or a power cut would."""
        assert self.process
        everybody = [self.process.pid, *children_of(self.process.pid)]
        for pid in everybody:
            kill_one(pid)
        self.process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while any(map(alive, everybody)):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    @contextmanager
    def held(self, table: str, mode: str = "SHARE") -> Iterator[None]:
        """Let whoever writes to a table wait inside: halfway, with what it wrote before not committed."""
        with self.connect() as holder, holder.transaction():
            holder.execute(f'LOCK TABLE "{table}" IN {mode} MODE')
            yield

    def who_waits(self) -> tuple[int, int] | None:
        """The process whose connection waits for a lock, and the server's own of that connection; None without one."""
        with self.connect() as looking:
            sql = "SELECT client_port, pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = %s"
            found = looking.execute(sql, [DATABASE]).fetchone()
        owner = owner_of_port(found[0]) if found else None
        return (owner, found[1]) if owner else None

    def end(self, backend: int) -> None:
        """End a connection's own process in the server: else it does what its dead client asked for last."""
        with self.connect() as ending:
            ending.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

    def _give(self, path: Path) -> None:
        """To the user who runs it."""
        if self._owner is not None:
            os.chown(path, self._owner, -1)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, user=self._owner, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def ancestors_of(pid: int) -> list[int]:
    """The process and those it comes from, the first of them first."""
    path = [pid]
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        path.insert(0, pid)
    return path


def owner_of_port(port: int) -> int | None:
    """The process that has a connection from this port of loopback."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{line[9]}]" for line in lines if line[1] == f"0100007F:{port:04X}" and line[9] != "0"}
    for fd in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(fd.readlink()) in inodes:
                return int(fd.parts[2])
    return None


def kill_one(pid: int) -> None:
    """With SIGKILL; one that is gone already is fine."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
