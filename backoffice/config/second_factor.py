"""No page of the staff before the second factor, whichever of the two admins it belongs to."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

_STAFF_PAGES: Final = ("/courses-admin/", "/cms/")
_ALWAYS: Final = ("/courses-admin/second-factor/", "/courses-admin/login/", "/courses-admin/logout/", "/cms/logout/")


class SecondFactorFirst:
    """Lead whoever of the staff owes a code to the page where it is typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_STAFF_PAGES) and not request.path_info.startswith(_ALWAYS):
            from backoffice.users.admin.second_factor import where_to_first

            if (first := where_to_first(request)) is not None:
                return first
        return self.get_response(request)
