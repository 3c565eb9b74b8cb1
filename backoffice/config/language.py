"""Which language a page speaks: Arabic unless the person switched."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

# The apps ask with Accept-Language (contract: errors are Arabic, or English when asked for).
ASKED_BY_HEADER = ("/api/", "/auth/")


class LanguageMiddleware:
    """Take the language from the switch's cookie; from the header for the apps only; else Arabic.

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
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
