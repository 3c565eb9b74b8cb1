"""Which door a change came through, for the audit trail; and how often one address may try to sign in as staff."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backoffice.shared import audit
from backoffice.shared.addresses import client_address
from backoffice.shared.limits import count_try
from backoffice.users.backends import too_many_tries

from .rest import SIGN_INS_A_MINUTE

DOORS = (
    ("/courses-admin/", audit.Source.ADMIN),
    ("/cms/", audit.Source.ADMIN),
    ("/api/", audit.Source.API),
    ("/auth/", audit.Source.API),
)


# Where staff type passwords.
SIGN_IN_PAGES = frozenset({"staff-sign-in"})


class AuditSourceMiddleware:
    """Tell the audit trail the door by the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = next((door for prefix, door in DOORS if request.path_info.startswith(prefix)), audit.Source.SITE)
        with audit.by_way_of(source):
            return self.get_response(request)


class StaffSignInLimit:
    """One address tries as often on the staff's sign-in pages as by the apps, and both are one count.

    The lock after five wrong passwords is the number's; this stops whoever tries one password on many numbers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Count a password that is sent; None lets it through."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name not in SIGN_IN_PAGES:
            return None
        counted = count_try("login_address", client_address(request), limit=SIGN_INS_A_MINUTE, seconds=60)
        if counted.allowed:
            return None
        sentence = _("Too many tries to sign in from your connection. Try again in a minute.")
        return too_many_tries(request, _("Too many tries"), sentence, wait=counted.wait)
