"""A sheet on its way to the browser, in pieces and never whole in memory: from a file, or while it is made.

A sheet of any length is sent while it is made (`stream`). Should that break half-way, the error goes on to the server,
which cuts the connection: the browser says that the download failed, and no half of a sheet passes for a whole.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from threading import Lock
from typing import IO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

_PIECE = 64 * 1024


def temporary_file() -> IO[bytes]:
    """Where a sheet is made; it is gone when it is closed."""
    return tempfile.TemporaryFile()  # the response closes it


def download(
    request: HttpRequest, file: IO[bytes], *, name: str, content_type: str, size: int | None = None
) -> StreamingHttpResponse:
    """Send a file under a name in any script: one that was just written, or with its `size` one that was kept."""
    if size is None:
        size = file.tell()
        file.seek(0)
    # Under ASGI Django would first read a plain iterator whole into memory.
    pieces = _async_pieces(file) if isinstance(request, ASGIRequest) else _pieces(file)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


async def _async_pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


class _Stream:
    """Pieces, and what must be let go of when they end, break, or are never asked for."""

    def __init__(self, pieces: Iterator[bytes], close: Callable[[], None]) -> None:
        self._pieces, self._close = pieces, close
        self._lock = Lock()
        self._is_taking = self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._lock:
            if self._is_over:
                raise StopIteration
            self._is_taking = True
        try:
            return next(self._pieces)
        finally:
            if self._came_back_too_late():
                self._let_go()

    def close(self) -> None:
        """The reader may be gone while a thread takes the next piece: a connection that is closed under it ends the
        whole process in a fault, so then that thread lets go when it is back, and nobody waits for it."""
        with self._lock:
            self._is_over, is_taking = True, self._is_taking
        if not is_taking:
            self._let_go()

    def _came_back_too_late(self) -> bool:
        with self._lock:
            self._is_taking = False
            return self._is_over

    def _let_go(self) -> None:
        try:
            getattr(self._pieces, "close", lambda: None)()
        finally:
            self._close()


class _AsyncStream:
    """The same for ASGI, where Django would first read a plain iterator whole into memory."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream
        self.close = stream.close

    def _next(self) -> bytes | None:
        return next(self._stream, None)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        piece = await sync_to_async(self._next, thread_sensitive=False)()
        if piece is None:
            raise StopAsyncIteration
        return piece


def stream(
    request: HttpRequest, pieces: Iterator[bytes], *, name: str, content_type: str, close: Callable[[], None]
) -> StreamingHttpResponse:
    """Send pieces as they come under a name in any script; `close` is called however it ends."""
    both = _Stream(pieces, close)
    body = _AsyncStream(both) if isinstance(request, ASGIRequest) else both
    response = StreamingHttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    # A proxy that gathers the whole answer first would make people wait for its first byte.
    response["X-Accel-Buffering"] = "no"
    return response
