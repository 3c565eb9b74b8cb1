"""Servers of a test's own: PostgreSQL and its copy, PgBouncer, Redis; on loopback, in a folder that goes with them."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.sockets.servers import PATIENCE, ROOT, Process

BIN = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
# PostgreSQL and PgBouncer refuse to be root, which a container's test run is.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
QUICK = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1"]
QUICK += ["unix_socket_directories=", "shared_buffers=64MB", "max_wal_senders=4", "hot_standby_feedback=on"]


def run(*command: Any) -> None:
    """A command that must end well."""
    outcome = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr


@contextmanager
def folder_of_postgres() -> Iterator[Path]:
    """A folder that PostgreSQL's user may write in."""
    folder = Path(tempfile.mkdtemp(prefix="redwan-machines-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Cluster(Process):
    """A PostgreSQL server with a user `redwan`, who owns a database `redwan` and is nobody else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.data = folder / f"data-{self.port}"

    def command(self) -> list[str]:
        """With what a crash of the machine would break left out."""
        options = [part for setting in QUICK for part in ("-c", setting)]
        return [*AS_POSTGRES, str(BIN / "postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def start(self) -> None:
        """Until it lets people in, which is later than it listens."""
        super().start()
        eventually(self.is_ready)

    def is_ready(self) -> bool:
        """Whether it does."""
        asking = [BIN / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        return subprocess.run(asking, check=False).returncode == 0

    def make(self) -> None:
        """Empty, and running."""
        run(*AS_POSTGRES, BIN / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self.ask("CREATE ROLE redwan LOGIN REPLICATION", user="postgres", database="postgres")
        self.ask("CREATE DATABASE redwan OWNER redwan", user="postgres", database="postgres")

    def fill(self, test: dict[str, Any]) -> None:
        """With what the tests' own database holds: migrating another one would take half a minute."""
        whose = ["-h", test["HOST"], "-p", test["PORT"], "-U", test["USER"], "--no-password"]
        environment = os.environ | {"PGPASSWORD": test["PASSWORD"]}
        dump = [str(BIN / "pg_dump"), *whose, "--format=custom", "--compress=0", "--no-owner", test["NAME"]]
        here = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "redwan", "--no-password", "-d", "redwan"]
        restore = [str(BIN / "pg_restore"), *here, "--no-owner", "--no-comments", "--exit-on-error"]
        with subprocess.Popen(dump, env=environment, stdout=subprocess.PIPE) as dumping:
            outcome = subprocess.run(restore, stdin=dumping.stdout, capture_output=True, text=True, check=False)
        assert (dumping.returncode, outcome.returncode) == (0, 0), outcome.stderr

    def copy_of(self, other: "Cluster") -> None:
        """A standby that follows the other, and running."""
        whose = ["-h", "127.0.0.1", "-p", other.port, "-U", "redwan", "--no-password"]
        run(*AS_POSTGRES, BIN / "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", *whose)
        self.start()

    def ask(self, statement: str, user: str = "redwan", database: str = "redwan") -> list[tuple[Any, ...]]:
        """Past everything; the rows, if there are any."""
        return asked(self.port, statement, user=user, database=database)


def asked(port: int, statement: str, **of: str) -> list[tuple[Any, ...]]:
    """What the server on this port answers."""
    names = {"user": of["user"], "dbname": of["database"]}
    with psycopg.connect(host="127.0.0.1", port=port, autocommit=True, **names) as session:
        cursor = session.execute(statement, prepare=False)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


class Bouncer(Process):
    """PgBouncer as docs/scaling.md sets it: transaction mode, and few connections to the server."""

    def __init__(self, cluster: Cluster, folder: Path, *, size: int) -> None:
        super().__init__()
        self.file = folder / "pgbouncer.ini"
        (folder / "users").write_text('"redwan" ""\n')
        lines = ["[databases]", f"redwan = host=127.0.0.1 port={cluster.port} dbname=redwan", "[pgbouncer]"]
        lines += ["listen_addr = 127.0.0.1", f"listen_port = {self.port}", "unix_socket_dir =", "auth_type = trust"]
        lines += [f"auth_file = {folder / 'users'}", "pool_mode = transaction", f"default_pool_size = {size}"]
        lines += ["max_client_conn = 500", "admin_users = redwan", "query_wait_timeout = 20", "log_connections = 0"]
        self.file.write_text("\n".join([*lines, "log_disconnections = 0", ""]))

    def command(self) -> list[str]:
        """In the foreground."""
        return [*AS_POSTGRES, "/usr/sbin/pgbouncer", "-q", str(self.file)]


class Centre:
    """The environment of the centre's processes, and what is run in it."""

    def __init__(self, folder: Path, **more: Any) -> None:
        # Nothing of the tests' own environment, whose settings these processes don't share.
        self.environment = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
            "DJANGO_SECRET_KEY": "past-one-machine-" * 4,
            "DJANGO_ALLOWED_HOSTS": "localhost,127.0.0.1",
            "HTTPS_ONLY": "0",
            "DATABASE_ENGINE": "postgresql",
            "DATABASE_USERNAME": "redwan",
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "MALLOC_ARENA_MAX": "1",
            **{name: str(value) for name, value in more.items()},
        }

    def run(self, *arguments: str, patience: float = 120, **more: str) -> str:
        """What a command of the centre's says; it must end well."""
        command = [sys.executable, *arguments]
        told = {"env": self.environment | more, "timeout": patience}
        outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **told)
        assert outcome.returncode == 0, outcome.stderr[-3000:]
        return outcome.stdout


def eventually(look: Any, patience: float = PATIENCE) -> Any:
    """The first truth that `look` gives."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
    return found
