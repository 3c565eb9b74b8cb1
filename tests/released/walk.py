"""Walks a database of its own through all releases: `python -m tests.released.walk`, which prints what it saw as JSON.

From nothing to the first release and on to the newest; with demo data back to each release and forward again; and a
step back in every app, and forward. After each arrival the rows of all tables are counted and the ledger is checked.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django first
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from backoffice.payments.ledger import check_ledger  # noqa: E402
from tests.released import leaves, one_back, releases  # noqa: E402


def main() -> None:
    """Walk, and say what was seen at each arrival."""
    first = next(iter(releases().values()))
    go(first)
    seen: dict[str, Any] = {"first": {"applied": applied() >= set(first.items())}}
    call_command("prepare_database", verbosity=0, stdout=sys.stderr)
    call_command("load_demo", stdout=sys.stderr)
    seen["newest"] = arrival(tables())
    for release, state in releases().items():
        seen[f"back to {release}"] = there_and_back(state)
    loader = MigrationExecutor(connection).loader
    steps = [one_back(loader, leaf) for leaf in leaves(loader).items()]
    seen["a step back in every app"] = there_and_back(dict(steps))
    print(json.dumps(seen))  # noqa: T201  for the test that reads it


def there_and_back(state: dict[str, str | None]) -> dict[str, Any]:
    """Go back to a state and forward to the newest; what the tables that were there throughout hold then."""
    steps = go(state)
    throughout = tables()
    newest = MigrationExecutor(connection).loader
    go(leaves(newest))
    return {"undone": steps, **arrival(throughout)}


def go(state: dict[str, str | None]) -> int:
    """Migrate our apps to a state; how many steps that took."""
    executor = MigrationExecutor(connection)
    targets = list(state.items())
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan=plan)
    return len(plan)


def arrival(among: set[str]) -> dict[str, Any]:
    """Rows by table, and what the ledger says."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(among - {"django_migrations"}):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    differences = check_ledger()
    return {"counts": counts, "differences": [str(one) for one in differences]}


def tables() -> set[str]:
    """The tables of the database as it is now."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def applied() -> set[tuple[str, str]]:
    """The migrations the database has had."""
    return set(MigrationExecutor(connection).loader.applied_migrations)


if __name__ == "__main__":
    main()
