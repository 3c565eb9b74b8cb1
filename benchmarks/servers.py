"""The PostgreSQL server that is measured on, and the environment of a process that works on a database there."""

import getpass
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


class Server(TypedDict):
    """What a connection needs besides the database's name."""

    host: str
    port: str
    user: str
    password: str


def server() -> Server:
    """The server that the environment names, as in `.env.example`."""
    return {
        "host": os.environ.get("DATABASE_HOST", "127.0.0.1"),
        "port": os.environ.get("DATABASE_PORT", "5432"),
        "user": os.environ.get("DATABASE_USERNAME") or getpass.getuser(),
        "password": os.environ.get("DATABASE_PASSWORD", ""),
    }


def environment_of(name: str, **more: str) -> dict[str, str]:
    """An environment whose Django works on this database, as on a server and not as on a developer's machine."""
    where = server()
    return {
        **os.environ,
        "DATABASE_ENGINE": "postgresql",
        "DATABASE_NAME": name,
        "DATABASE_HOST": where["host"],
        "DATABASE_PORT": where["port"],
        "DATABASE_USERNAME": where["user"],
        "DATABASE_PASSWORD": where["password"],
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "REDIS_URL": "",
        **more,
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """An empty database, gone at the end."""
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def measure_in_own_database(module: str) -> int:
    """Run `python -m MODULE --here` on a migrated database of its own; its exit code."""
    name = f"bench_{module.rpartition('.')[2]}_{os.getpid()}"
    environment = environment_of(name)
    with own_database(name):
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", module, "--here"]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
