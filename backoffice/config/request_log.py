"""One line a request in the log, and the id under which everything that was logged meanwhile is found."""

import logging
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from backoffice.shared.request_ids import new_request_id, under_request_id, well_formed

from .request_metrics import counting

_log = logging.getLogger("access")

HEADER: Final = "X-Request-ID"
# Of these there are more than of all others, and they tell nothing.
_QUIET: Final = ("/health/", settings.STATIC_URL)
# Parts of an address that open something by themselves.
_SECRET: Final = ("token", "code", "key", "secret")


class RequestLog:
    """Give each request an id, a proxy's where one is trusted, and send it back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._count = counting()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = _id_of(request)
        begun = time.perf_counter()
        with under_request_id(request_id):
            response = self.get_response(request)
            response.headers[HEADER] = request_id
            if not request.path_info.startswith(_QUIET):
                seconds = time.perf_counter() - begun
                _log.info("request", extra=_told(request, response, seconds))
                if self._count is not None:
                    self._count(request, response, seconds)
        return response


def _id_of(request: HttpRequest) -> str:
    given = well_formed(request.headers.get(HEADER)) if settings.TRUSTED_PROXIES else None
    return given or new_request_id()


def _told(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": _path_of(request),
        "status": response.status_code,
        "duration_ms": round(seconds * 1000, 1),
        "user_id": _user_id_of(request),
    }


def _path_of(request: HttpRequest) -> str:
    """Without its query, and without what in it would open a file or a calendar."""
    path, match = request.path_info, request.resolver_match
    for name, part in (match.kwargs if match else {}).items():
        if part and any(word in name for word in _SECRET):
            path = path.replace(str(part), "…")
    return path


def _user_id_of(request: HttpRequest) -> int | None:
    """Who asked, where somebody looked; a line in the log is worth no query."""
    user = getattr(request, "_cached_user", None)
    if user is None and "user" in request.__dict__ and hasattr(type(request.user), "_meta"):
        user = request.user
    return getattr(user, "pk", None)
