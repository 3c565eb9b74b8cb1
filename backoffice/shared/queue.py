"""Background work: handed to the queue only when the transaction that asked for it is committed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django_q.tasks import async_task


def enqueue_on_commit(function: Callable[..., Any], *args: Any) -> None:
    """Run `function(*args)` in the worker, at least once; so the function must be idempotent and the arguments ids."""
    name = f"{function.__module__}.{function.__qualname__}"
    transaction.on_commit(partial(async_task, name, *args))
