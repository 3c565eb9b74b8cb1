"""The parent's places and the course list from the web server as `serve` starts it, 16 connections, by wrk.

One server process answers for all sides: ours, the stock way (`stock`) and the bare twins (`bare`), in turn and again;
before that their answers are compared. The database is a copy of `benchmarks.million` with a family added, dropped at
the end; `--database` measures in one that is there and is kept.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from .. import million
from ..served_sheet import web_server
from ..servers import environment_of, server
from . import wrk

ROOT: Final = Path(__file__).resolve().parents[2]
SIDES: Final = {
    "places": "/api/v1/enrollments/",
    "places, stock": "/api/twins/stock/enrollments/",
    "places, bare": "/api/twins/bare/enrollments/",
    "courses": "/api/v1/courses/",
    "courses, bare": "/api/twins/bare/courses/",
}
TIMES_STOCK, OF_BARE_PLACES, OF_BARE_COURSES, P99_OF_P50 = 20, 0.5, 0.6, 4
RUNS: Final = 3
SECONDS: Final = 5


@dataclass(frozen=True)
class Side:
    """The middle of a side's runs."""

    rate: float
    p50: float
    p99: float


def main(database: str | None = None) -> int:
    """Measure, print, and fail when a goal isn't met, or can't be measured."""
    if not wrk.is_there():
        print("FAILS  wrk is missing, nothing is measured: apt-get install wrk")
        return 1
    with tempfile.TemporaryDirectory(prefix="bench-rest-") as folder, _database(database) as name:
        environment = environment_of(name, VAR_DIR=folder, HTTPS_ONLY="0")
        family = [sys.executable, "-m", "benchmarks.rest.family"]
        made = subprocess.run(family, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
        headers = {"Authorization": f"JWT {made.split()[-1]}", "Host": "localhost"}
        with web_server(environment | {"DJANGO_SETTINGS_MODULE": "benchmarks.rest.settings"}) as (_process, port):
            same = _compare(port, headers)
            sides = _measure(port, headers)
    return _tell(sides, same)


@contextmanager
def _database(kept: str | None) -> Iterator[str]:
    """The one that is kept, or a copy of the million's."""
    if kept is not None:
        yield kept
        return
    million.make()
    name = f"bench_rest_{os.getpid()}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(million.DATABASE)))
        try:
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _compare(port: int, headers: dict[str, str]) -> dict[str, bool]:
    """Whether the sides say the same; this is each side's first request, too."""
    answers = {who: _get(port, path, headers) for who, path in SIDES.items()}
    ours = {who.partition(",")[0]: answer["results"] for who, answer in answers.items() if "," not in who}
    same = {who: answer["results"] == ours[who.partition(",")[0]] for who, answer in answers.items()}
    rows = {who: len(answer["results"]) == 20 for who, answer in answers.items()}
    return {who: same[who] and rows[who] for who in SIDES}


def _get(port: int, path: str, headers: dict[str, str]) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
    answer: dict[str, Any] = json.loads(body)
    return answer


def _measure(port: int, headers: dict[str, str]) -> dict[str, Side]:
    """Each side in turn, and again, so that a busy minute is nobody's alone."""
    runs: dict[str, list[wrk.Run]] = {who: [] for who in SIDES}
    for _round in range(RUNS):
        for who, path in SIDES.items():
            one = wrk.run(f"http://127.0.0.1:{port}{path}", seconds=SECONDS, headers=headers)
            print(f"  {who}: {one.rate:,.0f} a second, p50 {one.p50:.1f} ms, p99 {one.p99:.1f} ms", flush=True)
            runs[who].append(one)
    return {who: _middle(found) for who, found in runs.items()}


def _middle(runs: list[wrk.Run]) -> Side:
    def of(name: str) -> float:
        return statistics.median(getattr(run, name) for run in runs)

    return Side(of("rate"), of("p50"), of("p99"))


def _tell(sides: dict[str, Side], same: dict[str, bool]) -> int:
    table = Table(f"{wrk.CONNECTIONS} connections, middle of {RUNS}", "a second", "p50 ms", "p99 ms", "p99 / p50")
    for who, side in sides.items():
        table.add_row(who, f"{side.rate:,.0f}", f"{side.p50:.1f}", f"{side.p99:.1f}", f"{side.p99 / side.p50:.1f}")
    Console(width=100).print(table)
    stock = sides["places"].rate / sides["places, stock"].rate
    places = sides["places"].rate / sides["places, bare"].rate
    courses = sides["courses"].rate / sides["courses, bare"].rate
    slow = max(sides[who].p99 / sides[who].p50 for who in ("places", "courses"))
    checks = {
        f"places: {stock:.0f} times the stock way's rate (at least {TIMES_STOCK})": stock >= TIMES_STOCK,
        f"places: {places:.2f} of the bare view's rate (at least {OF_BARE_PLACES})": places >= OF_BARE_PLACES,
        f"courses: {courses:.2f} of the bare view's rate (at least {OF_BARE_COURSES})": courses >= OF_BARE_COURSES,
        f"p99 is {slow:.1f} times p50 (at most {P99_OF_P50})": slow <= P99_OF_P50,
        "all sides give the same 20 rows" + "".join(f"; {who} doesn't" for who in same if not same[who]): all(
            same.values()
        ),
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1
