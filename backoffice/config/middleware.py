"""Which door a change came through, for the audit trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from backoffice.shared import audit

DOORS = (
    ("/courses-admin/", audit.Source.ADMIN),
    ("/cms/", audit.Source.ADMIN),
    ("/api/", audit.Source.API),
    ("/auth/", audit.Source.API),
)


class AuditSourceMiddleware:
    """Tell the audit trail the door by the address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = next((door for prefix, door in DOORS if request.path_info.startswith(prefix)), audit.Source.SITE)
        with audit.by_way_of(source):
            return self.get_response(request)
