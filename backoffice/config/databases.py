"""Which database, from the environment: SQLite when nothing is said, PostgreSQL for the centre's server."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def database_from(env: Env, base_dir: Path) -> dict[str, Any]:
    """The `DATABASES["default"]` that the environment asks for."""
    engine = env("DATABASE_ENGINE", default="sqlite3").rsplit(".", 1)[-1]
    match engine:
        case "sqlite3":
            return _sqlite(env("DATABASE_NAME", default=str(base_dir / "db.sqlite3")))
        case "postgresql":
            return _postgresql(env)
        case other:
            raise ImproperlyConfigured(f"DATABASE_ENGINE={other!r} is not known: use postgresql or sqlite3.")


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            # IMMEDIATE serialises writers from the start, which makes "lock, check, write" right where
            # SELECT FOR UPDATE is ignored; with Django's defaults most concurrent writes were "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(env: Env) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": env("DATABASE_NAME", default="redwan"),
        "USER": env("DATABASE_USERNAME", default=""),
        "PASSWORD": env("DATABASE_PASSWORD", default=""),
        "HOST": env("DATABASE_HOST", default="127.0.0.1"),
        "PORT": env("DATABASE_PORT", default="5432"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # Seconds that a server has to let us in: one that keeps silent is an error, and no page that hangs.
            "connect_timeout": 5,
            # A lock that isn't had within 3 s is answered with "busy, try again" instead of a page that hangs.
            # Compiling a plan of many joins took a second and a half where running it takes half of one.
            "options": "-c lock_timeout=3000 -c jit=off",
            # Kept statements (shared.statements) are planned once by each connection.
            "prepare_threshold": 1 if env.bool("DATABASE_PREPARES", default=True) else None,
        },
    }
