"""Behind PgBouncer in transaction mode, with four connections for everybody, the centre is as right as without it."""

import json
import subprocess
import sys

import pytest

from tests.server.machines.parts import ROOT

# Its database is what theirs is filled from.
pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.django_db]
SESSION = ['3s off UTC "$user", public']


@pytest.fixture(scope="module")
def said(pooled, folder):
    """What each step of `through_the_pooler` said."""
    out = pooled.run("-m", "tests.server.machines.through_the_pooler", str(folder / "backups"))
    return [json.loads(line) for line in out.splitlines()]


def of(said, name):
    return [words for step, words in said if step == name]


def test_the_server_gives_each_session_what_a_pooler_cannot_be_told(said):
    assert of(said, "settings_of_a_session")[0] == SESSION


def test_a_seat_goes_to_one_of_twelve(said):
    assert of(said, "one_seat") == [[1, ["course_full"], [], 1]]


def test_work_is_claimed_once_and_the_claim_keeps_none_of_the_pool(said):
    assert of(said, "one_claim") == [[True, [False], True, 1, 0]]


def test_rows_stream_in_a_transaction_and_arrive_all_the_same_outside_of_one(said):
    ((inside, outside),) = of(said, "memory_of_rows")
    assert inside < 6 < 12 < outside  # MB


def test_an_export_is_made(said):
    assert of(said, "an_export") == [["done", 4]]  # three who owe, and whoever got the seat


def test_migrations_go_back_and_on(said):
    assert of(said, "migrations") == [True]


def test_a_backup_is_made_and_put_back_and_leaves_its_settings_to_nobody(said):
    assert of(said, "a_backup") == [[True, 0]]
    assert of(said, "settings_of_a_session")[1] == SESSION


def test_the_ledger_is_clean_afterwards(said):
    assert of(said, "ledger") == [[]]


def test_without_the_setting_the_pooler_lets_nobody_in(pooled):
    command = [sys.executable, "manage.py", "check_ledger"]
    environment = pooled.environment | {"DATABASE_POOLED": "0"}
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode != 0
    assert "unsupported startup parameter" in outcome.stderr


def test_a_pooler_without_a_way_around_it_is_refused_with_a_sentence(pooled):
    command = [sys.executable, "manage.py", "check"]
    environment = pooled.environment | {"DATABASE_DIRECT_HOST": ""}
    outcome = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode != 0
    assert "DATABASE_POOLED=1 needs DATABASE_DIRECT_HOST" in outcome.stderr
