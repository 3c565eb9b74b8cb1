"""Staff, parents, instructors, a reader, sockets and a large export at once, for half an hour, on the whole server.

`python -m benchmarks.load [--minutes 30]` makes a centre in a database of its own, starts the server as the image does
(`workers.server`, the worker, a Redis of its own) and drives it with locust from the same machine, so that the
figures are those of server and visitors together. First one cashier alone; then twice as many people again and again,
until no more is answered: the saturation. Then half that rate for the time asked for. Holds when nothing failed, the
memory at the end is that of the beginning, the admin's p95 is at most three times that of the cashier alone, and the
ledger is clean.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from workers.processes import Part, Running
from workers.web_server import answers

from ..servers import ROOT, environment_of, own_database
from . import centre
from .memory import Memory

#: Of a step of the search, of the cashier alone; and what a step has to bring to go on.
STEP_SECONDS, ALONE_SECONDS, WORTH_IT = 45, 60, 1.15
FIRST_PEOPLE, MOST_PEOPLE = 20, 1280
TIMES_SLOWER, TIMES_LARGER, P95 = 3.0, 1.1, 0.95
#: Until every process has seen every page, its memory says nothing.
WARM_SECONDS: Final = 300
_KINDS = ("admin: ", "api: ", "device: ", "socket: ", "export: ")
#: What people ask for, and so what grows with them; tokens are exchanged when they come, and all at once.
_ASKED, _WHEN_THEY_COME = ("admin: ", "api: ", "device: "), "api: refresh"


@dataclass(frozen=True)
class Found:
    """What locust saw: seconds by name, failures by name, and how long it looked."""

    took: Mapping[str, list[float]]
    failed: Mapping[str, list[str]]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers in a second, without what comes of itself: sockets, signing in."""
        asked = [name for name in self.took if name.startswith(_ASKED) and name != _WHEN_THEY_COME]
        return sum(len(self.took[name]) for name in asked) / self.seconds

    @property
    def failures(self) -> int:
        """How many questions weren't answered as they should be."""
        return sum(map(len, self.failed.values()))

    def of(self, kind: str) -> list[float]:
        """Seconds of all names that begin so, in order."""
        return sorted(took for name, all_took in self.took.items() if name.startswith(kind) for took in all_took)

    def p95(self, kind: str) -> float:
        """Seconds within which nineteen of twenty came."""
        took = self.of(kind)
        return took[int(len(took) * P95)] if took else 0.0


def main() -> int:
    """Make the centre, find the saturation, and keep half of it up."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="of the mixed load")
    parser.add_argument("--people", type=int, default=0, help="so many at once, without looking for the saturation")
    parser.add_argument("--sockets", type=int, default=100, help="apps that only listen")
    options = parser.parse_args()
    name = f"bench_load_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="bench-load-") as folder, own_database(name):
        return _measure(name, Path(folder), options)


def _measure(name: str, folder: Path, options: argparse.Namespace) -> int:
    port, redis = _free_port(), _free_port()
    store = f"redis://127.0.0.1:{redis}/0"
    environment = environment_of(
        name, VAR_DIR=str(folder / "var"), STATIC_ROOT=str(folder / "static"), REDIS_URL=store,
        WEB_PORT=str(port), WEB_HOST="127.0.0.1", HTTPS_ONLY="0", TRUSTED_PROXIES="1", BEHIND_PROXY="0",
        LOAD_CENTRE=str(folder / "centre.json"), LOAD_FOUND=str(folder / "found.json"),
        LOAD_SOCKETS=str(options.sockets), DJANGO_ALLOWED_HOSTS="127.0.0.1",
    )  # fmt: skip
    for step in (["migrate", "--verbosity", "0"], ["collectstatic", "--noinput", "--verbosity", "0"]):
        subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=environment, check=True)
    print("making the centre …", flush=True)
    centre.make(folder, environment)
    with _server(environment, port, redis) as pids:
        crowd = _Crowd(environment, port, folder)
        alone = crowd.come(1, ALONE_SECONDS, only=["Cashier"])
        _tell("one cashier", 1, alone)
        people = options.people or _half_of_saturation(crowd)
        with Memory(pids) as memory:
            held = crowd.come(people, options.minutes * 60)
        _tell("the load", people, held)
    subprocess.run([sys.executable, "manage.py", "check_ledger"], cwd=ROOT, env=environment, check=True)
    return _judge(alone, held, memory)


class _Crowd:
    """People who come through locust, in a process of its own."""

    def __init__(self, environment: dict[str, str], port: int, folder: Path) -> None:
        self.environment, self.port, self.folder = environment, port, folder

    def come(self, people: int, seconds: float, *, only: list[str] | None = None) -> Found:
        """So many at once for so long; those that only listen, the reader and the accountant are beside them."""
        centre.sign_in(self.folder, self.environment)
        beside = 0 if only else 2 + int(self.environment["LOAD_SOCKETS"])
        command = [
            sys.executable, "-m", "locust", "--locustfile", str(Path(__file__).with_name("people.py")), *(only or []),
            "--host", f"http://127.0.0.1:{self.port}", "--headless", "--users", str(people + beside),
            "--spawn-rate", "20", "--run-time", f"{int(seconds)}s", "--stop-timeout", "60",
            "--only-summary", "--loglevel", "ERROR", "--exit-code-on-error", "0",
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        found = json.loads((self.folder / "found.json").read_text())
        return Found(found["took"], found["failed"], seconds)


def _half_of_saturation(crowd: _Crowd) -> int:
    """How many people ask half of what can be answered; each asks as often as the few of the first step did."""
    people, steps = FIRST_PEOPLE, []
    while people <= MOST_PEOPLE:
        found = crowd.come(people, STEP_SECONDS)
        _tell("more people", people, found)
        steps.append((people, found.rate))
        if len(steps) > 1 and found.rate < steps[-2][1] * WORTH_IT:
            break
        people *= 2
    most = max(rate for _people, rate in steps)
    first_people, first_rate = steps[0]
    half = max(1, round(most / 2 / first_rate * first_people))
    print(f"saturated at {most:.0f} answers a second; half of that: {half} people", flush=True)
    return half


@contextmanager
def _server(environment: Mapping[str, str], port: int, redis: int) -> Iterator[list[int]]:
    """Redis, web server and worker; the ids of the last two's first processes."""
    more = dict(environment)
    store = ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with Running(grace=60) as running:
        running.start(Part("redis", [*store, "--loglevel", "warning"], more))
        running.start(Part("web", [sys.executable, "-m", "workers.server"], more))
        running.start(Part("worker", [sys.executable, "manage.py", "work"], more))
        if not running.wait_until(lambda: answers("127.0.0.1", port), 120):
            raise RuntimeError(f"the server doesn't answer: {running.first_dead()}")
        yield [running.processes[name].pid for name in ("web", "worker")]
        if dead := running.first_dead():
            raise RuntimeError(f"a part ended by itself: {dead}")
        # Redis goes last: the others still write to it while they finish.
        running.finish("web", signal.SIGTERM, meanwhile=["worker"])


def _tell(what: str, people: int, found: Found) -> None:
    table = Table(f"{what}: {people}", "answers", "failed", "median ms", "p95 ms", "slowest ms")
    for name in (*_KINDS, *sorted(found.took)):
        took = found.of(name)
        if took and (what == "the load" or name in _KINDS):
            failed = sum(len(all_failed) for one, all_failed in found.failed.items() if one.startswith(name))
            times = (statistics.median(took), found.p95(name), took[-1])
            table.add_row(name, f"{len(took):,}", f"{failed:,}", *(f"{seconds * 1000:,.0f}" for seconds in times))
    Console(width=110).print(table)
    print(f"  {found.rate:.1f} answers a second", flush=True)
    for name, said in found.failed.items():
        print(f"  failed: {name}: {len(said):,}, as in: {said[0]}", flush=True)


def _judge(alone: Found, held: Found, memory: Memory) -> int:
    slower = held.p95("admin: ") / alone.p95("admin: ")
    before, after = memory.begin_and_end(WARM_SECONDS)
    answered = sum(map(len, held.took.values()))
    checks = {
        f"{held.failures:,} of {answered:,} answers failed (none)": held.failures == 0,
        f"the admin's p95 is {slower:.2f}× that of one cashier (at most {TIMES_SLOWER:.0f}×)": slower <= TIMES_SLOWER,
        f"memory {before:,.0f} MB at the beginning, {after:,.0f} MB at the end (at most {TIMES_LARGER}×)": after
        <= before * TIMES_LARGER,
        "the ledger is clean": True,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
