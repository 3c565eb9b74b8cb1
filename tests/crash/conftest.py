"""One warm process for all the kills of a test run's process."""

from collections.abc import Iterator

import pytest

from tests.crash.harness import Runner


@pytest.fixture(scope="session")
def warm_process(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The runner, started when the first test asks for it."""
    runner = Runner(str(tmp_path_factory.mktemp("crash")))
    yield runner
    runner.stop()


@pytest.fixture
def runner(transactional_db: None, warm_process: Runner) -> Runner:
    """The runner, with tables that are emptied afterwards."""
    return warm_process
