"""A centre with its demo, running with the settings of this package."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.centre import Centre, demo_on

_TOLD: list[str] = []


@pytest.fixture(scope="package")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """The web server and the worker; a traceback in their log fails the run at its end."""
    with demo_on("tests.fuzz.settings", tmp_path_factory.mktemp("fuzzed")) as centre:
        yield centre


@pytest.fixture
def tell() -> Callable[[str], None]:
    """Say how much was asked, below the tests' results, whether they passed or not."""
    return _TOLD.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was told."""
    for line in _TOLD:
        terminalreporter.write_line(line)
