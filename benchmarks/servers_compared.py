"""The centre's server beside others for the same code: answers a second, 3,000 sockets, memory, and how each stops.

`python -m benchmarks.servers_compared`. One database, made for it; the candidates in turn, and again; wrk with 16
connections, on the machine that also answers, so only the ratios say something. What was decided by it stands in
docs/adr/0001-server.md.
"""

import asyncio
import http.client
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from workers.web_server import answers, asgi_command

from .rest import wrk
from .servers import ROOT, environment_of, free_port, own_database
from .sockets.clients import Hall, open_sockets
from .sockets.measure import allow_files

SOCKETS: Final = 3_000
ROUNDS: Final = 3
SECONDS: Final = 6
# Of the other's rate, for what a busy machine adds by chance.
NO_SLOWER: Final = 0.9
_TO_START, _TO_STOP = 90, 40
# Processes of the pages and threads in each, where a candidate lets one choose.
PROCESSES, THREADS = 2, 4
STATIC: Final = "static"
_API: Final = "API list"


def _asgi(port: int) -> list[str]:
    return asgi_command("--host", "127.0.0.1", "--port", str(port))


def _gunicorn(port: int) -> list[str]:
    settings = str(ROOT / "workers" / "server" / "gunicorn_settings.py")
    command = [sys.executable, "-m", "gunicorn", "backoffice.config.wsgi:application", "--config", settings]
    return [*command, "--bind", f"127.0.0.1:{port}", "--workers", str(PROCESSES), "--threads", str(THREADS)]


#: Each: how it is started, and whether it has sockets at all.
CANDIDATES: Final[dict[str, tuple[Callable[[int], list[str]], bool]]] = {
    "nginx, gunicorn, uvicorn": (lambda _port: [sys.executable, "-m", "workers.server"], True),
    "uvicorn, one process": (_asgi, True),
    "uvicorn, two processes": (lambda port: [*_asgi(port), "--workers", str(PROCESSES)], True),
    "gunicorn (no sockets)": (_gunicorn, False),
}
OURS: Final = next(iter(CANDIDATES))
ALONE: Final = "uvicorn, two processes"


@dataclass
class Found:
    """What a candidate has shown; MB are PSS of all its processes."""

    rates: dict[str, list[float]] = field(default_factory=dict)
    megabytes: float = 0.0
    with_sockets: float | None = None
    opened: int = 0
    told_to_return: int = 0
    stopped_in: float = 0.0
    code: int | None = None

    def rate(self, what: str) -> float:
        """The middle of the rounds."""
        return statistics.median(self.rates[what])


@dataclass(frozen=True)
class Centre:
    """A database with something in it, and who asks."""

    environment: dict[str, str]
    # What is asked for, with its headers.
    asked: dict[str, tuple[str, dict[str, str]]]

    def sign_in(self) -> str:
        """A parent's access token, which lives for a quarter of an hour: each candidate needs its own."""
        access = _run(["-m", "benchmarks.rest.family"], self.environment).split()[-1]
        self.asked[_API] = (self.asked[_API][0], {"Host": "localhost", "Authorization": f"JWT {access}"})
        return access


def main() -> int:
    """Measure, print, and fail when ours isn't what it was chosen for."""
    if not wrk.is_there():
        print("FAILS  wrk is missing, nothing is measured: apt-get install wrk")
        return 1
    allow_files(2 * SOCKETS + 1_000)
    found = {who: Found() for who in CANDIDATES}
    name = f"bench_servers_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="bench-servers-") as folder, own_database(name):
        centre = _centre(name, folder)
        for number in range(ROUNDS):
            for who in CANDIDATES:
                print(f"{who}, round {number + 1} …", flush=True)
                # Sockets and the stop with them in the last round only.
                _measure(who, centre, found[who], sockets=number == ROUNDS - 1)
    return _tell(found)


def _centre(name: str, folder: str) -> Centre:
    environment = environment_of(name, VAR_DIR=folder, HTTPS_ONLY="0", STATIC_ROOT=str(Path(folder, STATIC)))
    environment |= {"WEB_PROCESSES": str(PROCESSES), "WEB_THREADS": str(THREADS)}
    environment["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    for command in ("migrate", "createcachetable", "collectstatic --noinput"):
        _run(["manage.py", *command.split(), "--verbosity", "0"], environment)
    session = _run(["-m", "benchmarks.served_sheet"], environment).split()[-1]
    (style,) = list(Path(folder, STATIC, "css").glob("admin.????????????.css"))
    host = {"Host": "localhost"}
    asked = {
        # Light enough that many are answered in a run: of a heavy page so few are that chance decides.
        "admin list": ("/courses-admin/courses/room/", host | {"Cookie": f"sessionid={session}"}),
        _API: ("/api/v1/enrollments/", {}),
        "no query": ("/health/live", host),
        "static": (f"/static/css/{style.name}", host | {"Accept-Encoding": "gzip"}),
    }
    return Centre(environment, asked)


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _measure(who: str, centre: Centre, found: Found, *, sockets: bool) -> None:
    command, has_sockets = CANDIDATES[who]
    port, access = free_port(), centre.sign_in()
    environment = centre.environment | {"WEB_HOST": "127.0.0.1", "WEB_PORT": str(port)}
    with _started(command(port), environment, port) as process:
        for what, (path, headers) in centre.asked.items():
            for _warm in range(4):
                _get(port, path, headers)
            run = wrk.run(f"http://127.0.0.1:{port}{path}", seconds=SECONDS, headers=headers)
            print(f"  {what}: {run.rate:,.0f} a second, p99 {run.p99:.0f} ms", flush=True)
            found.rates.setdefault(what, []).append(run.rate)
        found.megabytes = _megabytes(process.pid)
        if sockets:
            asyncio.run(_sockets(process, port, access, found, SOCKETS if has_sockets else 0))


async def _sockets(process: subprocess.Popen[bytes], port: int, access: str, found: Found, count: int) -> None:
    hall = Hall()
    await open_sockets(hall, count, port, "/ws/attendance/", f"jwt, {access}")
    await asyncio.sleep(3)
    found.opened = hall.open
    if count:
        found.with_sockets = _megabytes(process.pid)
    asked = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    while process.poll() is None and time.perf_counter() - asked < _TO_STOP:
        await asyncio.sleep(0.05)
    found.stopped_in, found.code = time.perf_counter() - asked, process.poll()
    found.told_to_return = sum(socket.code == 1012 for socket in hall.sockets)
    print(f"  {found}", flush=True)


@contextmanager
def _started(command: list[str], environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _TO_START
        while not answers("127.0.0.1", port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command} did not answer")
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_TO_STOP)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _get(port: int, path: str, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")


def _megabytes(leader: int) -> float:
    """Of it and whatever it started: what is shared counts in parts (Linux only)."""
    total, waiting = 0, [leader]
    while waiting:
        pid = waiting.pop()
        with suppress(OSError):
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)[1])  # type: ignore[index]
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return total / 1024


def _tell(found: dict[str, Found]) -> int:
    kinds = list(found[OURS].rates)
    title = f"16 connections, middle of {ROUNDS}"
    table = Table(title, *kinds, "MB", f"MB, {SOCKETS:,} sockets", "told 1012", "stopped in s", "code")
    for who, one in found.items():
        rates = [f"{one.rate(what):,.0f}" for what in kinds]
        memory = [f"{one.megabytes:.0f}", f"{one.with_sockets:.0f}" if one.with_sockets else "–"]
        table.add_row(who, *rates, *memory, f"{one.told_to_return:,}", f"{one.stopped_in:.1f}", str(one.code))
    Console(width=150).print(table)
    ours, other = found[OURS], found[ALONE]
    checks = {
        f"{what}: {ours.rate(what) / other.rate(what):.2f} times {ALONE} (at least {NO_SLOWER})": ours.rate(what)
        >= NO_SLOWER * other.rate(what)
        for what in kinds
    }
    checks |= {
        f"{ours.opened:,} of {SOCKETS:,} sockets are open at once": ours.opened == SOCKETS,
        f"{ours.told_to_return:,} of them were told to come back": ours.told_to_return == SOCKETS,
        f"it stops with code {ours.code} after {ours.stopped_in:.1f} s (0 within 25)": ours.code == 0
        and ours.stopped_in < 25,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
