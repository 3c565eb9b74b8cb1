"""A sheet on its way to the browser: made as a whole first, then sent in pieces, from a file and not from memory.

A sheet that breaks half-way is worse for an accountant than none, so nothing is sent before all of it is there.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

_PIECE = 64 * 1024


def temporary_file() -> IO[bytes]:
    """Where a sheet is made; it is gone when it is closed."""
    return tempfile.TemporaryFile()  # the response closes it


def download(request: HttpRequest, file: IO[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """Send a file that was just written under a name in any script."""
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
