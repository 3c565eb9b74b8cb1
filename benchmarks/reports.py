"""Every report at a million payments and three million marks, beside the best plain SQL for the same answer.

`python -m benchmarks.reports` makes or finds the database of `benchmarks.million`. For each report and each choice of
its filters, the plain statement of `benchmarks/report_sql` has to find the same rows first. Then the very statements
that the report sent (the first page and the sums; all rows) and the plain ones go to the database by psycopg alone, on
one connection, one after the other, and their rows are fetched. The middle of the runs is compared. A report that has
no plain statement fails. `--only SLUG` measures one report; `--explain` prints the plan of the slower side.
"""

import argparse
import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from rich.console import Console
from rich.table import Table

from . import million
from .servers import environment_of, server

ROOT = Path(__file__).resolve().parents[1]
PLAIN = Path(__file__).resolve().parent / "report_sql"
#: A day within the last season of those years: what filters begin with is then full of rows.
NOON = dt.datetime(2025, 10, 20, 9, tzinfo=dt.UTC)
TIMES_LONGER, SECONDS_WITHOUT_LATER, PER_PAGE = 1.5, 1.0, 50
#: As `config.databases` has it: plans aren't compiled, on either side.
AS_OURS = "-c jit=off"
#: Below this many seconds a ratio says nothing: both sides are one trip to the server.
TOO_SHORT = 0.003
_EVER, _NEVER = dt.date(2000, 1, 1), dt.date(2100, 1, 1)


@dataclass(frozen=True)
class Case:
    """A report with a choice of its filters."""

    slug: str
    name: str
    address: Mapping[str, str]


def main(database: str = million.DATABASE, *, only: str = "", explain: bool = False) -> int:
    """Measure in a process whose Django works on the database."""
    million.make(database)
    command = [sys.executable, "-m", "benchmarks.reports", "--here", "--only", only, *(["--explain"] * explain)]
    return subprocess.run(command, cwd=ROOT, env=environment_of(database), check=False).returncode


def here(only: str, *, explain: bool) -> int:
    """Every report, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.utils import timezone

    from reports.registry import reports

    table = Table("report", "filters", "rows", "page + sums, ms", "plain", "times", "all rows, ms", "plain", "times")
    checks: dict[str, bool] = {}
    with mock.patch.object(timezone, "now", return_value=NOON):
        for slug in reports():
            if only and slug != only:
                continue
            if not (PLAIN / f"{slug}.sql").exists():
                checks[f"{slug}: has a plain statement beside it"] = False
                continue
            for case in _cases(slug):
                checks |= _measured(case, table, explain=explain)
    Console(width=150).print(table)
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _cases(slug: str) -> Iterator[Case]:
    """As the filters begin, the whole last season, and all there ever was; debts also as of two days long past."""
    from backoffice.courses.models import Season
    from reports.registry import reports

    fields = reports()[slug].filters.base_fields
    season = str(Season.objects.order_by("-start_date").values_list("pk", flat=True)[0])
    ever = {"first": "", "last": ""} if "first" in fields else {}
    yield Case(slug, "as they begin", {})
    if "season" in fields:
        yield Case(slug, "the last season", ever | {"season": season})
    if ever:
        yield Case(slug, "all time", ever)
    if "running" in fields:
        yield Case(slug, "all time, 3 running", ever | {"running": "3"})
    if "day" in fields:
        yield Case(slug, "as of 2025-06-30", {"day": "2025-06-30"})
        yield Case(slug, "as of 2024-01-31, all places", {"day": "2024-01-31", "standing": ""})


def _measured(case: Case, table: Table, *, explain: bool) -> dict[str, bool]:
    from reports.reading import Reading
    from reports.registry import reports

    report = reports()[case.slug]
    address: Any = case.address  # a mapping is all that is read of an address
    filters = report.filters.read(address)
    if not filters.is_valid():
        raise RuntimeError(f"{case}: {filters.errors}")
    given = filters.cleaned_data
    with _kept() as page:
        reading = Reading(report, given)
        reading.page(0, PER_PAGE + 1)
    with _kept() as summed:
        totals = reading.totals
    with _kept() as whole:
        rows = list(Reading(report, given).rows())
    sql, params = (PLAIN / f"{case.slug}.sql").read_text(encoding="utf-8"), _params(given)
    sums = [column.key for column in report.columns if column.total]
    added = "".join(f", sum({key})" for key in sums)
    plain_page = [(f"{sql.rstrip()} LIMIT {PER_PAGE + 1}", params), (f"SELECT count(*){added} FROM ({sql}) x", params)]
    database = os.environ["DATABASE_NAME"]
    with psycopg.connect(dbname=database, autocommit=True, options=AS_OURS, **server()) as connection:
        cursor = psycopg.ClientCursor(connection)
        same = _difference(case, reading, rows, cursor.execute(sql, params))
        count = cursor.execute(plain_page[1][0], params).fetchone()
        ours, plain = _side_by_side(cursor, [*page, *summed], plain_page)
        later = _send(cursor, summed)
        ours_all, plain_all = _side_by_side(cursor, whole, [(sql, params)])
        if explain:
            _explain(cursor, whole, sql, params)
    shown = [f"{seconds * 1000:,.1f}" for seconds in (ours, plain, ours_all, plain_all)]
    times = [f"{ours / plain:.2f}", f"{ours_all / plain_all:.2f}"]
    table.add_row(case.slug, case.name, f"{len(rows):,}", *shown[:2], times[0], *shown[2:], times[1])
    label = f"{case.slug}, {case.name}"
    is_counted = count is not None and [len(rows), *(totals.sums[key] for key in sums)] == [
        count[0], *(reading_plain(report, key, value) for key, value in zip(sums, count[1:], strict=True))
    ]  # fmt: skip
    return {
        f"{label}: the rows of the plain statement{f', but {same}' if same else ''}": not same,
        f"{label}: and its sums": is_counted,
        f"{label}: page and sums {times[0]} times as long (at most {TIMES_LONGER})": _is_fast(ours, plain),
        f"{label}: all rows {times[1]} times as long (at most {TIMES_LONGER})": _is_fast(ours_all, plain_all),
        f"{label}: its sums take {later:.2f} s more, or come later": later <= SECONDS_WITHOUT_LATER
        or report.totals_later,
    }


def _is_fast(ours: float, plain: float) -> bool:
    return ours <= plain * TIMES_LONGER or ours <= TOO_SHORT


def _params(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the plain statements name: days and moments of the period, the day, the month, the year, the choices."""
    from backoffice.shared.dates import cairo_today, day_begins

    one = dt.timedelta(days=1)
    first, last = given.get("first") or _EVER, given.get("last") or _NEVER
    day, year = given.get("day") or cairo_today(), given.get("year") or 2025
    season = given.get("season")
    ages = {f"d{days}": day_begins(day - dt.timedelta(days=days)) for days in (30, 60, 90)}
    return ages | {
        "first": first,
        "last": last,
        "from": day_begins(first),
        "until": day_begins((day if "day" in given else last) + one),
        "season": None if season is None else str(season.pk),
        "standing": given.get("standing", ""),
        "running": int(given.get("running") or 0),
        "month": given.get("month"),
        "today": cairo_today(),
        "now": NOON,
        "year": year,
        "year_before": day_begins(dt.date(year - 1, 1, 1)),
        "year_ends": day_begins(dt.date(year + 1, 1, 1)),
    }


def reading_plain(report: Any, key: str, value: Any) -> Any:
    """A value of the plain statement as the report's column means it."""
    from reports.reading import _plain

    return _plain(value or 0, report.column(key))


def _difference(case: Case, reading: Any, rows: Sequence[Mapping[str, Any]], cursor: Any) -> str:
    """In what the plain statement differs; nothing where it says the same, whatever the order of equals."""
    report, names = reading.report, [column.name for column in cursor.description]
    missing = {column.key for column in report.columns} - set(names)
    if missing:
        return f"it lacks {', '.join(sorted(missing))}"
    keys = [key for key in names if key in reading._keys]
    columns = {column.key: column for column in report.columns}
    plain = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    ours, theirs = (sorted((_said(row, keys, columns) for row in side), key=repr) for side in (rows, plain))
    if len(ours) != len(theirs):
        return f"it has {len(theirs):,} rows and ours {len(ours):,}"
    differ = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    return f"{len(differ):,} rows differ: it says {differ[0][1]} where ours is {differ[0][0]}" if differ else ""


def _said(row: Mapping[str, Any], keys: Sequence[str], columns: Mapping[str, Any]) -> tuple[Any, ...]:
    """A row's values as the report's columns mean them, a whole number as one whatever type it came in."""
    from reports.reading import _plain

    said = [_plain(row[key], columns[key]) if key in columns else row[key] for key in keys]
    return tuple(
        int(value) if key in columns and columns[key].kind == "integer" and value is not None else value
        for key, value in zip(keys, said, strict=True)
    )


@contextmanager
def _kept() -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their values."""
    from django.db import connection

    sent: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield sent


def _side_by_side(cursor: Any, ours: Sequence[Any], plain: Sequence[Any]) -> tuple[float, float]:
    """The middle of runs that take turns, in seconds; fewer of what takes long."""
    first = _send(cursor, ours), _send(cursor, plain)
    runs = 1 if sum(first) > 20 else 3 if sum(first) > 2 else 7 if sum(first) > 0.2 else 15
    found = [(_send(cursor, ours), _send(cursor, plain)) for _run in range(runs)]
    return statistics.median(one for one, _ in found), statistics.median(other for _, other in found)


def _send(cursor: Any, statements: Sequence[tuple[str, Any]]) -> float:
    started = time.perf_counter()
    for sql, params in statements:
        cursor.execute(sql, params)
        cursor.fetchall()
    return time.perf_counter() - started


def _explain(cursor: Any, ours: Sequence[tuple[str, Any]], sql: str, params: Any) -> None:
    for statement, values in (*ours, (sql, params)):
        print("─" * 100)
        for (line,) in cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", values).fetchall():
            print(line)


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--database", default=million.DATABASE)
    parser.add_argument("--only", default="", help="one report, by its slug")
    parser.add_argument("--explain", action="store_true", help="print the plans of both sides")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        sys.exit(here(options.only, explain=options.explain))
    sys.exit(main(options.database, only=options.only, explain=options.explain))
