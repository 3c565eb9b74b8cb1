"""The numbers that must hold, as ratios in one run: `make bench`, or `python -m benchmarks --help`.

They need PostgreSQL (DATABASE_HOST, DATABASE_PORT, DATABASE_USERNAME, DATABASE_PASSWORD as in `.env.example`) and
use databases of their own. Those are dropped at the end, but for `bench_million`, which takes minutes to make.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from . import (
    acceptances,
    backup,
    dashboard,
    jobs,
    ledger_check,
    payment_sheet,
    payments_list,
    report_export,
    reports,
    scans,
    servers_compared,
    site,
)
from .children_sheet import write_sheet
from .rest import measure as rest
from .servers import environment_of, own_database
from .sockets import measure as sockets

FASTER_AT_LEAST = 30
MEGABYTES_AT_MOST = 250


def main() -> int:
    """Run the parts, one after the other; a part that fails or breaks stops no other, and is named at the end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help=f"some parts, with commas between: {', '.join(_PARTS)}")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of our own import")
    parser.add_argument(
        "--stock-lines",
        type=int,
        default=2_000,
        help="lines of django-import-export's run; the time per line is compared. As many as --lines take an hour",
    )
    options = parser.parse_args()
    wanted = [name for name in options.only.split(",") if name] or list(_PARTS)
    unknown = [name for name in wanted if name not in _PARTS]
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(_PARTS)}")
    fell_short = [name for name in wanted if not _held(name, options)]
    print("all parts hold" if not fell_short else f"parts that fall short: {', '.join(fell_short)}")
    return 1 if fell_short else 0


def _held(name: str, options: argparse.Namespace) -> bool:
    print(f"═══ {name}", flush=True)
    started = time.perf_counter()
    try:
        code = _PARTS[name](options)
    except Exception:  # whatever breaks one part, the others are measured
        traceback.print_exc()
        code = 1
    print(f"═══ {name}: {'holds' if code == 0 else 'FAILS'}, {time.perf_counter() - started:.0f} s", flush=True)
    return code == 0


def _import_and_lists(options: argparse.Namespace) -> int:
    name = f"redwan_bench_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, own_database(name):
        environment = environment_of(name, VAR_DIR=folder)
        _run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], environment)
        _measure("ours", Path(folder), _FEW_LINES, environment)
        few = _lists(environment)
        ours = _measure("ours", Path(folder), options.lines, environment)
        many = _lists(environment)
        stock = _measure("stock", Path(folder), options.stock_lines, environment)
    return max(_tell(ours, stock), _tell_lists(few, many))


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


_PARTS: dict[str, Callable[[argparse.Namespace], int]] = {"import": _import_and_lists} | {
    part.__name__.split(".")[1]: lambda _options, part=part: part.main()  # type: ignore[misc]
    for part in (
        payment_sheet,
        payments_list,
        ledger_check,
        reports,
        report_export,
        dashboard,
        acceptances,
        rest,
        site,
        jobs,
        backup,
        scans,
        sockets,
        servers_compared,
    )
}
_FEW_LINES = 200
_WORTH_SHOWING = 1_000
_SHOWN = ("new", "repeated", "faulty")

if __name__ == "__main__":
    sys.exit(main())
