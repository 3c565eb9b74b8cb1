"""After a test with real transactions the database is again as the migrations left it, in milliseconds.

Django truncates every table and then writes groups, permissions and content types anew: about a second each time, and
what only a migration wrote is gone. Here only tables with rows are emptied, and those the migrations filled are put
back when they differ. SQLite's database is in memory and is copied back whole.
"""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase


@pytest.fixture(scope="session", autouse=True)
def _as_migrated(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put our way in Django's place, once a database is there."""
    if not any(item.get_closest_marker("django_db") for item in request.session.items):
        yield
        return
    blocker = request.getfixturevalue("django_db_blocker")
    request.getfixturevalue("django_db_setup")
    with blocker.unblock():
        put_back = _of_postgresql() if connection.vendor == "postgresql" else _of_sqlite()
        connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: put_back())
        yield


def _of_sqlite() -> Callable[[], None]:
    connection.ensure_connection()
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(kept)

    def put_back() -> None:
        connection.ensure_connection()
        kept.backup(connection.connection)

    return put_back


def _of_postgresql() -> Callable[[], None]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = _filled(tables)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS as_migrated CASCADE")
        cursor.execute("CREATE SCHEMA as_migrated")
        for table in filled:
            cursor.execute(f'CREATE TABLE as_migrated."{table}" AS TABLE public."{table}"')
    before = _contents(filled)

    def put_back() -> None:
        now = _contents(filled)
        changed = {table for table in filled if now[table] != before[table]}
        with transaction.atomic():
            _empty([table for table in _filled(tables) if table not in filled or table in changed], changed)

    return put_back


def _filled(tables: list[str]) -> list[str]:
    """The tables that have rows."""
    each = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    return [table for (table,) in _rows(each)]


def _contents(tables: list[str]) -> dict[str, str]:
    """A digest of each table's rows."""
    rows = """SELECT '{0}', md5(string_agg(r::text, ',' ORDER BY r::text)) FROM "{0}" r"""
    return dict(_rows(" UNION ALL ".join(rows.format(table) for table in tables)))


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def _empty(tables: list[str], changed: set[str]) -> None:
    """Delete all rows, also those that the centre's triggers guard; put back what the migrations had written."""
    with connection.cursor() as cursor:
        for table in sorted({*tables, *changed}):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
        for table in changed:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM as_migrated."{table}"')
        # References are checked now; a table whose checks are pending can't be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in sorted({*tables, *changed}):
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
