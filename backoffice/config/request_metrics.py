"""Requests as Prometheus counts them; the log of requests measures them anyway."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

type Count = Callable[[HttpRequest, HttpResponse, float], None]

# A stranger may call a method anything; each name would be kept for good.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def counting() -> Count | None:
    """What counts a request that took so many seconds; None where nobody asks for metrics."""
    if settings.WATCHING.metrics_port is None:
        return None
    from workers.metrics.counted import REQUEST_SECONDS, REQUESTS

    def count(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        method, route = request.method or "", route_of(request)
        REQUESTS.labels(method if method in _METHODS else "other", route, f"{response.status_code // 100}xx").inc()
        REQUEST_SECONDS.labels(route).observe(seconds)

    return count


def route_of(request: HttpRequest) -> str:
    """The name of the address's route, never the address; "none" where nothing answers to it."""
    match = request.resolver_match
    return match.view_name if match else "none"
