"""Django's handler for ASGI, with the threads in which requests are answered: some, and they stay.

Left alone, Django begins a thread for each request and, because half of the middleware is asynchronous, hops between
it and the event loop a dozen times. Each thread opens a connection to the database that nobody closes before the
garbage is collected: 16 visitors at once were enough for PostgreSQL's hundred to run out. Here a request is one call in
a thread that has its connection already.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .language import ASKED_BY_HEADER as OF_THE_APPS

# As many requests of the apps at once, and as many of everybody else; the rest wait for their turn. More threads answer
# no more requests, for Python runs one at a time, but let the slowest wait longer. Apart, so that neither a rush of
# families keeps the staff waiting nor a staff's large sheet the families.
THREADS: Final = 8

type Answer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class StayingThreads(ASGIHandler):
    """Answers requests in threads that stay."""

    def __init__(self) -> None:
        self.apps, self.pages = (ThreadPoolExecutor(THREADS, name) for name in ("apps", "pages"))
        # For what Django does around a request: telling that it begins and has ended, closing its files.
        self.around = ThreadPoolExecutor(1, "around")
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001  as Django calls it
        """All of it synchronous: one call in one thread."""
        super().load_middleware(is_async=False)
        chain = _between_connections(self._middleware_chain)  # type: ignore[has-type]
        of_apps: Answer = sync_to_async(chain, thread_sensitive=False, executor=self.apps)
        of_pages: Answer = sync_to_async(chain, thread_sensitive=False, executor=self.pages)

        async def answer(request: HttpRequest) -> HttpResponseBase:
            return await (of_apps if request.path_info.startswith(OF_THE_APPS) else of_pages)(request)

        self._middleware_chain = answer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request."""
        async with ThreadSensitiveContext(executor=self.around):
            await super().__call__(scope, receive, send)


def _between_connections(
    chain: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """A connection that is too old or broken is closed in its own thread: Django's signals come in another."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        close_old_connections()
        try:
            return chain(request)
        finally:
            close_old_connections()

    return answer
