"""A database with the demo in it goes from each release to the newest, and back, and nothing of it is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from benchmarks.servers import environment_of, own_database
from tests.released import leaves, released, releases

pytestmark = [pytest.mark.server, pytest.mark.postgres]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    name = f"redwan_upgrades_{os.getpid()}"
    folder = tmp_path_factory.mktemp("upgrades")
    # The demo is only for where DEBUG is 1.
    settings = {"DEBUG": "1", "DJANGO_SETTINGS_MODULE": "backoffice.config.settings", "VAR_DIR": str(folder)}
    environment = environment_of(name, **settings)
    with own_database(name):
        command = [sys.executable, "-m", "tests.released.walk"]
        walk = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert walk.returncode == 0, walk.stderr[-3_000:]
    return json.loads(walk.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def newest():
    return leaves(MigrationLoader(None))


def test_an_empty_database_comes_to_the_first_release(seen, newest):
    first = released(next(iter(releases())))
    assert seen["first"]["state"] == first
    without = [app for app, last in first.items() if last is None]
    assert [table for table in seen["first"]["tables"] if table.startswith(tuple(f"{app}_" for app in without))] == []
    assert seen["newest"]["state"] == newest
    assert seen["newest"]["differences"] == []
    assert seen["newest"]["counts"]["payments_payment"] > 300


def test_a_way_back_that_a_newer_row_forbids_is_refused_and_loses_nothing(seen):
    assert seen["refused"]["rule"] == "payments_refundrequest_decided_by_somebody"
    assert_nothing_lost(seen["newest"], seen["refused"])


@pytest.mark.parametrize("release", releases())
def test_the_demo_goes_back_to_a_release_and_forward_again(seen, release, newest):
    way = seen[f"back to {release}"]
    assert (way["undone"] > 0) is (releases()[release] != newest)
    assert way["reached"] == released(release)
    assert_nothing_lost(seen["newest"], way)


def test_the_demo_goes_a_step_back_in_every_app_and_forward_again(seen, newest):
    way = seen["a step back in every app"]
    assert way["undone"] >= len(newest)
    assert [app for app, last in way["reached"].items() if last == newest[app]] == []
    assert_nothing_lost(seen["newest"], way)


def assert_nothing_lost(newest, way):
    """Tables that a step back takes away come back empty; those that stood throughout have all their rows."""
    assert way["state"] == newest["state"]
    assert way["differences"] == []
    assert len(way["counts"]) > 100
    assert {table: n for table, n in way["counts"].items() if newest["counts"][table] != n} == {}
