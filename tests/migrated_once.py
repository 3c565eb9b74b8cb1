"""Migrate SQLite's test database once, not in every run: what the migrations made is kept beside pytest's cache.

Some 240 migrations, most of them Wagtail's, take 14 s in every process. A kept copy is loaded into the (in-memory) test
database before Django looks at it; Django then finds every migration applied, and does what follows migrations (groups,
permissions) as ever. The copy's name is a hash of our migrations and the packages, so a change of those means another
copy. PostgreSQL always migrates.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

_DECIDES = ("backoffice/*/migrations/*.py", "*/migrations/*.py", "requirements.txt")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Load the kept copy, when there is one that fits."""
    kept = _kept(pytestconfig.rootpath)
    if not _in_memory() or not kept.exists():
        yield
        return
    name = _creation()._get_test_db_name()
    # An in-memory database lives as long as someone is connected.
    with sqlite3.connect(kept) as copy, sqlite3.connect(name, uri=True) as database:
        copy.backup(database)
        yield
    copy.close()
    database.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker, pytestconfig: pytest.Config) -> None:
    """Keep a copy of what was migrated, for the next run."""
    kept = _kept(pytestconfig.rootpath)
    if not _in_memory() or kept.exists():
        return
    for old in kept.parent.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    # Whole or not at all: another process may be writing its own at this moment.
    written = kept.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock():
        connection = _creation().connection
        connection.ensure_connection()
        target = sqlite3.connect(written)
        connection.connection.backup(target)
        target.close()
    written.replace(kept)


def _creation():
    from django.db import connection

    return connection.creation


def _in_memory() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite" and _creation().is_in_memory_db(_creation()._get_test_db_name())


def _kept(root: Path) -> Path:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _DECIDES for path in root.glob(pattern)}):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    folder = root / ".pytest_cache"
    folder.mkdir(exist_ok=True)
    return folder / f"migrated-{digest.hexdigest()[:16]}.sqlite3"
