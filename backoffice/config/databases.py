"""Which database, from the environment: SQLite when nothing is said, PostgreSQL for the centre's server.

Past one machine: a pooler before it (`DATABASE_POOLED`), and a copy of it that reports are read from (`REPLICA_HOST`).
"""

from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from backoffice.shared.pooled import AT_START

#: In `settings.DATABASES`, the copy that reports are read from.
REPLICA: Final = "replica"
_AT_START: Final = " ".join(f"-c {name}={value}" for name, value in AT_START.items())


def databases_from(env: Env, base_dir: Path) -> tuple[dict[str, Any], list[str], int]:
    """DATABASES, DATABASE_ROUTERS, and how many seconds a copy may be behind.

    Raises ImproperlyConfigured for what can't be together.
    """
    found = _databases(env, base_dir)
    routers = ["backoffice.shared.replica.ReadsOfReports"] if REPLICA in found else []
    return found, routers, env.int("REPLICA_MAX_LAG", default=60)


def _databases(env: Env, base_dir: Path) -> dict[str, Any]:
    engine = env("DATABASE_ENGINE", default="sqlite3").rsplit(".", 1)[-1]
    match engine:
        case "sqlite3":
            return {"default": _sqlite(env("DATABASE_NAME", default=str(base_dir / "db.sqlite3")))}
        case "postgresql":
            default = _pooled(env) if env.bool("DATABASE_POOLED", default=False) else _postgresql(env)
            copy = {REPLICA: _replica(env)} if env("REPLICA_HOST", default="") else {}
            return {"default": default, **copy}
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
            "options": _AT_START,
            # Kept statements (shared.statements) are planned once by each connection.
            "prepare_threshold": 1 if env.bool("DATABASE_PREPARES", default=True) else None,
        },
    }


def _pooled(env: Env) -> dict[str, Any]:
    """A pooler's address, and beside it the server's own, for backups, migrations and claims (`shared.pooled`)."""
    host = env("DATABASE_DIRECT_HOST", default="")
    if not host:
        raise ImproperlyConfigured(
            "DATABASE_POOLED=1 needs DATABASE_DIRECT_HOST, the database's server behind the pooler: a backup through "
            "the pooler would leave its settings to other people's requests."
        )
    server = _postgresql(env)
    direct = {"HOST": host, "PORT": env("DATABASE_DIRECT_PORT", default="5432"), "OPTIONS": server["OPTIONS"]}
    prepares = 1 if env.bool("DATABASE_PREPARES", default=False) else None
    # No `options`: a pooler refuses whoever says them (PgBouncer: "unsupported startup parameter").
    pooler = {"ENGINE": "backoffice.shared.pooled", "OPTIONS": {"prepare_threshold": prepares}, "DIRECT": direct}
    return {**server, **pooler}


def _replica(env: Env) -> dict[str, Any]:
    """As the server's own address, but for what is named; nobody writes by it, and nobody waits long for it."""
    server = _postgresql(env)
    names = {"HOST": "HOST", "NAME": "NAME", "USER": "USERNAME", "PASSWORD": "PASSWORD"}
    server |= {key: env(f"REPLICA_{name}", default="") or server[key] for key, name in names.items()}
    server["PORT"] = env("REPLICA_PORT", default="5432")
    # Seconds to connect, milliseconds for a word to be acknowledged: a machine that fell silent keeps no page waiting.
    patience = {"connect_timeout": 2, "tcp_user_timeout": 10_000, "keepalives_idle": 5, "keepalives_interval": 2}
    server["OPTIONS"] |= {"options": f"{_AT_START} -c default_transaction_read_only=on", **patience}
    # In tests it is the same database: there is nobody there who copies.
    server["TEST"] = {"MIRROR": "default"}
    return server
