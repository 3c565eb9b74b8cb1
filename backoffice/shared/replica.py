"""Reports read from a copy of the database, where there is one; everything else, writes above all, from the database.

A copy follows some milliseconds behind, so who has written reads their own words from the database. Reports are read
within `from_the_copy`, and say what moment they show. A copy that is gone, that has stopped following or that follows
too far behind is no copy: the database answers instead, and the log says so.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

COPY: Final = "replica"
_log = logging.getLogger(__name__)
_alias: ContextVar[str] = ContextVar("where reports are read", default=DEFAULT_DB_ALIAS)
# A copy that isn't there is asked again after so many seconds; each asking may take the two of its connect_timeout.
_PATIENCE: Final = 15.0
# Who has had all that was sent is of this moment, though nothing may have been written for hours. One that was made
# a database of its own (promoted) follows nobody.
_MOMENT: Final = """SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN NULL
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN now()
    ELSE pg_last_xact_replay_timestamp() END"""
_asked_again_at = 0.0


class ReadsOfReports:
    """Django's router: reads go where `from_the_copy` says, all else stays with the database."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        """The copy inside, no opinion outside."""
        alias = _alias.get()
        return None if alias == DEFAULT_DB_ALIAS else alias

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """They are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """What the database is given comes to the copy by itself."""
        return db == DEFAULT_DB_ALIAS


def reading_connection() -> BaseDatabaseWrapper:
    """For SQL of our own: the copy's inside `from_the_copy`, else the database's."""
    found: BaseDatabaseWrapper = connections[_alias.get()]
    return found


def from_the_copy[Found](read: Callable[[], Found], *, told: Callable[[dt.datetime], None] | None = None) -> Found:
    """What `read` finds in the copy; `told` is given the moment that the copy shows, before.

    `read` must only read, and may be called again on the database when the copy breaks in the middle. In a transaction
    of the caller's it reads from the database: there are things in it that nobody else has yet.
    """
    if not _may_be_asked():
        return read()
    try:
        moment = _moment()
        if moment is not None:
            if told is not None:
                told(moment)
            with _in_the_copy():
                return read()
    except (OperationalError, InterfaceError) as error:
        _leave_for_a_while(f"it failed: {error}")
    return read()


def _may_be_asked() -> bool:
    return (
        COPY in settings.DATABASES
        and _alias.get() == DEFAULT_DB_ALIAS
        and not connections[DEFAULT_DB_ALIAS].in_atomic_block
        and time.monotonic() >= _asked_again_at
    )


def _moment() -> dt.datetime | None:
    """What moment the copy shows; None where it isn't fit to be read."""
    with connections[COPY].cursor() as cursor:
        cursor.execute(_MOMENT)
        moment: dt.datetime | None = cursor.fetchall()[0][0]
    if moment is None:
        _leave_for_a_while("it follows nobody")
        return None
    if (behind := (timezone.now() - moment).total_seconds()) > settings.REPLICA_MAX_LAG:
        _leave_for_a_while(f"it is {behind:.0f} s behind")
        return None
    return moment


def _leave_for_a_while(why: str) -> None:
    global _asked_again_at
    _asked_again_at = time.monotonic() + _PATIENCE
    connections[COPY].close()
    _log.warning("reports are read from the database and not from its copy: %s", why)


@contextmanager
def _in_the_copy() -> Iterator[None]:
    token = _alias.set(COPY)
    try:
        yield
    finally:
        _alias.reset(token)
