"""What is said to whoever asks for a socket's address without asking for a socket."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
@never_cache
def upgrade_required(request: HttpRequest) -> JsonResponse:
    """/ws/… by plain http, whatever the method: 426, with the protocol that is spoken here (RFC 9110, 15.5.22)."""
    words = {"detail": _("This address is a socket's: open it as a WebSocket."), "code": "upgrade_required"}
    return JsonResponse(words, status=426, headers={"Upgrade": "websocket"})
