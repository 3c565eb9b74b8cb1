"""Reports are read from a real standby, say of when they are, and come from the database when the copy is no good."""

import json

import pytest

from tests.server.machines.parts import Centre, Cluster

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(scope="module")
def said(primary, folder):
    """What each step of `through_the_copy` said, by its name; and how many owed before."""
    standby = Cluster(folder)
    standby.copy_of(primary)
    try:
        centre = Centre(
            folder,
            DATABASE_HOST="127.0.0.1",
            DATABASE_PORT=primary.port,
            REPLICA_HOST="127.0.0.1",
            REPLICA_PORT=standby.port,
            DEBUG=1,
        )
        out = centre.run("-m", "tests.server.machines.through_the_copy", str(standby.data))
    finally:
        standby.stop(2)
    return dict(json.loads(line) for line in out.splitlines())


@pytest.fixture(scope="module")
def owed(said):
    """How many owed when the copy followed."""
    return said["follows_closely"][0][0]


def test_a_page_is_read_from_the_copy_and_says_of_when_it_is(said):
    (owed, says), from_the_copy, from_the_database, signed_in_there = said["follows_closely"]
    assert owed >= 3
    assert (says, from_the_copy, from_the_database, signed_in_there) == (True, True, False, True)


def test_a_copy_that_is_a_little_behind_is_read_and_one_that_is_far_behind_is_not(said, owed):
    soon, late, why = said["stands_still"]
    assert soon == [owed, True]
    assert late == [owed + 1, False]
    assert why == ["reports are read from the database and not from its copy"]


def test_who_has_just_written_reads_it(said, owed):
    assert said["inside_a_transaction"] == [owed + 2, False]


def test_an_export_streams_from_the_copy_and_is_kept_in_the_database(said, owed):
    assert said["an_export"] == ["done", owed + 1, True]


def test_what_breaks_in_the_middle_is_read_again_from_the_database(said):
    assert said["breaks_in_the_middle"] == [1, ["replica", "default"], 1]


def test_nobody_writes_into_the_copy(said):
    assert said["nobody_writes_there"] is True


def test_a_copy_that_became_a_database_of_its_own_is_not_read(said, owed):
    assert said["is_a_copy_no_more"] == [[owed + 1, False], ["it follows nobody"]]


def test_without_its_copy_the_centre_answers_and_asks_it_once_in_a_while(said, owed):
    assert said["is_gone"] == [[owed + 1, False], 1, 0, True]
