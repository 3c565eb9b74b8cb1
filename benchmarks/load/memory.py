"""How much memory processes and their children have, over time; Linux only."""

import statistics
import threading
import time
from collections.abc import Iterable
from typing import Final, Self

import psutil

EVERY_SECONDS: Final = 10.0
_MEGABYTE: Final = 2**20


class Memory:
    """Samples while it is entered: proportional memory of all the processes together, in MB."""

    def __init__(self, pids: Iterable[int]) -> None:
        self.pids = list(pids)
        self.samples: list[tuple[float, float]] = []
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def begin_and_end(self, warm_seconds: float) -> tuple[float, float]:
        """The middle of the first fifth once warm, and of the last; of all samples when it was too short for that."""
        warm = [megabytes for seconds, megabytes in self.samples if seconds >= warm_seconds]
        warm = warm or [megabytes for _seconds, megabytes in self.samples]
        fifth = max(1, len(warm) // 5)
        return statistics.median(warm[:fifth]), statistics.median(warm[-fifth:])

    def _look(self) -> None:
        began = time.monotonic()
        while True:
            self.samples.append((time.monotonic() - began, sum(map(_of_tree, self.pids))))
            if self._over.wait(EVERY_SECONDS):
                return


def _of_tree(pid: int) -> float:
    try:
        first = psutil.Process(pid)
        return sum(_of(process) for process in [first, *first.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0.0


def _of(process: psutil.Process) -> float:
    """What is its own, and its share of what it has together with others."""
    try:
        return float(process.memory_full_info().pss) / _MEGABYTE
    except psutil.NoSuchProcess:
        return 0.0
