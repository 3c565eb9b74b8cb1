"""A migration stops nobody who works while it runs, and which ones can't be taken back is known."""

import re
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.migration_linter import MigrationLinter

from backoffice.shared.operations import VendorSQL
from tests.released import leaves, our_apps, releases, since
from tests.released.lint import faults

ROOT = Path(__file__).resolve().parents[1]

FIRST, *_, LAST = releases()

# A centre on 2026.11.24 or 2026.11.25 stops web server and worker before it migrates: docs/upgrading.md says so.
STOP = "The older release can't work on sealed documents, so it is stopped and nobody is at work meanwhile."
# The linter takes the condition of a partial index for a part of the table's name.
NEW_TABLE = "The index is on the table that the same migration makes."
# What the linter names in a migration since the first release, and why it may be so all the same:
# {("courses", "0009_rooms_have_names"): {"ADD_UNIQUE": "a table of ten rows that only the office writes"}}
ACCEPTED: dict[tuple[str, str], dict[str, str]] = {
    ("attendance", "0004_job_claims"): dict.fromkeys(("NOT_NULL",), STOP),
    ("attendance", "0005_presence"): dict.fromkeys(("NOT_NULL",), STOP),
    ("attendance", "0006_cards_and_scans"): dict.fromkeys(("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "NOT_NULL"), STOP),
    ("enrollments", "0007_numbers_to_call"): dict.fromkeys(("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"), NEW_TABLE),
    ("payments", "0007_payments_are_found_by_their_people"): dict.fromkeys(
        ("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"), STOP
    ),
    ("payments", "0008_every_way_in_has_a_key"): dict.fromkeys(("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"), STOP),
    ("payments", "0009_the_money_of_a_place_is_read_from_its_index"): dict.fromkeys(
        ("CREATE_INDEX", "DROP_INDEX"), STOP
    ),
    ("users", "0004_requests_that_met_no_child"): dict.fromkeys(
        ("ADD_UNIQUE", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "NOT_NULL"), STOP
    ),
    ("users", "0006_documents_are_sealed"): dict.fromkeys(
        ("ADD_UNIQUE", "ALTER_COLUMN", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX"), STOP
    ),
}


@pytest.fixture(scope="module")
def linter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return MigrationLinter(no_output=True)


@pytest.mark.postgres
@pytest.mark.django_db
def test_no_migration_since_the_first_release_stops_who_is_working(linter):
    loader, found = linter.migration_loader, {}
    for key in since(FIRST, loader):
        codes = faults(loader.graph.nodes[key], loader.project_state(key, at_end=False), linter)
        if codes:
            found[key] = codes
    assert found == {key: set(reasons) for key, reasons in ACCEPTED.items()}
    assert all(reason.strip() for reasons in ACCEPTED.values() for reason in reasons.values())


def test_who_has_the_last_release_stops_nothing(loader):
    stops = [key for key, reasons in ACCEPTED.items() if STOP in reasons.values()]
    assert [key for key in stops if key in since(LAST, loader)] == []


def without_reverse(apps, schema_editor):
    apps.get_model("courses", "Room").objects.update(name="")


BAD = {
    "DROP_COLUMN": migrations.RemoveField("room", "capacity"),
    "DROP_TABLE": migrations.DeleteModel("holiday"),
    "RENAME_COLUMN": migrations.RenameField("room", "capacity", "seats"),
    "RENAME_TABLE": migrations.RenameModel("Room", "Hall"),
    "NOT_NULL": migrations.AddField("room", "floor", models.IntegerField(default=0)),
    "ALTER_COLUMN": migrations.AlterField("room", "capacity", models.TextField()),
    "CREATE_INDEX": migrations.AddIndex("lecture", models.Index(fields=["end_time"], name="courses_lecture_bad")),
    "RUNPYTHON_REVERSIBLE": migrations.RunPython(without_reverse),
}
GOOD = {
    "a column that may be empty": migrations.AddField("room", "floor", models.IntegerField(null=True)),
    "a column with the database's own default": migrations.AddField("room", "floor", models.IntegerField(db_default=0)),
    "a table": migrations.CreateModel("Floor", [("id", models.BigAutoField(primary_key=True))]),
}


def lint(linter, newest, operation):
    migration = migrations.Migration("0099_only_in_a_test", "courses")
    migration.operations = [operation]
    return faults(migration, newest.clone(), linter)


@pytest.fixture(scope="module")
def newest(linter):
    return linter.migration_loader.project_state()


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("code", BAD)
def test_a_bad_migration_is_found(linter, newest, code):
    assert code in lint(linter, newest, BAD[code])


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("name", GOOD)
def test_a_good_migration_is_let_through(linter, newest, name):
    assert lint(linter, newest, GOOD[name]) == set()


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


def test_every_released_migration_is_still_there(loader):
    assert releases()
    for release, state in releases().items():
        assert [node for node in state.items() if node not in loader.graph.nodes] == [], release
        assert set(state) <= set(leaves(loader))


def test_every_migration_can_be_taken_back(loader):
    ours = {key: node for key, node in loader.disk_migrations.items() if key[0] in our_apps()}
    stuck = [key for key, one in ours.items() if not all(operation.reversible for operation in one.operations)]
    assert stuck == []


def test_which_migrations_take_nothing_back_is_written_down(loader):
    silent = {
        f"{app} {name}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in our_apps() and any(map(takes_nothing_back, migration.operations))
    }
    page = (ROOT / "docs/upgrading.md").read_text()
    assert set(re.findall(r"^\| `(\w+ \d{4}_\w+)` \|", page, re.MULTILINE)) == silent


def takes_nothing_back(operation):
    """Whether the way back leaves rows as the way forward made them."""
    if isinstance(operation, VendorSQL):
        return bool(operation.forwards) and not operation.backwards
    if isinstance(operation, migrations.RunPython):
        back = operation.reverse_code
        return back is migrations.RunPython.noop or back.__name__ == "nothing_to_undo"
    return isinstance(operation, migrations.RunSQL) and operation.reverse_sql == migrations.RunSQL.noop
