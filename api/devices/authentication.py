"""Which reader asks, by the key in the header."""

from typing import Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from backoffice.attendance.models import Device
from backoffice.attendance.selectors.devices import device_with_key
from backoffice.shared.errors import DomainError

_SCHEME: Final = "device"
_NOBODY: Final = UUID(int=0)


class DeviceAuthentication(BaseAuthentication):
    """`Authorization: Device <device_id>:<key>`; a device is nobody, so what it does is signed by no person."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        """The device, active and with its key; no other scheme is read here."""
        scheme, _space, rest = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        device_id, _colon, key = rest.strip().partition(":")
        try:
            return AnonymousUser(), device_with_key(_read_id(device_id), key)
        except DomainError as error:
            raise AuthenticationFailed(str(error), code=error.code) from error

    def authenticate_header(self, request: Request) -> str:
        """With it, REST framework answers 401 and not 403."""
        return 'Device realm="api"'


class IsDevice(BasePermission):
    """A reader that is registered here."""

    message = _("This is for devices.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        """By its key alone."""
        return isinstance(request.auth, Device)


def _read_id(text: str) -> UUID:
    """What is no id is looked for as well, so that it takes as long."""
    try:
        return UUID(text)
    except ValueError:
        return _NOBODY
