"""Walks a database of its own through all releases: `python -m tests.released.walk`, which prints what it saw as JSON.

From nothing to the first release and on to the newest; with demo data back to each release and forward again; and a
step back in every app, and forward. After each arrival the rows of all tables are counted and the ledger is checked.
The demo has a refund request that was taken back: a way back to where that had no word is refused, and nothing is lost.
"""

import json
import sys
from time import monotonic
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django first
from django.db import IntegrityError, connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402

from backoffice.payments.ledger import check_ledger  # noqa: E402
from tests.released import State, leaves, one_back, released, releases, state_of  # noqa: E402

BEGAN = monotonic()
# What the way itself writes: its own notes, and the words of the site's search, made anew from the pages there are.
OF_THEIR_OWN = {"django_migrations", "wagtailsearch_indexentry"}
# As docs/upgrading.md has it: who took a request back is told from then on that it was refused, by somebody else.
DECIDE_WHAT_WAS_TAKEN_BACK = (
    "ALTER TABLE payments_refundrequest DISABLE TRIGGER USER",
    """
    UPDATE payments_refundrequest AS one
    SET status = 'rejected', decided_at = cancelled_at, cancelled_at = NULL, decided_by_id = (
        SELECT id FROM users_customuser AS other
        WHERE is_staff AND other.id NOT IN (one.requested_by_id, COALESCE(one.recorded_by_id, one.requested_by_id))
        ORDER BY id LIMIT 1
    )
    WHERE status = 'cancelled'
    """,
    "ALTER TABLE payments_refundrequest ENABLE TRIGGER USER",
)


def main() -> None:
    """Walk, and say what was seen at each arrival."""
    go(released(next(iter(releases()))))
    seen: dict[str, Any] = {"first": {"state": state_now(), "tables": sorted(tables())}}
    say("prepared for the first release")
    call_command("prepare_database", verbosity=0, stdout=sys.stderr)
    call_command("load_demo", stdout=sys.stderr)
    seen["newest"] = {"state": state_now(), **arrival(tables())}
    say("the newest, with the demo")
    loader = MigrationExecutor(connection).loader
    seen["a step back in every app"] = there_and_back(dict(one_back(loader, leaf) for leaf in leaves(loader).items()))
    say("a step back in every app, and forward")
    # The newest first: what a way back takes away isn't looked for on a later one.
    first, *later = releases()
    for release in reversed(later):
        seen[f"back to {release}"] = there_and_back(released(release))
        say(f"back to {release}, and forward")
    seen["refused"] = refused(released(first))
    say("refused, and forward")
    with connection.cursor() as cursor:
        for statement in DECIDE_WHAT_WAS_TAKEN_BACK:
            cursor.execute(statement)
    seen[f"back to {first}"] = there_and_back(released(first))
    say(f"back to {first}, and forward")
    print(json.dumps(seen))  # noqa: T201  for the test that reads it


def there_and_back(state: State) -> dict[str, Any]:
    """Go back to a state and forward to the newest; what the tables that were there throughout hold then."""
    undone = go(state)
    reached, throughout = state_now(), tables()
    call_command("prepare_database", verbosity=0, stdout=sys.stderr)
    return {"undone": undone, "reached": reached, "state": state_now(), **arrival(throughout)}


def refused(state: State) -> dict[str, Any]:
    """Go back to a state that a row's rule forbids, and forward again; which rule that is."""
    try:
        go(state)
    except IntegrityError as error:
        rule = str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    else:
        rule = ""
    throughout = tables()
    call_command("prepare_database", verbosity=0, stdout=sys.stderr)
    return {"rule": rule, "state": state_now(), **arrival(throughout)}


class Walker(MigrationExecutor):
    """Django's executor, which goes back without making the models of every migration of every app on the way there."""

    def _migrate_all_backwards(self, plan: Any, full_plan: Any, fake: bool) -> ProjectState:
        undone, applied = {one for one, _backwards in plan}, self.loader.applied_migrations
        states, state = {}, self._create_project_state()
        for migration, _backwards in full_plan:
            if migration in undone:
                states[migration] = state.clone()
            if (migration.app_label, migration.name) in applied:
                migration.mutate_state(state, preserve=False)
        for migration, _backwards in plan:
            before = states.pop(migration)
            before.apps  # noqa: B018  made once here, copied for each of its operations
            self.unapply_migration(before, migration, fake=fake)
        return state


def go(state: State) -> int:
    """Migrate our apps to a state; how many steps that took."""
    executor = Walker(connection)
    targets = list(state.items())
    plan = executor.migration_plan(targets)
    executor.migrate(targets, plan=plan)
    return len(plan)


def arrival(among: set[str]) -> dict[str, Any]:
    """Rows by table, and what the ledger says."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(among - OF_THEIR_OWN):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    differences = check_ledger()
    return {"counts": counts, "differences": [str(one) for one in differences]}


def tables() -> set[str]:
    """The tables of the database as it is now."""
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def state_now() -> State:
    """The last migration of each of our apps that the database has had."""
    loader = MigrationExecutor(connection).loader
    return state_of(set(loader.applied_migrations))


def say(what: str) -> None:
    """What is done by when, for whoever waits."""
    sys.stderr.write(f"{monotonic() - BEGAN:6.1f} s: {what}\n")


if __name__ == "__main__":
    main()
