"""The world is made once for a file; each call undoes what it did."""

from collections.abc import Callable
from typing import Any

import pytest

from .world import World, make_world


@pytest.fixture(scope="module")
def world(once_for_module: Callable[[Callable[[], Any]], Any]) -> World:
    """Everybody, and one of each thing."""
    made: World = once_for_module(make_world)
    return made
