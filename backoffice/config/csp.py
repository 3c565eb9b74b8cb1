"""What a page may load, and use of the device: on the public site only what the centre itself serves, nothing inline.

The screens of two other makers need more, each its own: Unfold's pages evaluate the expressions in their attributes
(Alpine), and have no script in them; Wagtail's editor has scripts in its pages. Both have styles in their pages, and
load from our own server alone. The API's readable page sends a policy of its own.
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
_OF_STAFF: Final = _EVERYWHERE | {
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
}
#: Documents say that nothing in them may be loaded; nor may they run anything, should a browser open one in itself.
DOCUMENTS_UNDER: Final = "/documents/"
SITE_ADMIN_UNDER: Final = "/cms/"
BACK_OFFICE_UNDER: Final = "/courses-admin/"


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


#: Of the device nothing; the reader at the door has a policy of its own, with its camera (`api.devices.kiosk`).
NO_DEVICE: Final = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=()"
)
STRICT: Final = _written(_STRICT)
BACK_OFFICE: Final = _written(_OF_STAFF | {"script-src": "'self' 'unsafe-eval'"})
SITE_ADMIN: Final = _written(_OF_STAFF | {"script-src": "'self' 'unsafe-inline'"})
#: Django's own page of an error, which only developers see, has its style and script in it.
TECHNICAL: Final = _written(_OF_STAFF | {"script-src": "'self' 'unsafe-inline'"})


class ContentSecurityPolicy:
    """Send the policies with each answer; a view that sends its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(DOCUMENTS_UNDER) and (own := response.headers.get("Content-Security-Policy")):
            response.headers["Content-Security-Policy"] = f"{own}; sandbox"
        response.headers.setdefault("Content-Security-Policy", _policy_of(request, response))
        response.headers.setdefault("Permissions-Policy", NO_DEVICE)
        # What we answer is no part of another site's page.
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


def _policy_of(request: HttpRequest, response: HttpResponse) -> str:
    if settings.DEBUG and response.status_code in (404, 500):
        return TECHNICAL
    if request.path_info.startswith(BACK_OFFICE_UNDER):
        return BACK_OFFICE
    return SITE_ADMIN if request.path_info.startswith(SITE_ADMIN_UNDER) else STRICT
