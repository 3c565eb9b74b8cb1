"""What all tests share: which of them run on this database, said openly."""

import os
from collections import Counter
from collections.abc import Generator

import pytest
from hypothesis import settings as hypothesis_settings
from pytest_django.lazy_django import django_settings_is_configured

pytest_plugins = ["tests.migrated_once", "tests.emptied", "tests.rows_of_module"]

# Shared and slow machines make single examples slow; a property is not wrong because of that.
_LONG = os.environ.get("SLOW_TESTS") == "1" or "postgres" in os.environ.get("DATABASE_ENGINE", "")
hypothesis_settings.register_profile(
    "centre", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=100 if _LONG else 40
)
hypothesis_settings.load_profile("centre")

# Only when their marker is asked for.
_ASKED_FOR = {
    "apps": "walk with the generated client: make client",
    "fuzz": "fuzz the running server: make fuzz",
    "scanners": "let scanners loose on the running server: make attack",
    "server": "start, stop and break the whole server: make server",
}
_LEFT_OUT = pytest.StashKey[dict[str, int]]()


def _database() -> str:
    from django.db import connection

    return connection.vendor


def _browser_asked(config: pytest.Config) -> bool:
    return "browser" in config.option.markexpr or os.environ.get("BROWSER_TESTS") == "1"


def pytest_configure(config: pytest.Config) -> None:
    """Start with nothing left out."""
    config.stash[_LEFT_OUT] = {}


def pytest_report_header() -> str:
    """Say which database the tests run on."""
    assert django_settings_is_configured()
    if _database() == "postgresql":
        return "database: PostgreSQL; races, kills and what takes long included"
    return "database: SQLite; races and kills need DATABASE_ENGINE=postgresql"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count, what this database or machine can't show."""
    reasons = {}
    if _database() != "postgresql":
        reasons["postgres"] = "need PostgreSQL: DATABASE_ENGINE=postgresql make test"
    if not _LONG:
        reasons["slow"] = "take long: SLOW_TESTS=1 make test, or with DATABASE_ENGINE=postgresql"
    if not _browser_asked(config):
        reasons["browser"] = "drive a browser: make browser"
    reasons |= {marker: reason for marker, reason in _ASKED_FOR.items() if marker not in config.option.markexpr}
    for marker, reason in reasons.items():
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            items[:] = [item for item in items if item not in left_out]
            config.hook.pytest_deselected(items=left_out)
            config.stash[_LEFT_OUT][reason] = len(left_out)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """In a process of pytest-xdist: hand the counts to the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[_LEFT_OUT]
    return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Each process collects all tests, so any one's counts are everyone's."""
    counts = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash[_LEFT_OUT].update(counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name what was left out, so that nobody takes it for passed."""
    for reason, count in config.stash[_LEFT_OUT].items():
        terminalreporter.write_line(f"left out: {count} that {reason}")
    skipped = Counter(str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
    for where, count in skipped.items():
        if "not on this machine" in where:
            terminalreporter.write_line(f"left out, and nothing else shows it: {count}, {where}", red=True, bold=True)


@pytest.fixture
def password_just_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what comes after the password that is asked again; the asking has tests of its own."""
    monkeypatch.setattr("backoffice.users.fresh_password._is_fresh", lambda request: True)
