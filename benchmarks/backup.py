"""A backup and its restore beside PostgreSQL's own programs: `python -m benchmarks.backup [--database NAME]`.

Without a name it makes or finds the database of `benchmarks.million`; one that is named is only read. `pg_dump
--format=custom` and `pg_restore` stand beside `manage.py backup`, which also reads back what it wrote, and `manage.py
restore`, which also looks at every bit, counts all rows, migrates and checks the ledger.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from . import million
from .servers import environment_of, own_database, server

ROOT = Path(__file__).resolve().parents[1]
KEY = "only while it is measured, and for nothing else"
# Of pg_dump's and pg_restore's own time and file; and what a process of ours may take on a small server.
TIMES_AT_MOST, SIZE_AT_MOST, MEGABYTES_AT_MOST = 2.0, 1.15, 250


@dataclass(frozen=True)
class Run:
    """What a program took; the memory is that of the largest process it had."""

    name: str
    seconds: float
    megabytes: float
    size: int = 0  # bytes it wrote


def main(database: str = "") -> int:
    """Back up plainly, by us and by us with a key; then restore the plain one and ours."""
    judged = not database
    if judged:
        million.make()
    database = database or million.DATABASE
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as folder:
        files = Path(folder)
        plain = _pg_dump(database, files / "plain.dump")
        ours, backup = _backup(database, files / "ours", {})
        sealed, _file = _backup(database, files / "sealed", {"BACKUP_KEY": KEY})
        restored = _pg_restore(files / "plain.dump")
        restored_by_us = _restore(backup)
    holds = _tell(_size(database), [plain, ours, sealed], [restored, restored_by_us])
    # A small database is copied sooner than Python starts, so only the large one's times are held to a number.
    return 0 if holds or not judged else 1


def _pg_dump(database: str, file: Path) -> Run:
    return _run(
        "pg_dump --format=custom", ["pg_dump", "--format=custom", f"--file={file}", *_where(database)], file=file
    )


def _backup(database: str, folder: Path, key: dict[str, str]) -> tuple[Run, Path]:
    name = "manage.py backup, read back" + (", encrypted" if key else "")
    environment = _environment(database, folder) | {"BACKUP_KEY": ""} | key
    run = _run(name, [sys.executable, "manage.py", "backup", "--to", str(folder)], environment)
    (file,) = folder.glob("*.backup")
    return Run(run.name, run.seconds, run.megabytes, file.stat().st_size), file


def _pg_restore(file: Path) -> Run:
    name = f"bench_backup_plain_{os.getpid()}"
    with own_database(name):
        command = ["pg_restore", "--no-owner", "--exit-on-error", *_where(name), str(file)]
        return _run("pg_restore, one process", command)


def _restore(file: Path) -> Run:
    name = f"bench_backup_ours_{os.getpid()}"
    with own_database(name):
        environment = _environment(name, file.parent) | {"BACKUP_KEY": ""}
        return _run(
            "manage.py restore, ledger checked", [sys.executable, "manage.py", "restore", str(file)], environment
        )


def _environment(database: str, folder: Path) -> dict[str, str]:
    return environment_of(database, VAR_DIR=str(folder), DJANGO_SETTINGS_MODULE="backoffice.config.settings")


def _where(database: str) -> list[str]:
    where = server()
    return [f"--host={where['host']}", f"--port={where['port']}", f"--username={where['user']}", f"--dbname={database}"]


def _run(name: str, command: list[str], environment: dict[str, str] | None = None, *, file: Path | None = None) -> Run:
    environment = environment or {**os.environ, "PGPASSWORD": server()["password"]}
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    return Run(name, seconds, usage.ru_maxrss / 1000, file.stat().st_size if file else 0)


def _size(database: str) -> int:
    with psycopg.connect(dbname=database, **server()) as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return int(size)


def _tell(size: int, backups: list[Run], restores: list[Run]) -> bool:
    title = f"Backup and restore of {size / 1e6:,.0f} MB (load {os.getloadavg()[0]:.1f})"
    table = Table(title, "seconds", "of the first", "MB/s of the database", "file, MB", "memory, MB")
    for group in (backups, restores):
        for run in group:
            ratio, speed = run.seconds / group[0].seconds, size / 1e6 / run.seconds
            file = f"{run.size / 1e6:,.1f}" if run.size else ""
            table.add_row(run.name, f"{run.seconds:.1f}", f"{ratio:.2f}", f"{speed:.1f}", file, f"{run.megabytes:.0f}")
        table.add_section()
    Console(width=130).print(table)
    slowest = max(run.seconds / group[0].seconds for group in (backups, restores) for run in group)
    larger = max(run.size / backups[0].size for run in backups)
    memory = max(run.megabytes for run in (*backups, *restores))
    checks = {
        f"{slowest:.2f} times PostgreSQL's own time at most (at most {TIMES_AT_MOST})": slowest <= TIMES_AT_MOST,
        f"{larger:.2f} times its file at most (at most {SIZE_AT_MOST})": larger <= SIZE_AT_MOST,
        f"{memory:.0f} MB of memory at most (under {MEGABYTES_AT_MOST})": memory < MEGABYTES_AT_MOST,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return all(checks.values())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backup", description=__doc__)
    parser.add_argument("--database", default="", help="another database, which is only read")
    sys.exit(main(parser.parse_args().database))
