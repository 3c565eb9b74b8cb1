"""Lighthouse on the site's front page, index and a course, as a telephone sees them: `python -m benchmarks.lighthouse`.

The web server runs as `serve` starts it, with DEBUG=0 and collected, hashed and compressed static files, on a database
with the demo; pictures come as a proxy hands them out. Each page is measured three times and the middle counts, for on
a busy machine the numbers of one run wander. Lighthouse itself is npm's; it is put into a folder of the user's cache.
"""

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from .served_sheet import web_server
from .servers import ROOT

VERSION: Final = "13.5.0"
AT_LEAST: Final = 95
RUNS: Final = 3
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TOOLS: Final = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / f"lighthouse-{VERSION}"
_FLAGS: Final = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
_ADDRESSES: Final = """
from cms.models import CoursePage, CourseIndexPage, HomePage
for kind in (HomePage, CourseIndexPage, CoursePage):
    page = kind.objects.filter(live=True, locale__language_code="ar", picture__isnull=kind is CourseIndexPage).first()
    print("PAGE", kind.__name__, page.url)
"""


def main(folder: Path | None, runs: int) -> int:
    """Measure, print, and fail when a number is under the goal."""
    command = _lighthouse()
    if command is None:
        print("FAILS  npm or chromium is missing, nothing is measured")
        return 1
    with _kept_or_new(folder) as place:
        environment = _environment(place)
        _prepare(place, environment)
        with web_server(environment) as (_process, port):
            pages = _pages(environment)
            found = {
                name: [_measure(command, f"http://localhost:{port}{path}", place) for _run in range(runs)]
                for name, path in pages.items()
            }
    return _tell(found)


def _lighthouse() -> list[str] | None:
    """The program, brought once."""
    program = TOOLS / "node_modules" / ".bin" / "lighthouse"
    if not Path(CHROMIUM).exists() or shutil.which("npm") is None:
        return None
    if not program.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(TOOLS)]
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    return [str(program)]


@contextmanager
def _kept_or_new(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="bench-lighthouse-") as made:
        yield Path(made)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "benchmarks.site_settings",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": "http://localhost",
        "DEBUG": "0",
        "HTTPS_ONLY": "0",
        "DATABASE_ENGINE": "sqlite3",
        "DATABASE_NAME": str(folder / "centre.sqlite3"),
        "VAR_DIR": str(folder / "var"),
        "REDIS_URL": "",
    }


def _prepare(folder: Path, environment: dict[str, str]) -> None:
    """The demo, where it isn't there from a run before; and the static files as they are now."""
    commands = [["collectstatic", "--noinput", "--clear"]]
    if not (folder / "centre.sqlite3").exists():
        commands = [["prepare_database"], ["load_demo"], *commands]
    for command in commands:
        run = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        # Demo people are only let into a centre that nobody works in.
        debug = {"DEBUG": "1"} if command == ["load_demo"] else {}
        subprocess.run(run, cwd=ROOT, env=environment | debug, check=True, stdout=subprocess.DEVNULL)


def _pages(environment: dict[str, str]) -> dict[str, str]:
    """The addresses to measure, each asked for once so that its pictures are there."""
    command = [sys.executable, "manage.py", "shell", "--command", _ADDRESSES]
    told = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split(maxsplit=2) for line in told.splitlines() if line.startswith("PAGE ")]
    return {name: path.strip() for _mark, name, path in rows}


def _measure(command: list[str], address: str, folder: Path) -> dict[str, Any]:
    """One run on the phone profile that is Lighthouse's own."""
    report = folder / "report.json"
    options = ["--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={_FLAGS}"]
    only = f"--only-categories={','.join(CATEGORIES)}"
    environment = os.environ | {"CHROME_PATH": CHROMIUM}
    run = [*command, address, *options, only]
    # On a busy machine the browser now and then gives no trace; that is no answer about the page.
    if subprocess.run(run, env=environment, check=False, stdout=subprocess.DEVNULL).returncode:
        subprocess.run(run, env=environment, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, Any] = json.loads(report.read_text())
    return found


def _tell(found: dict[str, list[dict[str, Any]]]) -> int:
    table, holds = Table("Page", *CATEGORIES, "LCP s", "CLS", "TBT ms", "performance of each run"), True
    lost: list[str] = []
    for name, reports in found.items():
        scores = {one: statistics.median(_score(report, one) for report in reports) for one in CATEGORIES}
        middle = [statistics.median(_number(report, audit) for report in reports) for audit in _SHOWN]
        each = " ".join(str(_score(report, "performance")) for report in reports)
        largest, shift, blocked = middle
        table.add_row(
            name,
            *(f"{score:.0f}" for score in scores.values()),
            f"{largest / 1000:.2f}",
            f"{shift:.3f}",
            f"{blocked:.0f}",
            each,
        )
        holds = holds and all(score >= AT_LEAST for score in scores.values())
        lost += [f"{name}: {audit}" for audit in _lost(reports[-1])]
    Console(width=130).print(table)
    for line in lost:
        print("  costs points on", line)
    print("holds " if holds else "FAILS ", f"every number is at least {AT_LEAST} (the middle of each page's runs)")
    return 0 if holds else 1


_SHOWN: Final = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")


def _score(report: dict[str, Any], category: str) -> int:
    return round(report["categories"][category]["score"] * 100)


def _number(report: dict[str, Any], audit: str) -> float:
    number: float = report["audits"][audit]["numericValue"]
    return number


def _lost(report: dict[str, Any]) -> list[str]:
    """What of the weighed audits isn't whole."""
    weighed = {ref["id"] for one in CATEGORIES for ref in report["categories"][one]["auditRefs"] if ref["weight"]}
    audits = [report["audits"][name] for name in sorted(weighed)]
    return [f"{one['id']} ({one['score']})" for one in audits if one["score"] is not None and one["score"] < 1]


if __name__ == "__main__":
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep the demo's database and the last report here")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each page")
    options = parser.parse_args()
    sys.exit(main(options.folder and options.folder.resolve(), options.runs))
