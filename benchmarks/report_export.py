"""The worker that makes a long export, each in a process of its own: its memory, and the time of a long paper.

`python -m benchmarks.report_export` makes a database of its own with a course's places that all owe something, has an
XLSX of the report of receivables (a row for each place, 13 columns) made as the worker makes it, of 20,000 rows and of
200,000, and fails when a process took more than 150 MB at its peak, or when ten times the rows took noticeably more.
Before them a PDF of at least 500 pages, which has to be there in 20 seconds. Needs `pdfinfo` (poppler-utils).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .servers import ROOT, measure_in_own_database

FEW, MANY, ON_PAPER = 20_000, 200_000, 17_000
MEGABYTES, TIMES = 150, 1.10
PAGES, SECONDS = 500, 20.0


def main() -> int:
    """Measure in a database of its own; 1 when a number doesn't hold."""
    return measure_in_own_database("benchmarks.report_export")


def here() -> int:
    """Make the rows, few and then many, and an export of each, in the database that the environment names."""
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-export-") as folder:
        for rows, kind in ((ON_PAPER, "pdf"), (FEW, "xlsx"), (MANY, "xlsx")):
            _run("fill", str(rows), folder)
            found.append(json.loads(_run("export", str(rows), folder, kind).splitlines()[-1]))
    table = Table("Receivables, by the worker", "rows", "pages", "seconds", "peak MB", "Django alone MB", "file MB")
    for run in found:
        figures = (run["rows"], run["pages"], run["seconds"], run["megabytes"], run["alone"], run["file"])
        table.add_row(run["kind"], *(f"{figure:,}" for figure in figures))
    Console(width=120).print(table)
    paper, *sheets = found
    few, many = (run["megabytes"] for run in sheets)
    checks = {
        f"{paper['pages']:,} pages in {paper['seconds']} s (at least {PAGES} in {SECONDS:.0f})": paper["pages"] >= PAGES
        and paper["seconds"] <= SECONDS,
        f"{many} MB at {MANY:,} rows (at most {MEGABYTES})": many <= MEGABYTES,
        f"{many / few:.2f} times the memory of {FEW:,} rows (at most {TIMES})": many <= few * TIMES,
        "every row is in its file": [run["rows"] for run in found] == [ON_PAPER, FEW, MANY],
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _run(step: str, rows: str, folder: str, *more: str) -> str:
    command = [sys.executable, "-m", "benchmarks.report_export", step, rows, *more]
    environment = {**os.environ, "VAR_DIR": folder}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()


def fill(rows: int) -> None:
    """Have so many places that owe their price: one that is made by the services' makers, and its likes by SQL."""
    _set_up()
    from django.db import connection

    from backoffice.courses.tests.makers import make_course
    from backoffice.enrollments.models import Enrollment
    from backoffice.enrollments.tests.makers import make_enrollment
    from backoffice.users.models import Child
    from backoffice.users.tests.makers import huda

    if not Enrollment.objects.exists():
        make_enrollment(make_course(name="نور البيان", price=1250, capacity=30_000))
        huda()
    wanted = rows - Enrollment.objects.count()
    with connection.cursor() as cursor:
        # A place is one child's: each has a child of its own.
        first = Child.objects.order_by("pk").values_list("pk", flat=True)[0]
        number = "(100000 + (SELECT count(*) FROM users_child) + n)"
        code, name = f"'M' || {number}", f"'طفل ' || {number}"
        children = _likes(Child, {"id": "gen_random_uuid()", "unique_code": code, "name": name})
        cursor.execute(
            f"INSERT INTO users_child ({children[0]}) SELECT {children[1]} FROM users_child first, "
            "generate_series(1, %s) n WHERE first.id = %s",
            [wanted, first],
        )
        places = _likes(Enrollment, {"id": "gen_random_uuid()", "child_id": "child.id", "request_id": "NULL"})
        cursor.execute(
            f"INSERT INTO enrollments_enrollment ({places[0]}) SELECT {places[1]} FROM enrollments_enrollment first, "
            "users_child child WHERE first.child_id = %s "
            "AND NOT EXISTS (SELECT 1 FROM enrollments_enrollment other WHERE other.child_id = child.id)",
            [first],
        )
        cursor.execute("ANALYZE")


def _likes(model: Any, other: dict[str, str]) -> tuple[str, str]:
    """The columns of a table, and their values as the first row has them but for those that must differ."""
    names = [field.column for field in model._meta.concrete_fields if not field.generated]
    return ", ".join(names), ", ".join(other.get(name, f"first.{name}") for name in names)


def export(rows: int, kind: str) -> None:
    """Make one export as the worker does, and print what it took."""
    _set_up()
    from django.http import QueryDict

    from backoffice.users.models import CustomUser
    from reports.exporting import asking, running
    from reports.models import Export
    from reports.registry import reports

    owner = CustomUser.objects.get(groups__name="Accountants")
    asking.enqueue_on_commit = lambda *_: None
    report = reports()["receivables"]
    filters = report.filters.read(QueryDict(""))
    filters.is_valid()
    made = asking.ask(report, kind, filters, by=owner)
    alone, started = _peak(), time.perf_counter()
    running.run_export(str(made.pk))
    seconds = time.perf_counter() - started
    made.refresh_from_db()
    if made.status != Export.Status.DONE:
        raise SystemExit(f"the export of {rows:,} rows is {made.status}: {made.error}")
    found = {"rows": made.rows_done, "seconds": round(seconds, 1), "megabytes": _peak(), "alone": alone}
    print(json.dumps({**found, "kind": kind, "pages": _pages(made), "file": round(made.size / 2**20, 1)}))


def _pages(made: Any) -> int:
    """How many a paper has; a sheet has none."""
    from django.core.files.storage import storages

    if made.kind != "pdf":
        return 0
    path = storages["private"].path(made.stored_as)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return int(told.partition("Pages:")[2].split()[0])


def _peak() -> int:
    """The most memory this process has had so far, in MB; the kernel counts it anew for each program."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--here"]:
            sys.exit(here())
        case ["fill", rows]:
            fill(int(rows))
        case ["export", rows, kind]:
            export(int(rows), kind)
        case _:
            sys.exit(main())
