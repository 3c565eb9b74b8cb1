"""Asking a PostgreSQL that may keep silent: a machine that is off, a network that swallows, a process that stands.

No setting of the server helps against that, for it is the server that doesn't answer; and TCP waits for minutes.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from django.db import connection


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
    timer = Timer(seconds, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.settings_dict = before


def _cut(wrapper: Any) -> None:
    """End what the connection waits for, from outside: whoever waits at its other side reads that it is over."""
    if (opened := wrapper.connection) is not None:
        with suppress(Exception), socket.socket(fileno=os.dup(opened.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)
