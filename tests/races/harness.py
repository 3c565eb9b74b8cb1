"""Real threads on real connections, begun at one moment; and the ways to take a lock out and watch what breaks."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.models import QuerySet

from backoffice.shared.errors import DomainError

# How long a party waits for the others before it goes on alone: with a lock in place they can't come.
PATIENCE = 5.0
_TRIES = 6


@dataclass
class Outcome:
    """What became of the calls: results, refusals by a rule, and everything else that was raised."""

    done: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)


def at_once(calls: Sequence[Callable[[], Any]], *, threads: int | None = None) -> Outcome:
    """Run the calls in threads that all begin together; with fewer `threads`, each takes the next call when it is done.

    Whoever is told "busy" (a lock not had in 3 s) tries again, as a person would.
    """
    workers = threads or len(calls)
    outcome, turn = Outcome(), threading.Lock()
    begin = threading.Barrier(workers)
    waiting = list(reversed(calls))

    def work() -> None:
        try:
            begin.wait(timeout=60)
            while True:
                with turn:
                    if not waiting:
                        return
                    call = waiting.pop()
                _note(call, outcome, turn)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(work) for _ in range(workers)]:
            future.result()
    return outcome


def _note(call: Callable[[], Any], outcome: Outcome, turn: threading.Lock) -> None:
    try:
        result = _patiently(call)
    except DomainError as error:
        with turn:
            outcome.refused.append(error.code)
    except Exception as error:
        with turn:
            outcome.failed.append(error)
    else:
        with turn:
            outcome.done.append(result)


def _patiently(call: Callable[[], Any]) -> Any:
    for left in reversed(range(_TRIES)):
        try:
            return call()
        except OperationalError as error:
            if "lock timeout" not in str(error) or not left:
                raise
    raise AssertionError("unreachable")


class Meeting:
    """Where parties wait, once each, until all have come; who waits in vain goes on after a while."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)
        self._came: set[int] = set()

    def wait(self) -> None:
        """Wait for the others; who was here before goes on at once."""
        me = threading.get_ident()
        if me in self._came:
            return
        self._came.add(me)
        try:
            self._barrier.wait(timeout=PATIENCE)
        except threading.BrokenBarrierError:
            return

    def after(self, look: Callable[..., Any]) -> Callable[..., Any]:
        """The same look at the rows, but nobody acts on it before all have looked."""

        def looked(*args: Any, **kwargs: Any) -> Any:
            seen = look(*args, **kwargs)
            self.wait()
            return seen

        return looked


def take_lock_out(
    monkeypatch: pytest.MonkeyPatch, rows: type[QuerySet[Any]], then: Callable[[], None] = lambda: None
) -> None:
    """Make `lock` of a queryset a plain read; after it `then` widens the window that the lock had closed."""

    def read(self: QuerySet[Any], pk: Any) -> Any:
        row = self.get(pk=pk)
        then()
        return row

    monkeypatch.setattr(rows, "lock", read)
