"""Shapes of the live chapter."""

from typing import Any

from rest_framework import serializers


class SocketTicketShape(serializers.Serializer[Any]):
    """What opens one socket."""

    ticket = serializers.CharField(help_text="Goes into the address: `/ws/attendance/?ticket=…`.")
    expires_at = serializers.DateTimeField(help_text="Until when a socket must have been opened with it.")
