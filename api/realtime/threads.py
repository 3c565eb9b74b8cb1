"""The threads in which sockets ask the database: some, and they stay, each with its connection."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Final

from django.db import close_old_connections

# Who signs in and what each asks; after a restart of the server everybody comes at once.
PEOPLE: Final = ThreadPoolExecutor(4, "sockets")
# What all sockets of the process wait for together: it never stands behind who signs in.
HUB: Final = ThreadPoolExecutor(1, "hub")


async def run_in[**P, T](threads: ThreadPoolExecutor, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The work's answer, from one of the threads."""

    def in_the_thread() -> T:
        close_old_connections()
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    # What is logged there has the socket's id.
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, in_the_thread)
