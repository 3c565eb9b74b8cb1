"""The staff's first page at a million payments: how many queries it asks, and how long it takes beside them.

`python -m benchmarks.dashboard` makes or finds the database of `benchmarks.million`. The page is asked for as a manager
asks, through all of the middleware, on a day within the last season of those years. Beside it the very statements that
it sent go to the database once more, by psycopg alone on the same connection, and their rows are fetched: what the page
takes longer than that is ours.
"""

import argparse
import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from rich.console import Console
from rich.table import Table

from . import million
from .servers import environment_of

ROOT = Path(__file__).resolve().parents[1]
QUERIES, TIMES_LONGER, SECONDS = 12, 1.3, 1.0
RUNS = 15
_NUMBER = "+201000000098"
#: Noon of a day on which the last season runs and people pay.
NOON = dt.datetime(2025, 10, 20, 9, tzinfo=dt.UTC)

type Sent = tuple[str, Any]


def main(database: str = million.DATABASE) -> int:
    """Measure in a process whose Django works on the database."""
    million.make(database)
    command = [sys.executable, "-m", "benchmarks.dashboard", "--here"]
    return subprocess.run(command, cwd=ROOT, env=environment_of(database), check=False).returncode


def here() -> int:
    """The page, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    with _that_noon(), _plain_static_files():
        checks = _page()
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _page() -> dict[str, bool]:
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(_manager())
    sent = _sent_by(client)
    pages, queries = [], []
    for _run in range(RUNS):
        pages.append(_timed(lambda: _open(client)))
        queries.append(_timed(lambda: _send(sent)))
    page, alone = statistics.median(pages), statistics.median(queries)
    table = Table("statement", "milliseconds alone")
    for statement in sent:
        took = statistics.median(_timed(lambda statement=statement: _send([statement])) for _run in range(5))  # type: ignore[misc]
        table.add_row(statement[0][:90], f"{took * 1000:.1f}")
    console = Console(width=120)
    console.print(table)
    console.print(
        f"{len(sent)} queries; {RUNS} runs, the middle: page {page * 1000:.1f} ms, alone {alone * 1000:.1f} ms"
    )
    times = page / alone
    return {
        f"{len(sent)} queries (at most {QUERIES})": len(sent) <= QUERIES,
        f"{times:.2f} times what its queries take alone (at most {TIMES_LONGER})": times <= TIMES_LONGER,
        f"{page:.2f} s (at most {SECONDS:.0f})": page <= SECONDS,
    }


def _manager() -> Any:
    """One of the managers' group, whose permissions the page has to ask for."""
    from django.contrib.auth.models import Group

    from backoffice.users.models import CustomUser

    known = CustomUser.objects.filter(phone_number1=_NUMBER).first()
    manager = known or CustomUser.objects.create_user(_NUMBER, None, first_name="القياس", is_staff=True)
    manager.groups.set(Group.objects.filter(name="Managers"))
    return manager


def _open(client: Any) -> None:
    response = client.get("/courses-admin/", secure=True)
    if response.status_code != 200:
        raise RuntimeError(f"the page answered {response.status_code}")


def _sent_by(client: Any) -> list[Sent]:
    """The statements that the page sends, with their values."""
    from django.db import connection

    sent: list[Sent] = []

    def keep(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    _open(client)
    with connection.execute_wrapper(keep):
        _open(client)
    return sent


def _send(sent: list[Sent]) -> None:
    """The same statements without Django."""
    from django.db import connection

    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for sql, params in sent:
            cursor.execute(sql, params)
            cursor.fetchall()


def _timed(call: Any) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@contextmanager
def _that_noon() -> Iterator[None]:
    from django.utils import timezone

    with mock.patch.object(timezone, "now", return_value=NOON):
        yield


@contextmanager
def _plain_static_files() -> Iterator[None]:
    """A server's settings without its collected files: their names are looked up in a table, here they are plain."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain):
        yield


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.add_argument("--database", default=million.DATABASE)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.exit(here() if options.here else main(options.database))
