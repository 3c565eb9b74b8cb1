"""SQLite's own copy of itself, while the centre goes on working."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from .databases import Snapshot, applied, counted
from .parts import BLOCK, PartsWriter
from .refusals import refusal

PART: Final = "database.sqlite3"
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_WAITING: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_PATIENCE: Final = 20.0  # seconds until whoever is writing has to be done


def dump(parts: PartsWriter, folder: Path) -> Snapshot:
    """Write one moment of the database as a part; it lies as a plain file in the folder meanwhile."""
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as made:
        copy = Path(made) / PART
        with closing(sqlite3.connect(copy)) as target:
            _copy(_raw(), target)
            # One file, without a log of changes beside it.
            target.execute("PRAGMA journal_mode=DELETE")
            cursor = target.cursor()
            tables = [name for (name,) in cursor.execute(_TABLES).fetchall()]
            migrations, counts = applied(cursor), counted(cursor, tables)
        with parts.part(PART, shrink=True) as part, copy.open("rb") as file:
            while block := file.read(BLOCK):
                part.write(block)
    version = sqlite3.sqlite_version
    return Snapshot("sqlite", version, f"SQLite {version}", migrations, counts)


def restore(source: IO[bytes], _writer: str) -> None:
    """Put the copy in the database's place, whole or not at all; every SQLite reads what any wrote.

    Raises DomainError `backup_busy`.
    """
    with _unpacked(source) as file, closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        _copy(copy, _raw())
    # What the connection knew of the tables is of before.
    if not _in_memory():
        connection.close()


@contextmanager
def _unpacked(source: IO[bytes]) -> Iterator[Path]:
    """The copy as a file, on the disk that has to hold it anyway."""
    beside = None if _in_memory() else Path(connection.settings_dict["NAME"]).absolute().parent
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=beside) as made:
        file = Path(made) / PART
        with file.open("wb") as target:
            while block := source.read(BLOCK):
                target.write(block)
        yield file


def _in_memory() -> bool:
    return bool(connection.creation.is_in_memory_db(connection.settings_dict["NAME"]))  # type: ignore[attr-defined]


def _raw() -> sqlite3.Connection:
    connection.ensure_connection()
    raw: sqlite3.Connection = connection.connection
    return raw


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Page by page in one go; SQLite asks again by itself, and without end, while somebody holds the database."""
    source.backup(target, pages=-1, progress=_give_up_after(_PATIENCE), sleep=0.1)


def _give_up_after(seconds: float) -> Callable[[int, int, int], Any]:
    until = time.monotonic() + seconds

    def look(status: int, _remaining: int, _total: int) -> None:
        # Before its first page SQLite says that none remain, so only the status tells waiting from done.
        if status in _WAITING and time.monotonic() > until:
            raise refusal("busy", _("The database is in use: stop the web server and the worker, and try again."))

    return look
