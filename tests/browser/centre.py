"""A centre of its own for the browser: a fresh database, and the real web server and worker on a free port."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "redwan-demo-2026"
_SECONDS_TO_START, _SECONDS_TO_STOP = 60, 30


@dataclass(frozen=True)
class Centre:
    """Where the running server answers, and the folder that is its own."""

    address: str
    folder: Path


@dataclass(frozen=True)
class Database:
    """A database that the test made: a file of SQLite, or a database of the PostgreSQL server."""

    engine: str
    name: str


@dataclass(frozen=True)
class Demo:
    """A database with the demo, the folder of its files, and what a server on them is told."""

    database: Database
    folder: Path
    env: dict[str, str]


def environment(database: Database, folder: Path) -> dict[str, str]:
    """What the server is told; nothing comes from the `.env` of whoever runs the test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DEMO_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "backoffice.config.settings",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "DEBUG": "1",
        "DATABASE_ENGINE": database.engine,
        "DATABASE_NAME": database.name,
        "DEMO_PASSWORD": PASSWORD,
        "REDIS_URL": "",
        "VAR_DIR": str(folder / "var"),
        "PYTHONPATH": str(ROOT),
    }


def manage(*arguments: str, env: dict[str, str]) -> str:
    """Run a management command and give back what it printed; a failure shows what it said."""
    return run(str(ROOT / "manage.py"), *arguments, env=env)


def run(*arguments: str, env: dict[str, str]) -> str:
    """Run Python with these arguments in the project."""
    done = subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def fresh_database(folder: Path, like: Database | None = None) -> Iterator[Database]:
    """An empty database, or a copy of one; it is gone afterwards."""
    if "postgres" not in os.environ.get("DATABASE_ENGINE", ""):
        file = folder / "centre.sqlite3"
        if like:
            shutil.copyfile(like.name, file)
        yield Database("sqlite3", str(file))
        return
    name = f"browser_{secrets.token_hex(6)}"
    template = f' TEMPLATE "{like.name}"' if like else ""
    _on_server(f'CREATE DATABASE "{name}"{template}')
    try:
        yield Database("postgresql", name)
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    import psycopg

    server = {
        "host": os.environ.get("DATABASE_HOST", "127.0.0.1"),
        "port": os.environ.get("DATABASE_PORT", "5432"),
        "user": os.environ.get("DATABASE_USERNAME", ""),
        "password": os.environ.get("DATABASE_PASSWORD", ""),
        "dbname": "postgres",
    }
    given = {name: value for name, value in server.items() if value}
    with psycopg.connect(**given, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def running(database: Database, folder: Path, env: dict[str, str], *, fault: str = "Traceback") -> Iterator[Centre]:
    """`manage.py serve` on a free port of this machine, stopped by its own process id; it may log no `fault`."""
    log = folder / "server.log"
    with serving(env, log, free_port()) as address:
        yield Centre(address, folder)
    said = log.read_text()
    assert fault not in said, f"the server had errors:\n{said[max(0, said.index(fault) - 500) :][:6000]}"


@contextmanager
def demo_on(settings: str, folder: Path, *, fault: str = "Traceback") -> Iterator[Centre]:
    """A centre with the demo, running on settings of a test's own."""
    with fresh_database(folder) as database:
        env = environment(database, folder)
        manage("prepare_database", env=env)
        manage("load_demo", env=env)
        with running(database, folder, env | {"DJANGO_SETTINGS_MODULE": settings}, fault=fault) as centre:
            yield centre


@contextmanager
def serving(env: dict[str, str], log: Path, port: int) -> Iterator[str]:
    """The same on a given port, where a server that was stopped before can come back to."""
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)]
    with log.open("a") as output:
        server = subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(address, server, log)
            yield address
        finally:
            _stop(server)


def _wait_until_it_answers(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended by itself:\n{log.read_text()[-6000:]}"
        try:
            with urlopen(f"{address}/courses-admin/login/", timeout=30) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not answer within {_SECONDS_TO_START} s:\n{log.read_text()[-6000:]}")


def _stop(server: subprocess.Popen) -> None:
    """Ask it to stop, as Ctrl-C does; what doesn't is ended with all that it started."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        raise AssertionError("the server did not stop when it was asked to") from None


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
