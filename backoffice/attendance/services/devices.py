"""Devices: registered, given another key, switched off and on again."""

import secrets
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError

from ..models import Device
from ..selectors.devices import hash_of_key

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

# 256 bits.
_KEY_BYTES: Final = 32


@transaction.atomic
def register_device(*, name: str, by: "CustomUser", location: str = "") -> tuple[Device, str]:
    """A new device and its key, which is known only now: nobody keeps it.

    Raises DomainError `device_name_taken`.
    """
    key = secrets.token_urlsafe(_KEY_BYTES)
    device = Device(name=name, location=location, key_hash=hash_of_key(key), key_changed_at=timezone.now())
    try:
        with transaction.atomic():
            device.save(force_insert=True)
    except IntegrityError as error:
        sentence = _("There is a device of this name already.")
        raise DomainError("device_name_taken", sentence, field="name") from error
    audit.record_created(device, by=by)
    return device, key


@transaction.atomic
def renew_key(device_id: UUID, *, by: "CustomUser") -> tuple[Device, str]:
    """Another key, known only now; the old one is refused from this moment on."""
    device = Device.objects.lock(device_id)
    before, key = audit.snapshot(device), secrets.token_urlsafe(_KEY_BYTES)
    device.key_hash, device.key_changed_at = hash_of_key(key), timezone.now()
    device.save(update_fields=["key_hash", "key_changed_at"])
    audit.record_changed(device, before, by=by)
    return device, key


def deactivate_device(device_id: UUID, *, by: "CustomUser", reason: str = "") -> Device:
    """Switch the device off: it is refused from this moment on. What it sent before stays."""
    return _switch(device_id, to=False, by=by, reason=reason)


def activate_device(device_id: UUID, *, by: "CustomUser") -> Device:
    """Switch the device on again, with the key it had."""
    return _switch(device_id, to=True, by=by)


@transaction.atomic
def _switch(device_id: UUID, *, to: bool, by: "CustomUser", reason: str = "") -> Device:
    device = Device.objects.lock(device_id)
    before = audit.snapshot(device)
    device.is_active = to
    device.save(update_fields=["is_active"])
    audit.record_changed(device, before, by=by, action=audit.Action.TRANSITION, reason=reason)
    return device
