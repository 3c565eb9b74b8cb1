"""A Redis and a folder for each file of tests."""

from collections.abc import Iterator

import pytest

from .whole import Redis, collect_static, environment


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """Of the tests' own."""
    one = Redis()
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def static(django_db_setup, django_db_blocker, tmp_path_factory) -> None:
    """Collected as `setup` does."""
    collect_static(environment("", tmp_path_factory.mktemp("collecting")))
