"""Rows of an export come no quicker than somebody can watch them, on however quick a machine."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.apps import AppConfig

#: Rows a second.
RATE: Final = 2_000
_BREATH: Final = 50


class Unhurried(AppConfig):
    """Holds the rows back on their way into the file."""

    name = "tests.browser.reports"
    label = "unhurried"

    def ready(self) -> None:
        """In every process of the centre; only the worker writes long exports."""
        from reports.exporting.progress import Progress

        Progress.through = held_back(Progress.through)  # type: ignore[method-assign]


def held_back(through: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """The same rows, at most RATE of them a second."""

    def slowly(self: Any, rows: Iterator[Any]) -> Iterator[Any]:
        began = time.monotonic()
        for number, row in enumerate(through(self, rows), 1):
            if number % _BREATH == 0:
                time.sleep(max(0.0, began + number / RATE - time.monotonic()))
            yield row

    return slowly
