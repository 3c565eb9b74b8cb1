r"""The payment sheet beside `psql \copy` of the same query: seconds, whole-process memory, first byte, by rows.

`python -m benchmarks.payment_sheet` makes or finds the database of `benchmarks.million` and prints the table; every
run is a process of its own. The sheet has all its 17 columns, three more than the target names. The same sheet is then
fetched from the web server as `serve` starts it (`served_sheet`), and django-import-export makes a smaller one.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from . import million
from .served_sheet import Served, served
from .servers import environment_of, server

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10, 100_000, 1_000_000)
# A line of it costs some queries: as many as ours would take hours.
STOCK_ROWS = 5_000
CSV_TIMES, XLSX_TIMES, MEGABYTES, FIRST_BYTE = 1.3, 3.0, 120, 0.5
# The middle of so many runs: other work on the machine comes and goes.
RUNS = 3


def main(database: str = million.DATABASE) -> int:
    """Measure every size and form; fail when a number doesn't hold."""
    million.make(database)
    with tempfile.TemporaryDirectory(prefix="bench-sheet-") as folder:
        environment = environment_of(database, VAR_DIR=folder)
        found = [(rows, _sides(rows, environment, Path(folder))) for rows in SIZES]
        stock = _run("stock", STOCK_ROWS, environment, Path(folder))
        ours = _middle("xlsx", STOCK_ROWS, environment, Path(folder))
        downloads = served(database, Path(folder))
    _show(found, stock, ours)
    _show_served(downloads)
    return _judge(found, downloads)


def _sides(rows: int, environment: dict[str, str], folder: Path) -> dict[str, dict[str, Any]]:
    """The three ways in turn, and again, so that a busy minute is nobody's alone."""
    rounds = [{who: _run(who, rows, environment, folder) for who in ("psql", "csv", "xlsx")} for _time in range(RUNS)]
    return {who: _middle_of([found[who] for found in rounds]) for who in rounds[0]}


def _middle(who: str, rows: int, environment: dict[str, str], folder: Path) -> dict[str, Any]:
    return _middle_of([_run(who, rows, environment, folder) for _time in range(RUNS)])


def _middle_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The middle of the seconds, the worst of all else."""
    middle = sorted(runs, key=lambda run: run["seconds"])[RUNS // 2]
    return middle | {"megabytes": max(run["megabytes"] for run in runs), "first": max(run["first"] for run in runs)}


def _run(who: str, rows: int, environment: dict[str, str], folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.payment_sheet", who, str(rows), str(folder)]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    print(f"  {who}: {rows:,} rows in {found['seconds']:.2f} s, {found['megabytes']} MB", flush=True)
    return found


def one(who: str, rows: int, folder: Path) -> None:
    """One side in this process: prints its seconds, its peak of memory, its first byte and the length of its file."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.utils import translation

    translation.activate("ar")
    django_alone = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    file = folder / f"sheet.{who}"
    sides = {"psql": _psql, "stock": _stock, "csv": _ours, "xlsx": _ours}
    first, seconds = sides[who](who, rows, file)
    # Whole-process: this one and the largest it started (psql).
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    found = {"seconds": seconds, "first": first, "megabytes": most // 1024, "bytes": file.stat().st_size}
    found["django_alone"] = django_alone
    print(json.dumps(found))


def _payments(rows: int) -> Any:
    """The list as the admin orders it; fewer than all by a filter, as a person would have them."""
    from backoffice.payments.models import Payment

    payments = Payment.objects.order_by("-recorded_at", "id")
    if rows < SIZES[-1]:
        since = payments.values_list("recorded_at", flat=True)[rows - 1]
        payments = payments.filter(recorded_at__gte=since)
    return payments


def _ours(kind: str, rows: int, file: Path) -> tuple[float, float]:
    """As the view does it: open, count, pieces."""
    from backoffice.payments.resources import payment_sheet, payment_table

    payments = _payments(rows)
    started, first = time.perf_counter(), 0.0
    table = payment_table(payments)
    table.open()
    table.count()
    with file.open("wb") as out:
        pieces: Iterator[bytes] = payment_sheet(table, kind)
        for piece in pieces:
            first = first or time.perf_counter() - started
            out.write(piece)
    table.close()
    return first, time.perf_counter() - started


def _psql(_kind: str, rows: int, file: Path) -> tuple[float, float]:
    r"""`\copy` of the same query, without our spelling, totals and headings."""
    from django.db import connection

    from backoffice.payments.resources import payment_table

    values = payment_table(_payments(rows))._values()
    sql, params = values.query.get_compiler("default").as_sql()
    with connection.cursor() as cursor:
        query = cursor.mogrify(sql, params)
    connection.close()
    where = server()
    script = file.with_suffix(".sql")
    script.write_text(f"\\copy ({' '.join(query.split())}) TO '{file}' (FORMAT csv, HEADER)\n")
    command = ["psql", "-X", "-q", "-h", where["host"], "-p", where["port"], "-U", where["user"], "-f", str(script)]
    started = time.perf_counter()
    subprocess.run(
        [*command, os.environ["DATABASE_NAME"]], check=True, env={**os.environ, "PGPASSWORD": where["password"]}
    )
    return 0.0, time.perf_counter() - started


def _stock(_kind: str, rows: int, file: Path) -> tuple[float, float]:
    """django-import-export's own way: a ModelResource over the same list, exported and written as XLSX."""
    from import_export import resources
    from import_export.formats.base_formats import XLSX as Workbook

    from backoffice.payments.models import Payment

    class Resource(resources.ModelResource):
        class Meta:
            model = Payment
            fields = (
                "receipt__number", "paid_at", "enrollment__child__name", "enrollment__child__unique_code",
                "payer_parent__user__first_name", "payer_parent__user__phone_number1", "enrollment__course__name",
                "enrollment__course__season__name", "method", "reference_number", "amount", "status",
                "recorded_by__first_name", "notes",
            )  # fmt: skip

    started = time.perf_counter()
    file.write_bytes(Workbook().export_data(Resource().export(_payments(rows))))
    return 0.0, time.perf_counter() - started


def _show(found: list[tuple[int, dict[str, Any]]], stock: dict[str, Any], ours: dict[str, Any]) -> None:
    table = Table("Payment sheet, 17 columns", "rows", "seconds", "× psql", "peak MB", "first byte s", "file MB")
    for rows, sides in found:
        for who, run in sides.items():
            times = f"{run['seconds'] / sides['psql']['seconds']:.2f}"
            first = f"{run['first']:.3f}" if run["first"] else "—"
            size = f"{run['bytes'] / 2**20:.1f}"
            table.add_row(who, f"{rows:,}", f"{run['seconds']:.2f}", times, str(run["megabytes"]), first, size)
    Console(width=120).print(table)
    per_line, psql = stock["seconds"] / STOCK_ROWS, found[-1][1]["psql"]["seconds"] / found[-1][0]
    times = stock["seconds"] / ours["seconds"]
    print(
        f"django-import-export, {STOCK_ROWS:,} rows × 14: {stock['seconds']:.1f} s, {stock['megabytes']} MB; "
        f"ours as XLSX {ours['seconds']:.2f} s, {ours['megabytes']} MB: {times:.0f} times faster a line. "
        f"A line of it takes {per_line / psql:.0f} times psql's at {found[-1][0]:,}"
    )


def _show_served(downloads: list[Served]) -> None:
    table = Table("From the web server", "seconds", "first byte s", "peak MB", "file MB")
    for one in downloads:
        size = f"{one.length / 2**20:.1f}"
        table.add_row(one.address, f"{one.seconds:.2f}", f"{one.first:.3f}", str(one.megabytes), size)
    Console(width=120).print(table)


def _judge(found: list[tuple[int, dict[str, Any]]], downloads: list[Served]) -> int:
    most = found[-1][1]
    csv, xlsx = (most[kind]["seconds"] / most["psql"]["seconds"] for kind in ("csv", "xlsx"))
    memory = max(sides[kind]["megabytes"] for _rows, sides in found for kind in ("csv", "xlsx"))
    first = max(sides["csv"]["first"] for _rows, sides in found)
    first = max(first, *(one.first for one in downloads if one.address.startswith("csv")))
    web = max(one.megabytes for one in downloads)
    alone = most["csv"]["django_alone"]
    checks = {
        f"CSV takes {csv:.2f} times psql's time (at most {CSV_TIMES})": csv <= CSV_TIMES,
        f"XLSX takes {xlsx:.2f} times psql's time (at most {XLSX_TIMES})": xlsx <= XLSX_TIMES,
        f"{memory} MB, {alone} of them Django alone, at any number of rows (at most {MEGABYTES})": memory <= MEGABYTES,
        f"{web} MB in the web server that sends it (at most {MEGABYTES})": web <= MEGABYTES,
        f"first byte of a CSV, over HTTP as well, after {first:.2f} s (at most {FIRST_BYTE})": first <= FIRST_BYTE,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    if len(sys.argv) > 2:
        one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(main(*sys.argv[1:]))
