"""What a database says of itself while it is backed up: one moment of it, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db import connection


class Cursor(Protocol):
    """Django's cursors and sqlite3's."""

    def execute(self, query: str) -> Any:
        """Run a statement."""

    def fetchall(self) -> Sequence[Any]:
        """Its rows."""


@dataclass(frozen=True)
class Snapshot:
    """The moment of a database that a backup holds."""

    vendor: str
    # The server's version, the major number first.
    server: str
    # The program that wrote the dump.
    program: str
    # "app.name" of each migration that was applied.
    migrations: list[str] = field(default_factory=list)
    # Rows by table.
    counts: dict[str, int] = field(default_factory=dict)


def counted(cursor: Cursor, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table has, as this cursor sees it."""
    counts = {}
    for table in tables:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  a name the database gave us
        counts[table] = int(cursor.fetchall()[0][0])
    return counts


def applied(cursor: Cursor) -> list[str]:
    """The migrations that a database has had, in the order it had them."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
    return [f"{app}.{name}" for app, name in cursor.fetchall()]


def tables_there() -> list[str]:
    """The tables of the database as it is now."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def is_empty() -> bool:
    """Whether nothing would be lost: no tables at all, or those of the migrations and nobody in them."""
    tables = tables_there()
    people = get_user_model()
    if not tables:
        return True
    return people._meta.db_table in tables and not people._default_manager.exists()


def server_version() -> tuple[int, int]:
    """PostgreSQL's version of the server, e.g. (17, 2)."""
    connection.ensure_connection()
    major, minor = divmod(int(getattr(connection, "pg_version", 0)), 10_000)
    return major, minor


def counts_now(tables: Sequence[str]) -> dict[str, int]:
    """Rows by table, of those that are there."""
    there = set(tables_there())
    with connection.cursor() as cursor:
        return counted(cursor, [table for table in tables if table in there])
