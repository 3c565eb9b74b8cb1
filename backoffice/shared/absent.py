"""Packages that somebody loads to have them at hand, and does well without."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """What is imported in here finds no such package, unless it is loaded already; later it is there again."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python says: there is none
    try:
        yield
    finally:
        del sys.modules[name]
