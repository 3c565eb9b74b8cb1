"""The centre, whose database is this process's own while a test runs."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .centre import Centre, database_of
from .load import Load


@pytest.fixture(scope="session")
def running(django_db_blocker: Any) -> Iterator[Centre]:
    """Made once; without web server and worker, for each test starts what it breaks."""
    # Not among pytest's own folders: PostgreSQL's user has to get through to its own.
    with tempfile.TemporaryDirectory(prefix="redwan-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Centre(folder)
        try:
            with django_db_blocker.unblock():
                made.start()
            yield made
        finally:
            made.stop()


@pytest.fixture
def centre(running: Centre, django_db_blocker: Any) -> Iterator[Centre]:
    """The centre, asked by this process too."""
    with django_db_blocker.unblock(), database_of(running):
        yield running
        for part in (running.web, running.worker):
            if part.lives:
                part.kill()


@pytest.fixture
def load(centre: Centre) -> Iterator[Load]:
    """People who use it; begun and ended by the test."""
    made = Load(centre)
    yield made
    made.leave()
