"""What a page may load: on the public site only what the centre itself serves, and no script or style in the page.

Three screens of other makers need more: Unfold's pages evaluate their expressions, Wagtail's editor and the API's
readable page have scripts in them. They stay on our own server, too.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

_EVERYWHERE: Final = {
    "default-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
}
_STRICT: Final = _EVERYWHERE | {"img-src": "'self' data:"}
_RELAXED: Final = _EVERYWHERE | {
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self' ws: wss:",
    "worker-src": "'self' blob:",
}
RELAXED_UNDER: Final = ("/cms/", "/courses-admin/", "/api/docs/")


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


STRICT: Final = _written(_STRICT)
RELAXED: Final = _written(_RELAXED)


class ContentSecurityPolicy:
    """Send the policy with each answer; a view that sends its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = RELAXED if request.path_info.startswith(RELAXED_UNDER) else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
