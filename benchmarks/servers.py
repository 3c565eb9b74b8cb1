"""The PostgreSQL server that is measured on, and the environment of a process that works on a database there."""

import getpass
import os
import secrets
from typing import TypedDict


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
