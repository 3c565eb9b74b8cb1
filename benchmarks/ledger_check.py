"""`manage.py check_ledger` over a million payments with their e-receipts: `python -m benchmarks.ledger_check`.

It makes or finds the database of `benchmarks.million`. The first check hashes whatever no check has sealed; the five
after it are what each night takes, and the middle one counts.
"""

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import million
from .servers import environment_of

ROOT = Path(__file__).resolve().parents[1]
SECONDS, RUNS = 5, 5


def main(database: str = million.DATABASE) -> int:
    """Measure in a process whose Django works on the database."""
    million.make(database)
    command = [sys.executable, "-m", "benchmarks.ledger_check", "--here"]
    return subprocess.run(command, cwd=ROOT, env=environment_of(database), check=False).returncode


def here() -> int:
    """One check that seals and five behind its seal, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from backoffice.payments.ledger.run import run_ledger_check
    from backoffice.payments.models import Receipt

    first, found = run_ledger_check()
    runs = [float(run_ledger_check()[0].seconds) for _run in range(RUNS)]
    receipts, electronic = Receipt.objects.count(), Receipt.objects.exclude(e_receipt="").count()
    table = Table("Check of the ledger", "seconds", "differences")
    table.add_row("the first, which seals", f"{first.seconds}", str(len(found)))
    table.add_row(f"the {RUNS} after it", ", ".join(f"{run:.2f}" for run in runs), "")
    Console(width=100).print(table)
    seconds = statistics.median(runs)
    checks = {
        f"{seconds:.1f} s, the middle of {RUNS} checks (at most {SECONDS}; load {os.getloadavg()[0]:.1f})": seconds
        <= SECONDS,
        f"each of {receipts:,} receipts has its e-receipt, and all are sealed": electronic == receipts,
        "the ledger is clean": not found,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger_check", description=__doc__)
    parser.add_argument("--database", default=million.DATABASE)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.exit(here() if options.here else main(options.database))
