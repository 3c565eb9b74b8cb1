"""What each step past one machine costs and gains, side by side, on servers of its own: docs/scaling.md.

    flock /tmp/bench.lock .venv/bin/python -m benchmarks.scaling          # PgBouncer, a copy, Redis: a minute
    flock /tmp/bench.lock .venv/bin/python -m benchmarks.scaling --web DATABASE    # web processes by wrk: two minutes

DATABASE is a migrated one on the server that the environment names; it is copied and stays as it is. Needs PostgreSQL's
programs, pgbouncer, redis-server, nginx and wrk; runs as root or as postgres.
"""

import asyncio
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from benchmarks.rest import wrk
from benchmarks.servers import server
from tests.server.machines.parts import Bouncer, Centre, Cluster, eventually, folder_of_postgres
from tests.server.machines.two_of_each import Front, Web
from tests.sockets.servers import Redis

RUNS, STATEMENTS, MOMENTS, LISTENERS, SECONDS = 5, 2000, 200, 50, 5
PATH = "/api/v1/courses/"
COURSES = """
from backoffice.courses.tests.makers import make_course
for number in range(20):
    make_course(name=f"course {number}")
"""


def tell(name: str, words: str) -> None:
    """A line of the result."""
    sys.stdout.write(f"{name:44} {words}\n")
    sys.stdout.flush()


def pooler(cluster: Cluster, bouncer: Bouncer) -> None:
    """Microseconds of a statement, a short transaction and a new connection: direct, and through the pooler."""
    ports = {"direct": cluster.port, "PgBouncer": bouncer.port}
    found: dict[tuple[str, str], list[float]] = {}
    for _run in range(RUNS):
        for name, port in ports.items():
            for what, micros in _micros(port).items():
                found.setdefault((what, name), []).append(micros)
    for (what, name), micros in sorted(found.items()):
        tell(f"{what}, {name}", f"{statistics.median(micros):8.0f} µs (middle of {RUNS})")


def _micros(port: int) -> dict[str, float]:
    began = time.perf_counter()
    session = _connected(port)
    connected = time.perf_counter()
    for _number in range(STATEMENTS):
        session.execute("SELECT 1")
    asked = time.perf_counter()
    for _number in range(STATEMENTS // 4):
        with session.transaction():
            session.execute("SELECT 1")
    ended = time.perf_counter()
    session.close()
    return {
        "connect": 1e6 * (connected - began),
        "one statement": 1e6 * (asked - connected) / STATEMENTS,
        "BEGIN, a statement, COMMIT": 1e6 * (ended - asked) / (STATEMENTS // 4),
    }


def _connected(port: int, **more: Any) -> psycopg.Connection[Any]:
    names = {"host": "127.0.0.1", "user": "redwan", "dbname": "redwan", "prepare_threshold": None}
    return psycopg.connect(port=port, autocommit=True, **names, **more)


def copy(cluster: Cluster, standby: Cluster) -> None:
    """How long after its COMMIT a row is in the copy."""
    with _connected(cluster.port) as here, _connected(standby.port) as there:
        # As on a real server: what isn't written out is sent to nobody, and the tests' servers write when they like.
        here.execute("SET synchronous_commit = on")
        here.execute("CREATE TABLE told (n int)")
        eventually(lambda: there.execute("SELECT to_regclass('told')").fetchone()[0])  # type: ignore[index]
        behind = []
        for number in range(MOMENTS):
            here.execute("INSERT INTO told VALUES (%s)", [number])
            committed = time.perf_counter()
            while not there.execute("SELECT 1 FROM told WHERE n = %s", [number]).fetchone():
                pass
            behind.append(1000 * (time.perf_counter() - committed))
    behind.sort()
    tell("behind, middle of 200 rows", f"{statistics.median(behind):8.1f} ms (99 of 100 under {behind[-2]:.1f})")


def layers(redis: Redis) -> None:
    """From a send to its last of 50 listeners: in the process, and by Redis' pub/sub between two layers."""

    async def by(sender: Any, receiver: Any) -> float:
        channels = [await receiver.new_channel() for _listener in range(LISTENERS)]
        for channel in channels:
            await receiver.group_add("everybody", channel)
        took = []
        for number in range(MOMENTS):
            began = time.perf_counter()
            await sender.group_send("everybody", {"type": "mark", "n": number})
            await asyncio.gather(*map(receiver.receive, channels))
            took.append(1000 * (time.perf_counter() - began))
        return statistics.median(took)

    async def both() -> tuple[float, float]:
        inside = InMemoryChannelLayer()
        one, two = (RedisPubSubChannelLayer(hosts=[redis.url]) for _ in range(2))
        found = await by(inside, inside), await by(one, two)
        await asyncio.gather(one.flush(), two.flush())
        return found

    inside, between = asyncio.run(both())
    tell(f"to {LISTENERS} listeners, in one process", f"{inside:8.2f} ms")
    tell(f"to {LISTENERS} listeners, by Redis", f"{between:8.2f} ms")


def webs(cluster: Cluster, bouncer: Bouncer, folder: Path, opened: ExitStack) -> None:
    """Answers a second of the courses' list: one web process direct and pooled, two pooled ones behind the proxy."""
    redis = Redis()
    redis.start()
    opened.callback(redis.stop)
    own = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": cluster.port, "REDIS_URL": redis.url, "DEBUG": 1}
    direct = Centre(folder, **own)
    way_around = {"DATABASE_DIRECT_HOST": "127.0.0.1", "DATABASE_DIRECT_PORT": cluster.port}
    pooled = Centre(folder, **own | {"DATABASE_PORT": bouncer.port, "DATABASE_POOLED": 1} | way_around)
    pooled.run("manage.py", "prepare_database", patience=300)
    direct.run("manage.py", "shell", "--verbosity", "0", "-c", COURSES)
    for centre in (direct, pooled):
        centre.environment["DEBUG"] = "0"
    machines = [Web(direct, 1, folder), Web(pooled, 2, folder), Web(pooled, 3, folder)]
    for machine in machines:
        opened.callback(machine.stop)
        machine.start()
    fronts = [Front(machines[1:2], folder / "one"), Front(machines[1:], folder / "two")]
    for front in fronts:
        front.file.parent.mkdir()
        front.write()
        front.start()
        opened.callback(front.stop)
    places: dict[str, int] = {
        "one process, direct": machines[0].port,
        "one process, PgBouncer": machines[1].port,
        "one process, PgBouncer, behind the proxy": fronts[0].port,
        "two processes, PgBouncer, behind the proxy": fronts[1].port,
    }
    rates: dict[str, list[wrk.Run]] = {name: [] for name in places}
    for _run in range(3):
        for name, port in places.items():
            rates[name].append(wrk.run(f"http://localhost:{port}{PATH}", seconds=SECONDS, headers={}))
    for name, found in rates.items():
        one = sorted(found, key=lambda run: run.rate)[len(found) // 2]
        tell(name, f"{one.rate:8.0f} a second, p50 {one.p50:.0f} ms, p99 {one.p99:.0f} ms (middle of {len(found)})")


def main(database: str) -> None:
    """Measure, and tell."""
    with ExitStack() as opened:
        folder = opened.enter_context(folder_of_postgres())
        cluster = Cluster(folder)
        opened.callback(cluster.stop, 2)
        cluster.make()
        bouncer = Bouncer(cluster, folder, size=8)
        bouncer.start()
        opened.callback(bouncer.stop)
        if database:
            where = {name.upper(): value for name, value in server().items()}
            cluster.fill(where | {"NAME": database})
            webs(cluster, bouncer, folder, opened)
            return
        pooler(cluster, bouncer)
        standby = Cluster(folder)
        opened.callback(standby.stop, 2)
        began = time.perf_counter()
        standby.copy_of(cluster)
        tell("a copy made of an empty database", f"{time.perf_counter() - began:8.1f} s")
        copy(cluster, standby)
        redis = Redis()
        redis.start()
        opened.callback(redis.stop)
        layers(redis)


if __name__ == "__main__":
    main(sys.argv[2] if sys.argv[1:2] == ["--web"] else "")
