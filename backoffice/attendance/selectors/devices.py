"""Which device it is that asks, and how the devices stand."""

import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError

from ..models import Device, Scan, WaitingCode

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# A device that was heard of within this time is online; it says so even while nobody passes.
ONLINE: Final = dt.timedelta(minutes=5)
# A clock that is off by more is shown in red, and its times are put right.
CLOCK_MAY_BE_OFF: Final = dt.timedelta(minutes=1)

DEVICE_REFUSED: Final = DomainError("device_refused", _("This device is unknown here, or its key isn't good any more."))
# Compared with where no device is, so that this takes as long.
_NOBODYS: Final = "0" * 64


def hash_of_key(key: str) -> str:
    """What is kept of a key.

    A plain SHA-256: the key has 256 random bits, so there is nothing to try out that a slow hash would slow down, and a
    reader sends its key with each batch.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def device_with_key(device_id: UUID, key: str) -> Device:
    """The active device whose key this is.

    Raises DomainError `device_refused`, in the same words and as quickly, for a key that isn't its own, a device that
    was switched off, and none at all.
    """
    device: Device | None = Device.objects.filter(pk=device_id).first()
    kept = device.key_hash if device and device.is_active else _NOBODYS
    is_right = hmac.compare_digest(hash_of_key(key), kept)
    if device is None or not device.is_active or not is_right:
        raise DEVICE_REFUSED
    return device


def with_todays_scans(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Devices with `today` and `unknown_today`: how often each read a code since midnight, and one that is nobody's."""
    begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Q(scans__received_at__gte=begin)
    unknown = today & Q(scans__outcome=Scan.Outcome.UNKNOWN_CODE)
    return devices.annotate(today=Count("scans", filter=today), unknown_today=Count("scans", filter=unknown))


def clock_is_off(device: Device) -> bool:
    """Whether its clock is off by more than a minute."""
    offset = device.clock_offset_seconds
    return offset is not None and abs(offset) > CLOCK_MAY_BE_OFF.total_seconds()


def state_of(device: Device, now: dt.datetime | None = None) -> tuple[str, "StrOrPromise"]:
    """How the device stands, for programs and in words."""
    if not device.is_active:
        return "inactive", _("Switched off")
    if device.last_seen_at is None:
        return "new", _("Never heard of")
    if (now or timezone.now()) - device.last_seen_at > ONLINE:
        return "silent", _("Silent")
    return ("clock", _("Clock is off")) if clock_is_off(device) else ("online", _("Online"))


def waiting_codes() -> QuerySet[WaitingCode]:
    """The unknown codes that wait, each by its last scan, with `times`: how many wait with it."""
    waiting = Scan.objects.waiting().order_by()
    last = waiting.values("method", "code").annotate(last=Max("pk")).values("last")
    same = waiting.filter(method=OuterRef("method"), code=OuterRef("code")).values("code").annotate(n=Count("pk"))
    codes: QuerySet[WaitingCode] = WaitingCode.objects.filter(pk__in=last)
    return codes.select_related("device").annotate(times=Subquery(same.values("n")))
