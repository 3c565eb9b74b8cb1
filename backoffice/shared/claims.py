"""A claim on a piece of work: one process holds it, and one that is killed lets go of it in the same moment."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

# Classes of advisory locks that are claims; 7007 is the people's (docs/locking.md).
JOBS: Final = 7008
LETTERS: Final = 7009
_KEYS: Final = 2**31
_FILES: Final = 64


@contextmanager
def claim(kind: int, number: int) -> Iterator[bool]:
    """Hold the claim of this kind and number inside; False when somebody else holds it: nobody waits.

    It outlives the transactions of the work, for a job has many.
    """
    if connection.vendor == "postgresql":
        with _claim_in_the_database(kind, number) as mine:
            yield mine
    else:
        with _claim_of_a_file(kind, number) as mine:
            yield mine


@contextmanager
def _claim_in_the_database(kind: int, number: int) -> Iterator[bool]:
    """A transaction beside the work's own: through PgBouncer a session's lock would stay with the pool's connection."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [kind, number % _KEYS])
            yield bool(cursor.fetchone()[0])
    finally:
        own.close()


@contextmanager
def _claim_of_a_file(kind: int, number: int) -> Iterator[bool]:
    """SQLite's only lock would keep every writer waiting; its processes are on one machine, so a file will do.

    Two claims of a kind may share a file: then one of them is taken for held, and is tried again later.
    """
    folder = Path(settings.VAR_DIR) / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{kind}-{number % _FILES}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
