"""A claim on a piece of work: one process holds it, and one that is killed lets go of it in the same moment."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from .pooled.direct import own_connection

_KEYS: Final = 2**31
_FILES: Final = 64


class Work(IntEnum):
    """What is claimed; each kind is a class of advisory locks (7007 is the people's: docs/locking.md)."""

    JOB = 7008
    EXPORT = 7009
    LETTERS = 7010


@contextmanager
def claim(number: int, *, of: Work = Work.JOB) -> Iterator[bool]:
    """Hold the claim of this number inside; False when somebody else holds it: nobody waits.

    It outlives the transactions of the work, for a job has many.
    """
    if connection.vendor == "postgresql":
        with _claim_in_the_database(number, of) as mine:
            yield mine
    else:
        with _claim_of_a_file(number, of) as mine:
            yield mine


@contextmanager
def _claim_in_the_database(number: int, of: Work) -> Iterator[bool]:
    """A transaction beside the work's own, past any pooler: there it would keep one of the few connections for hours.

    Of the transaction and not of the session all the same: a server that takes it for a pooler's loses nothing.
    """
    own = own_connection()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [of.value, number % _KEYS])
            yield bool(cursor.fetchone()[0])
    finally:
        own.close()


@contextmanager
def _claim_of_a_file(number: int, of: Work) -> Iterator[bool]:
    """SQLite's only lock would keep every writer waiting; its processes are on one machine, so a file will do.

    Two claims of a kind may share a file: then one of them is taken for held, and is tried again later.
    """
    folder = Path(settings.VAR_DIR) / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{of.name.lower()}-{number % _FILES}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
