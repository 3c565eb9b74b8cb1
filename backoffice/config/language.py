"""Which language a page speaks: the site's says its address, elsewhere it is Arabic unless the person switched."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

# The apps ask with Accept-Language (contract: errors are Arabic, or English when asked for).
ASKED_BY_HEADER = ("/api/", "/auth/")
# What isn't a page of the public site keeps the language the person switched to.
SWITCHED_BY_COOKIE = ("/courses-admin/", "/cms/", "/i18n/", "/jsi18n/", "/files/", "/documents/", "/health/")


class LanguageMiddleware:
    """Take the language of a page of the site from its address (`/en/…`), of the staff's screens from the switch's
    cookie, of the apps from their header; else Arabic.

    Django's own middleware would follow the browser, and the centre's browsers are often set to English.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _language(self, request: HttpRequest) -> str:
        if request.path_info.startswith(ASKED_BY_HEADER):
            header = request.headers.get("Accept-Language", "").strip().lower()
            return "en" if header.startswith("en") else settings.LANGUAGE_CODE
        if request.path_info.startswith(SWITCHED_BY_COOKIE):
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        else:
            chosen = request.path_info.lstrip("/").partition("/")[0]
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
