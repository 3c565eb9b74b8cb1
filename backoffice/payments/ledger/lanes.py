"""The parts of the check on two connections that see one moment, so that two processors work on it.

PostgreSQL adds up a million rows in groups on one processor, whatever others there are. The second connection is a
help and no need: where there is none to be had (the server is full, a pooler lets nobody in) or where it breaks, the
first one does its parts.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from threading import Thread

from django.db import DatabaseError, connection, transaction

from .report import Difference

type Part = Callable[[], Iterator[Difference]]

logger = logging.getLogger(__name__)

# Sums and joins over all payments stay in memory and use a second processor; compiling would take longer than it gains.
# Whole indexes are read, not single rows: a page of theirs costs as much as one of a table.
_SETTINGS = ("work_mem = '128MB'", "jit = off", "parallel_tuple_cost = 0.001", "random_page_cost = 1.1")
_LOOKS_AGAIN_AFTER = 0.05


class _Work:
    """The parts that wait for somebody to do them, and what was found."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.waiting = deque(enumerate(parts))
        self.found: dict[int, list[Difference]] = {}
        self.parts = len(parts)

    def do(self) -> None:
        """One part after the other until none waits; one that fails waits again."""
        while self.waiting:
            try:
                number, part = self.waiting.popleft()
            except IndexError:  # the other connection was faster
                return
            try:
                self.found[number] = list(part())
            except BaseException:
                self.waiting.appendleft((number, part))
                raise


def side_by_side(parts: Sequence[Part]) -> list[Difference]:
    """What the parts find, in their order. For a transaction in which nothing was asked yet, on PostgreSQL."""
    work = _Work(parts)
    _look_at_one_moment()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()
    second = Thread(target=_help, args=(work, moment), daemon=True)
    second.start()
    work.do()
    # Who still waits for a connection when all is done isn't waited for.
    while second.is_alive() and len(work.found) < work.parts:
        second.join(_LOOKS_AGAIN_AFTER)
    work.do()
    return [difference for number in sorted(work.found) for difference in work.found[number]]


def _help(work: _Work, moment: str) -> None:
    """In a thread, and so on a connection, of its own."""
    try:
        with transaction.atomic():
            _look_at_one_moment(moment)
            work.do()
    except DatabaseError as error:
        logger.info("The ledger is checked on one connection: %s", error)
    finally:
        connection.close()


def _look_at_one_moment(moment: str = "") -> None:
    """Otherwise each query sees its own, and a payment between two of them looks like a fault."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if moment:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
        for setting in _SETTINGS:
            cursor.execute(f"SET LOCAL {setting}")
