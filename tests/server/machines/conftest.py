"""One database for all tests of a process that stand on more than one machine's parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.server.machines.parts import Bouncer, Centre, Cluster, folder_of_postgres

SERVER = {"user": "postgres", "database": "postgres"}


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Where all of it lies."""
    with folder_of_postgres() as made:
        yield made


@pytest.fixture(scope="session")
def cluster(django_db_setup: None, django_db_blocker, folder: Path) -> Iterator[Cluster]:
    """The database's server, with a pattern of the centre's database: migrated, and empty."""
    server = Cluster(folder)
    try:
        server.make()
        with django_db_blocker.unblock():
            server.fill(connection.settings_dict)
        server.ask("ALTER DATABASE redwan RENAME TO pattern", **SERVER)
        yield server
    finally:
        server.stop(2)  # SIGINT: it doesn't wait for whoever is connected


@pytest.fixture(scope="module")
def primary(cluster: Cluster) -> Iterator[Cluster]:
    """The server with a database for this module's tests."""
    cluster.ask("CREATE DATABASE redwan TEMPLATE pattern OWNER redwan", **SERVER)
    yield cluster
    cluster.ask("DROP DATABASE redwan WITH (FORCE)", **SERVER)


@pytest.fixture(scope="module")
def bouncer(primary: Cluster, folder: Path) -> Iterator[Bouncer]:
    """Few connections, shared by all."""
    pooler = Bouncer(primary, folder, size=4)
    pooler.start()
    yield pooler
    pooler.stop()


@pytest.fixture(scope="module")
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
