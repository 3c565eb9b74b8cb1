"""Where signed links to private pictures end."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from backoffice.shared.files import hand_out, read_link
from backoffice.users.models import CustomUser

# As long as the same person gets the same link.
_KEPT_FOR: Final = 300


@require_safe
def private_file(request: HttpRequest, token: str) -> HttpResponse:
    """GET /files/{token}/: the picture, while the link is good and its person's account is open."""
    shown = read_link(token)
    if shown is None or not CustomUser.objects.filter(pk=shown.viewer_id, is_active=True).exists():
        raise Http404
    return hand_out(shown.name, seconds=_KEPT_FOR)
