"""From a mark's commit to the last of 1,000 sockets of one process, and of 3,000; and 1,000 that are idle for a minute.

In one run, in turn, with the same clients: our web server as `serve` starts it (PostgreSQL, and Redis where REDIS_URL
or a Redis of this machine is), and a bare `websockets` broadcast of the same bytes. Ours begins at the commit, in
another process than the server; the bare one at its first write. Each server is a process of its own, apart from the
clients'.
"""

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect

from workers.web_server import answers

from ..served_sheet import web_server
from ..servers import environment_of, server
from .clients import Hall, open_sockets

ROOT: Final = Path(__file__).resolve().parents[2]
SOCKETS: Final = (1_000, 3_000)
TIMES_BARE: Final = 2.0
IDLE_SECONDS: Final = 60
ROUNDS: Final = 30
# A mark is told together with how the lecture's list stands then.
FRAMES: Final = 2
_PATIENCE: Final = 30
_REDIS: Final = "redis://127.0.0.1:6379/13"


@dataclass
class Times:
    """Milliseconds to the last of so many sockets, round by round."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Of the middle rounds."""
        return statistics.median(self.ours) / statistics.median(self.bare)


@dataclass
class Found:
    """What a run has shown."""

    times: dict[int, Times] = field(default_factory=dict)
    open_after_idling: int = 0
    lost: int = 0


def main(like: str = "template1") -> int:
    """Measure, print, and fail when a number doesn't hold."""
    allow_files(2 * max(SOCKETS) + 500)
    with tempfile.TemporaryDirectory(prefix="bench-sockets-") as folder, _database(like) as name:
        # By its own address: a name that Redis isn't at would measure the layer within the process.
        environment = environment_of(name, VAR_DIR=folder, HTTPS_ONLY="0", REDIS_URL=_redis())
        environment["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
        _run("manage.py", "migrate", "--verbosity", "0", environment=environment)
        with _marker(environment) as marker, web_server(environment) as (_process, port), _bare() as bare_port:
            found = asyncio.run(_measure(marker, port, bare_port))
    return _tell(found, environment["REDIS_URL"])


async def _measure(marker: subprocess.Popen[str], port: int, bare_port: int) -> Found:
    found, ours, bare = Found(), Hall(), Hall()
    assert marker.stdout
    token = marker.stdout.readline().strip()
    async with connect(f"ws://127.0.0.1:{bare_port}/control", max_size=2**20) as control:
        for count in SOCKETS:
            more = count - len(ours.sockets)
            print(f"opening {more:,} sockets more of each …", flush=True)
            await open_sockets(bare, more, bare_port, "/")
            await open_sockets(ours, more, port, "/ws/attendance/", f"jwt, {token}")
            # Past the moment in which ours wait for a word from where they resume.
            await asyncio.sleep(3)
            if count == SOCKETS[0]:
                print(f"idling for {IDLE_SECONDS} s …", flush=True)
                await asyncio.sleep(IDLE_SECONDS)
                found.open_after_idling = ours.open
            found.times[count] = await _rounds(marker, control, ours, bare)
    heard = {(one.frames - 1, one.digest) for one in ours.sockets[: SOCKETS[0]]}
    later = {(one.frames - 1, one.digest) for one in ours.sockets[SOCKETS[0] :]}
    told = (ROUNDS + 1) * FRAMES
    if {count for count, _digest in heard} != {len(SOCKETS) * told} or len(heard) != 1:
        found.lost += 1
    if {count for count, _digest in later} != {told} or len(later) != 1:
        found.lost += 1
    return found


async def _rounds(marker: subprocess.Popen[str], control: ClientConnection, ours: Hall, bare: Hall) -> Times:
    times = Times()
    for number in range(ROUNDS + 1):
        mine = await _mark(marker, ours)
        frames = [payload.decode() for payload in ours.sockets[0].last]
        theirs = await _broadcast(control, bare, frames)
        if number:
            # The first of each warms up.
            times.ours.append(mine)
            times.bare.append(theirs)
        await asyncio.sleep(0.1)
    return times


async def _mark(marker: subprocess.Popen[str], hall: Hall) -> float:
    assert marker.stdin
    assert marker.stdout
    hall.expect(FRAMES)
    marker.stdin.write("\n")
    marker.stdin.flush()
    await asyncio.wait_for(hall.complete.wait(), _PATIENCE)
    committed = float(marker.stdout.readline())
    return (hall.last_heard - committed) * 1000


async def _broadcast(control: ClientConnection, hall: Hall, frames: list[str]) -> float:
    hall.expect(FRAMES)
    await control.send(json.dumps(frames))
    await asyncio.wait_for(hall.complete.wait(), _PATIENCE)
    return (hall.last_heard - float(await control.recv())) * 1000


def _tell(found: Found, redis: str) -> int:
    title = f"A mark, doorbell by {'Redis' if redis else 'memory'}"
    table = Table(title, "ours ms", "bare ms", "times", "most of ours")
    for count, times in found.times.items():
        ours, bare = (f"{statistics.median(side):.1f}" for side in (times.ours, times.bare))
        table.add_row(f"to the last of {count:,}", ours, bare, f"{times.ratio:.2f}", f"{max(times.ours):.0f}")
    Console(width=110).print(table)
    checks = {
        f"{count:,} sockets: {times.ratio:.2f} times a bare broadcast (at most {TIMES_BARE})": times.ratio <= TIMES_BARE
        for count, times in found.times.items()
    }
    idle = SOCKETS[0]
    checks[f"{found.open_after_idling:,} of {idle:,} idle sockets open after {IDLE_SECONDS} s"] = (
        found.open_after_idling == idle
    )
    checks["every socket heard every frame, once and in order"] = not found.lost
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


@contextmanager
def _database(like: str) -> Iterator[str]:
    name = f"bench_sockets_{os.getpid()}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
        try:
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _marker(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.sockets.marks"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _bare() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sockets.bare", str(port)], cwd=ROOT)
    while not answers("127.0.0.1", port):
        time.sleep(0.1)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _redis() -> str:
    """The Redis that the environment names, or this machine's; none, and the doorbell is the table's second."""
    named = os.environ.get("REDIS_URL")
    if named:
        return named
    try:
        socket.create_connection(("127.0.0.1", 6379), 1).close()
    except OSError:
        return ""
    return _REDIS


def allow_files(count: int) -> None:
    """Each socket is an open file, here and, by inheritance, in the servers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count if hard < 0 else min(count, hard), hard))


def _run(*arguments: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)
