"""Probes are answered whatever address they know us by, and touch no session."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from api.health import live, ready

PROBES: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {"/health/live": live, "/health/ready": ready}


class Probes:
    """Answer whoever watches the server, who asks for 127.0.0.1 or a container's own address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else self.get_response(request)
