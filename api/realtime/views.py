"""Tickets for sockets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.attendance.selectors import reader_of

from ..contract import Operation, Tag
from ..views import ApiView
from .serializers import SocketTicketShape
from .tickets import make_ticket


class MayListen(BasePermission):
    """Who may be told of anything at all."""

    message = _("Nothing that happens here live is yours to be told.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """As the socket has it."""
        return request.user.is_authenticated and reader_of(request.user).may_listen


class TicketsView(ApiView):
    """POST /api/v1/ws-tickets/"""

    permission_classes = [MayListen]
    operations = {
        "POST": Operation(
            id="makeSocketTicket",
            tag=Tag.LIVE,
            summary="A ticket for a socket",
            description="Opens one socket, `/ws/attendance/?ticket=…`, within 30 seconds, for whoever asks. An app "
            "that can send its token as a subprotocol needs none. What the socket says: sockets.md.",
            answer=SocketTicketShape,
            errors=(403,),
            status=status.HTTP_201_CREATED,
            example={
                "ticket": "q0Zt5nq1n8wq7mJp4ykq2rYp3m8sWb1v0ZJx9c2hUeA",
                "expires_at": "2026-10-04T16:00:30+03:00",
            },
        )
    }

    def post(self, request: Request) -> Response:
        """One more; the token says of which sign-in."""
        token: Any = request.auth
        made = make_ticket(token)
        return Response({"ticket": made.ticket, "expires_at": made.expires_at}, status=status.HTTP_201_CREATED)
