"""A centre after years: 1,000,000 payments, 300,000 places in 2,000 courses, 3,000,000 marks, and a clean ledger.

Besides: 100,000 people, 400,000 requests, 39,000 refunds, 30,000 discounts, 600,000 exam results, the staff's days.

`python -m benchmarks.million [--database bench_million] [--rebuild]` makes the database, or leaves it when it was made
by the same rows and migrations. PostgreSQL only; the server is named by DATABASE_HOST and so on, as in `.env.example`.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from backoffice.payments import ereceipt

from . import million_receipts as receipts
from . import million_rows as rows
from . import million_tables as tables
from . import million_teaching as teaching
from .servers import environment_of, server

ROOT = Path(__file__).resolve().parents[1]
DATABASE = "bench_million"


def main() -> None:
    """Make the database, if it isn't there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--database", default=DATABASE)
    parser.add_argument("--rebuild", action="store_true", help="also when it is there already")
    options = parser.parse_args()
    started = time.perf_counter()
    made = make(options.database, rebuild=options.rebuild)
    print(f"{options.database}: {'made in' if made else 'was there;'} {time.perf_counter() - started:.0f} s")


def make(name: str = DATABASE, *, rebuild: bool = False) -> bool:
    """Have a database of this name with the million payments; says whether it had to be made."""
    wanted = version()
    with psycopg.connect(dbname="postgres", autocommit=True, **server()) as connection:
        if not rebuild and _stamp(connection, name) == wanted:
            return False
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment_of(name), check=True)
        with psycopg.connect(dbname=name, autocommit=True, **server()) as new:
            _fill(new)
        # Last: a database that was cut off has no stamp, and is made anew.
        text = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(wanted))
        connection.execute(text)
    return True


def version() -> str:
    """What the rows follow from: this package's statements and the migrations."""
    said = (Path(module.__file__) for module in (rows, tables, teaching, receipts, ereceipt))
    files = [*said, Path(__file__), *sorted(ROOT.glob("*/*/migrations/*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _stamp(connection: psycopg.Connection[Any], name: str) -> str | None:
    statement = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    found = connection.execute(statement, [name]).fetchone()
    return found[0] if found else None


def _fill(connection: psycopg.Connection[Any]) -> None:
    """Plans, rows, statistics."""
    connection.execute("SET synchronous_commit = off; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'")
    connection.execute("SET max_parallel_workers_per_gather = 0; SET jit = off")
    credit = "SELECT is_nullable = 'YES' FROM information_schema.columns WHERE table_name = %s AND column_name = %s"
    (may_be_credit,) = connection.execute(credit, ["payments_payment", "enrollment_id"]).fetchone() or (False,)
    credits = rows.CREDITS if may_be_credit else 0
    numbers = {"credits": credits, "fourths": rows.PAYMENTS - credits - rows.ENROLLMENTS * 3}
    for plan in (rows.FUNCTIONS, rows.SEASONS, rows.ENROLLMENT_PLAN, rows.PAYMENT_PLAN, rows.REFUND_PLAN):
        connection.execute(plan if "%(" not in plan else _with_numbers(plan, numbers))
    connection.execute(rows.SESSION_PLAN)
    connection.execute(teaching.LECTURE_PLAN)
    connection.execute(teaching.BEFORE)
    receipts.fill(connection)
    for table, columns, source in (*tables.PEOPLE, *tables.COURSES, *tables.PLACES, *tables.MONEY, *teaching.TEACHING):
        started = time.perf_counter()
        count = _insert(connection, table, columns, source)
        print(f"  {table}: {count:,} in {time.perf_counter() - started:.1f} s", flush=True)
    connection.execute(teaching.AFTER)
    connection.execute(teaching.DROP_PLANS + rows.DROP_PLANS)
    connection.execute("VACUUM ANALYZE")


def _with_numbers(plan: str, numbers: dict[str, int]) -> str:
    for name, number in numbers.items():
        plan = plan.replace(f"%({name})s", str(number))
    return plan


def _insert(connection: psycopg.Connection[Any], table: str, columns: dict[str, str], source: str) -> int:
    """Rows into one table; a column that came after these lines and needs a value gets an empty one."""
    known = dict(_columns(connection, table))
    given = {name: value for name, value in columns.items() if name in known}
    given |= {name: empty for name, empty in known.items() if empty and name not in given}
    statement = f"INSERT INTO {table} ({', '.join(given)}) SELECT {', '.join(given.values())} FROM {source}"
    return connection.execute(statement).rowcount


_EMPTY = {"boolean": "false", "jsonb": "'{}'", "text": "''", "character varying": "''", "uuid": "gen_random_uuid()"}


def _columns(connection: psycopg.Connection[Any], table: str) -> Iterator[tuple[str, str | None]]:
    """Each column, with an empty value if it may be neither left out nor null."""
    statement = (
        "SELECT column_name, data_type, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' "
        "AND is_generated = 'NEVER' FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
    )
    for name, kind, is_needed in connection.execute(statement, [table]):
        empty = "now()" if kind.startswith("timestamp") else _EMPTY.get(kind, "0")
        yield name, empty if is_needed else None


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
