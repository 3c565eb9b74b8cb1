"""One database for all tests of a process that stand on more than one machine's parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.machines.parts import Bouncer, Centre, Cluster, folder_of_postgres


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where all of it lies."""
    with folder_of_postgres() as made:
        yield made


@pytest.fixture(scope="session")
def primary(django_db_setup: None, django_db_blocker, folder: Path) -> Iterator[Cluster]:
    """The database, migrated and empty."""
    cluster = Cluster(folder)
    try:
        cluster.make()
        with django_db_blocker.unblock():
            cluster.fill()
        yield cluster
    finally:
        cluster.stop(2)  # SIGINT: it doesn't wait for whoever is connected


@pytest.fixture(scope="session")
def bouncer(primary: Cluster, folder: Path) -> Iterator[Bouncer]:
    """Few connections, shared by all."""
    pooler = Bouncer(primary, folder, size=4)
    pooler.start()
    yield pooler
    pooler.stop()


@pytest.fixture(scope="session")
def pooled(primary: Cluster, bouncer: Bouncer, folder: Path) -> Centre:
    """The centre's processes, which know the pooler and the way around it."""
    centre = Centre(
        folder,
        DATABASE_POOLED=1,
        DATABASE_HOST="127.0.0.1",
        DATABASE_PORT=bouncer.port,
        DATABASE_DIRECT_HOST="127.0.0.1",
        DATABASE_DIRECT_PORT=primary.port,
    )
    centre.run("manage.py", "prepare_database")
    return centre
