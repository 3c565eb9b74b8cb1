"""Rows that take long to make are made once for a file's tests, each of which still undoes what it did itself."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def once_for_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """`once_for_module(make)` is for a fixture of the module; what `make` wrote is undone after the file's last test.

    Not for a file with real transactions. What comes back may be changed by a test: hand each a `copy.deepcopy`.
    """
    from django.db import transaction

    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()

    def make(maker: Callable[[], Any]) -> Any:
        with django_db_blocker.unblock():
            return maker()

    yield make
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
