"""The numbers that must hold, as ratios in one run: `make bench`, or `python -m benchmarks --help`.

They need PostgreSQL (DATABASE_HOST, DATABASE_PORT, DATABASE_USERNAME, DATABASE_PASSWORD as in `.env.example`) and
use a database of their own, which is dropped at the end.
"""

import argparse
import getpass
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from . import acceptances, jobs, ledger_check, payment_sheet, payments_list, scans, site
from .children_sheet import write_sheet
from .rest import measure as rest
from .sockets import measure as sockets

FASTER_AT_LEAST = 30
MEGABYTES_AT_MOST = 250


def main() -> int:
    """Measure, print, and fail when a number doesn't hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000, help="lines of our own import")
    parser.add_argument(
        "--stock-lines",
        type=int,
        default=2_000,
        help="lines of django-import-export's run; the time per line is compared. As many as --lines take an hour",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _own_database(Path(folder)) as environment:
        _run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], environment)
        _measure("ours", Path(folder), _FEW_LINES, environment)
        few = _lists(environment)
        ours = _measure("ours", Path(folder), options.lines, environment)
        many = _lists(environment)
        stock = _measure("stock", Path(folder), options.stock_lines, environment)
    parts = (payment_sheet, payments_list, ledger_check, acceptances, rest, site, jobs, scans, sockets)
    others = max([part.main() for part in parts])
    return max(_tell(ours, stock), _tell_lists(few, many), others)


def _lists(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    _run([sys.executable, "-m", "benchmarks.fill_places"], environment)
    print("opening every staff list …", flush=True)
    # With DEBUG=1 the pages need no collected static files; nothing else of a list depends on it.
    answer = _run([sys.executable, "-m", "benchmarks.admin_lists"], environment | {"DEBUG": "1"})
    lists: dict[str, dict[str, Any]] = json.loads(answer.splitlines()[-1])
    return lists


def _measure(who: str, folder: Path, lines: int, environment: dict[str, str]) -> dict[str, Any]:
    sheet = folder / f"children-{lines}.xlsx"
    if not sheet.exists():
        write_sheet(sheet, lines)
    print(f"{who}: {lines:,} lines …", flush=True)
    answer = _run([sys.executable, "-m", "benchmarks.import_children", who, str(sheet)], environment)
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found | {"lines": lines, "per_line": found["seconds"] / lines}


def _run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


@contextmanager
def _own_database(folder: Path) -> Iterator[dict[str, str]]:
    """An environment with an empty database and a folder for files, both gone at the end."""
    name = f"redwan_bench_{os.getpid()}"
    server = {
        "host": os.environ.get("DATABASE_HOST", "127.0.0.1"),
        "port": os.environ.get("DATABASE_PORT", "5432"),
        "user": os.environ.get("DATABASE_USERNAME") or getpass.getuser(),
        "password": os.environ.get("DATABASE_PASSWORD", ""),
    }
    environment = os.environ | {
        "DATABASE_ENGINE": "postgresql",
        "DATABASE_NAME": name,
        "DATABASE_HOST": server["host"],
        "DATABASE_PORT": server["port"],
        "DATABASE_USERNAME": server["user"],
        "DATABASE_PASSWORD": server["password"],
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "localhost",
        "DEBUG": "0",
        "REDIS_URL": "",
        "VAR_DIR": str(folder),
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield environment
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _tell(ours: dict[str, Any], stock: dict[str, Any]) -> int:
    table = Table("Import of the children's list", "lines", "seconds", "ms a line", "MB", "new", "repeated", "faulty")
    for name, run in (("ours: preview, import, all checks, audit", ours), ("django-import-export, defaults", stock)):
        numbers = (run["lines"], f"{run['seconds']:.1f}", f"{run['per_line'] * 1000:.2f}", run["megabytes"])
        table.add_row(name, *(f"{n:,}" if isinstance(n, int) else n for n in numbers), *(f"{run[k]:,}" for k in _SHOWN))
    Console(width=130).print(table)
    ratio = stock["per_line"] / ours["per_line"]
    preview = ours["preview"]
    checks = {
        f"{ratio:.0f} times faster a line (at least {FASTER_AT_LEAST})": ratio >= FASTER_AT_LEAST,
        f"{ours['megabytes']} MB (under {MEGABYTES_AT_MOST})": ours["megabytes"] < MEGABYTES_AT_MOST,
        f"the preview found what the import refused ({preview['faulty']:,} lines)": all(
            preview[key] == ours[key] for key in preview
        ),
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _tell_lists(few: dict[str, dict[str, Any]], many: dict[str, dict[str, Any]]) -> int:
    table = Table("Staff lists", "rows", "queries with few rows", "queries now", "seconds now")
    for label, now in many.items():
        if now["rows"] >= _WORTH_SHOWING:
            seconds = f"{now['seconds']:.2f}"
            table.add_row(label, f"{now['rows']:,}", str(few[label]["queries"]), str(now["queries"]), seconds)
    Console(width=130).print(table)
    # A list that was empty is not asked for its rows; from then on the number stays.
    grown = [label for label, now in many.items() if few[label]["rows"] and now["queries"] > few[label]["queries"]]
    print("holds " if not grown else "FAILS ", "every list's queries stay the same with its rows", *grown)
    return 1 if grown else 0


_FEW_LINES = 200
_WORTH_SHOWING = 1_000
_SHOWN = ("new", "repeated", "faulty")

if __name__ == "__main__":
    sys.exit(main())
