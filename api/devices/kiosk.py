"""The page of a tablet at a door.

It reads cards and sends what it read as a device, by the same address as every reader. It must also open and read
while there is no connection, so its service worker keeps the page and all of its files: one set, of one version.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.http import require_safe

from .kiosk_words import words

# Nothing inline and nothing from elsewhere: the tablet's key is kept by this page.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STATIC: Final = Path(settings.BASE_DIR) / "backoffice" / "static"
_PAGE_NEEDS: Final = ("kiosk/*.css", "kiosk/js/*.js", "kiosk/vendor/*/*.js", "css/fonts.css", "fonts/*/*.woff2")
_PICTURES: Final = ("brand/favicon.svg", "brand/mark.svg", "brand/stars.svg")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """GET /kiosk/: the same for everybody; who the tablet is, it alone knows."""
    return _own(render(request, "kiosk/kiosk.html", _context()))


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """GET /kiosk/sw.js: another with each change of the page, its language or its files; the tablet then takes them."""
    files = files_of_the_page()
    version = sha256(render_to_string("kiosk/kiosk.html", _context()).encode())
    for name in files:
        version.update(static(name).encode() + (_STATIC / name).read_bytes())
    addresses = [reverse("kiosk"), reverse("kiosk-manifest"), *map(static, files)]
    context = {"version": version.hexdigest()[:16], "addresses": json.dumps(addresses, indent=2)}
    return _own(render(request, "kiosk/sw.js", context, content_type="text/javascript; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """GET /kiosk/manifest.json: what a tablet shows when the page is put on its first screen."""
    title = gettext("Attendance at the door")
    described = {
        "id": reverse("kiosk"),
        "start_url": reverse("kiosk"),
        "scope": reverse("kiosk"),
        "name": f"{gettext('Redwan Courses Center')} · {title}",
        "short_name": title,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "display": "fullscreen",
        "background_color": "#0b3f37",
        "theme_color": "#0f7764",
        "icons": [{"src": static("brand/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return _own(JsonResponse(described, content_type="application/manifest+json"))


def files_of_the_page() -> list[str]:
    """All that the page may load, by their names among the static files."""
    found = (file for pattern in _PAGE_NEEDS for file in _STATIC.glob(pattern))
    return [*sorted(str(file.relative_to(_STATIC)) for file in found), *_PICTURES]


def _context() -> dict[str, object]:
    return {"words": words(), "language_cookie": settings.LANGUAGE_COOKIE_NAME}


def _own(answer: HttpResponse) -> HttpResponse:
    """Asked for anew each time, in the language that was chosen on this tablet."""
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Permissions-Policy"] = "camera=(self), fullscreen=(self), screen-wake-lock=(self), microphone=()"
    patch_cache_control(answer, no_cache=True)
    patch_vary_headers(answer, ["Cookie"])
    return answer


urlpatterns = [
    path("", page, name="kiosk"),
    path("sw.js", service_worker, name="kiosk-service-worker"),
    path("manifest.json", manifest, name="kiosk-manifest"),
]
