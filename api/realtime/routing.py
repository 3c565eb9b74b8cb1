"""The addresses of sockets, and from whose pages they may be opened."""

from typing import Any
from urllib.parse import ParseResult

from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.urls import path, re_path

from .consumer import Receive, Send, attendance


class SiteOrigins(OriginValidator):  # type: ignore[misc]
    """Pages of the centre's own hosts, and what is no page: only browsers send an origin."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        """Whether it may be opened from there."""
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


async def nothing_here(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """There is no such socket."""
    await send({"type": "websocket.close"})


def sockets() -> SiteOrigins:
    """All sockets of the centre, as an ASGI application."""
    # Channels' router takes Django's paths, to ASGI applications instead of views.
    routes = [path("ws/attendance/", attendance), re_path(r"", nothing_here)]  # type: ignore[arg-type]
    return SiteOrigins(URLRouter(routes), [*settings.ALLOWED_HOSTS, *settings.CSRF_TRUSTED_ORIGINS])
