"""What a page may load, and use of the device: on the public site only what the centre itself serves, nothing inline.

Two screens of other makers need more: Unfold's pages evaluate their expressions, Wagtail's editor has scripts in its
pages. They load from our own server alone, too. The API's readable page sends a policy of its own.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
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
#: Documents say that nothing in them may be loaded; nor may they run anything, should a browser open one in itself.
DOCUMENTS_UNDER: Final = "/documents/"
RELAXED_UNDER: Final = ("/cms/", "/courses-admin/")


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


#: Of the device nothing; the reader at the door has a policy of its own, with its camera (`api.devices.kiosk`).
NO_DEVICE: Final = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), bluetooth=(), serial=(), midi=(), display-capture=()"
)
STRICT: Final = _written(_STRICT)
RELAXED: Final = _written(_RELAXED)


class ContentSecurityPolicy:
    """Send both policies with each answer; a view that sends its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(DOCUMENTS_UNDER) and (own := response.headers.get("Content-Security-Policy")):
            response.headers["Content-Security-Policy"] = f"{own}; sandbox"
        # Django's own page of an error, which only developers see, has its style and script in it.
        technical = settings.DEBUG and response.status_code in (404, 500)
        relaxed = technical or request.path_info.startswith(RELAXED_UNDER)
        response.headers.setdefault("Content-Security-Policy", RELAXED if relaxed else STRICT)
        response.headers.setdefault("Permissions-Policy", NO_DEVICE)
        return response
