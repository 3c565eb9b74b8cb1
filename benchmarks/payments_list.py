"""The list of payments at a million rows: queries of any page and any search, and the search beside Django's own.

`python -m benchmarks.payments_list` makes or finds the database of `benchmarks.million`. Both sides search the same
columns for the same words; what is compared is the database's time for the count and the first page, as each side's
list shows them: Django's counts every row, ours says "more than 1,000" of a name that a hundred thousand carry.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from . import million, million_rows
from .servers import environment_of

ROOT = Path(__file__).resolve().parents[1]
QUERIES, TIMES_FASTER = 10, 150
RUNS = 5


def main(database: str = million.DATABASE) -> int:
    """Measure in a process whose Django works on the database."""
    million.make(database)
    command = [sys.executable, "-m", "benchmarks.payments_list", "--here"]
    return subprocess.run(command, cwd=ROOT, env=environment_of(database), check=False).returncode


def here() -> int:
    """Pages and searches, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    # Pages need no collected static files then; nothing else of a list depends on it.
    os.environ["DEBUG"] = "1"
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    checks = {**_pages(), **_searches()}
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _terms() -> dict[str, str]:
    """What people type, each taken from a payment in the middle of the years."""
    from backoffice.payments.models import Payment

    paid = Payment.objects.filter(enrollment__child__isnull=False, receipt__isnull=False)
    row: Any = paid.exclude(reference_number="").order_by("paid_at")[500_000 if paid.count() > 1_000_000 else 300_000]
    phone = str(row.payer_parent.user.phone_number1)
    return {
        "full name": row.enrollment.child.name,
        "common first name": million_rows.MEN[0],
        "family name": million_rows.FAMILIES[0],
        "phone": "0" + phone.removeprefix("+20"),
        "part of a phone": phone[-7:],
        "receipt": row.receipt.number,
        "reference": row.reference_number,
        "name and course": f"{row.enrollment.child.name} {row.enrollment.course.name}",
        "nothing": "لا أحد بهذا الاسم",
    }


def _pages() -> dict[str, bool]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from .admin_lists import _manager

    client, url = Client(headers={"host": "localhost"}), reverse("admin:payments_payment_changelist")
    client.force_login(_manager())
    table, most = Table("Payments list", "queries", "seconds of SQL", "seconds"), 0
    asked: dict[str, dict[str, Any]] = {
        "page 1": {"p": 1},
        "page 100": {"p": 100},
        "page 5,000": {"p": 5000},
        "last page": {"p": 20_000},
        "page 20 of a common first name": {"p": 20, "q": million_rows.MEN[0]},
    }
    for label, query in (*asked.items(), *((label, {"q": term}) for label, term in _terms().items())):
        client.get(url, query, secure=True)
        started = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url, query, secure=True)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")
        seconds, sql = time.perf_counter() - started, sum(float(query["time"]) for query in queries)
        table.add_row(label, str(len(queries)), f"{sql:.3f}", f"{seconds:.2f}")
        most = max(most, len(queries))
    Console(width=100).print(table)
    return {f"{most} queries at most for any page and any search (at most {QUERIES})": most <= QUERIES}


def _searches() -> dict[str, bool]:
    from django.contrib import admin

    from backoffice.payments.models import Payment

    screen = admin.site._registry[Payment]
    table, checks = Table("Search", "shown", "rows", "ours, ms", "search_fields, ms", "times faster"), {}
    for label, term in _terms().items():
        ours, (shown, is_above, page) = _middle(lambda term=term: _search(_ours, screen, term), RUNS)  # type: ignore[misc]
        stock, (rows, _none, same) = _middle(lambda term=term: _search(_stock, screen, term), 1)  # type: ignore[misc]
        times = stock / ours
        count = f"> {shown:,}" if is_above else f"{shown:,}"
        table.add_row(label, count, f"{rows:,}", f"{ours * 1000:.1f}", f"{stock * 1000:,.0f}", f"{times:.0f}")
        checks[f"{label}: {times:.0f} times faster (at least {TIMES_FASTER})"] = times >= TIMES_FASTER
        is_same = page == same and (rows > shown if is_above else rows == shown)
        checks[f"{label}: the same rows as search_fields find, in the same order"] = is_same
    Console(width=100).print(table)
    return checks


def _middle(call: Callable[[], tuple[float, Any]], runs: int) -> tuple[float, Any]:
    found = [call() for _run in range(runs)]
    return statistics.median(seconds for seconds, _rows in found), found[-1][1]


def _search(side: Callable[[Any, Any, str], Any], screen: Any, term: str) -> tuple[float, tuple[int, bool, list[Any]]]:
    """Seconds that the database worked for the count and the first page; the count, if there are more, and the page."""
    from django.db import connection

    spent = 0.0

    def timed(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - started

    with connection.execute_wrapper(timed):
        rows, paginator = side(screen, screen.model.objects.order_by("-recorded_at", "id"), term)
        count, page = paginator.count, list(rows.values_list("pk", flat=True)[: paginator.per_page])
    return spent, (count, getattr(paginator, "is_above", False), page)


def _ours(screen: Any, rows: Any, term: str) -> Any:
    from django.test import RequestFactory

    found = screen.get_search_results(None, rows, term)[0]
    return found, screen.get_paginator(RequestFactory().get("/"), found, screen.list_per_page)


def _stock(screen: Any, rows: Any, term: str) -> Any:
    """As `ModelAdmin` does it by itself; the words as they are kept, for it folds nothing."""
    from django.contrib.admin import ModelAdmin
    from django.core.paginator import Paginator

    from backoffice.shared.phones import search_forms
    from backoffice.shared.text import fold

    # A receipt's number looks like a phone's with its dash; Django would find it as it stands.
    typed = term if "-" in term else " ".join(search_forms(term)) or fold(term)
    found = ModelAdmin.get_search_results(screen, None, rows, typed)[0]  # type: ignore[arg-type]
    return found, Paginator(found, screen.list_per_page)


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.payments_list", description=__doc__)
    parser.add_argument("--database", default=million.DATABASE)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.exit(here() if options.here else main(options.database))
