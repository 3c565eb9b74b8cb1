"""The id by which one request, and the background work it asked for, is found in the logs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import uuid4

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The id of the request or task that is being done; empty outside of both."""
    return _current.get()


def new_request_id() -> str:
    """An id that nobody had before."""
    return uuid4().hex


def well_formed(given: object) -> str | None:
    """What a proxy or a stored task gave, if it may stand in a log line; else None."""
    return given if isinstance(given, str) and _WELL_FORMED.fullmatch(given) else None


def set_request_id(request_id: str) -> None:
    """For work that has a beginning and an end in two places, as a task of the queue; else use `under_request_id`."""
    _current.set(request_id)


@contextmanager
def under_request_id(request_id: str) -> Iterator[None]:
    """What is done within is logged, and handed to the queue, under this id."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
