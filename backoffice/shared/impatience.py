"""Asking a PostgreSQL that may keep silent: a machine that is off, a network that swallows, a process that stands.

No setting of the server helps against that, for it is the server that doesn't answer; and TCP waits for minutes.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connection, connections

_AGAIN: Final = 0.05  # seconds


@contextmanager
def within_seconds(seconds: float) -> Iterator[None]:
    """What is asked of the database within fails after so many seconds, by an OperationalError, instead of hanging.

    Over a connection that begins here: one that was good a minute ago says nothing about now. SQLite is a file, and
    asked as ever.
    """
    if connection.vendor != "postgresql":
        yield
        return
    before = connection.settings_dict
    # Of this thread's connection alone. libpq knows whole seconds, and no less than two.
    connection.settings_dict = before | {"OPTIONS": before["OPTIONS"] | {"connect_timeout": max(2, round(seconds))}}
    if not connection.in_atomic_block:
        connection.close()
    over = Event()
    # `connection` would be the watching thread's own.
    Thread(target=_watch, args=(connections[DEFAULT_DB_ALIAS], seconds, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()
        connection.settings_dict = before


def _watch(wrapper: Any, seconds: float, over: Event) -> None:
    """Once the time is up, cut whatever is asked until it is over: a connection may come into being only then."""
    if over.wait(seconds):
        return
    while not over.wait(_AGAIN):
        _cut(wrapper)


def _cut(wrapper: Any) -> None:
    """End what the connection waits for, from outside: whoever waits at its other side reads that it is over."""
    if (opened := wrapper.connection) is not None:
        # It may be closed already, by itself or by its owner: then nobody waits.
        with suppress(OSError, wrapper.Database.Error), socket.socket(fileno=os.dup(opened.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
