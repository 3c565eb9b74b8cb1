"""How single values look in JSON; what isn't here (ids, dates, hours) the encoder writes right by itself."""

import datetime as dt
from decimal import Decimal

from django.core.files.storage import default_storage
from django.utils import timezone
from rest_framework.request import Request

from backoffice.shared.files import link_to


def amount(value: Decimal | int) -> str:
    """EGP as "500.00"."""
    return f"{value:.2f}"


def moment(value: dt.datetime | None) -> str | None:
    """A time in the centre's zone, with its offset."""
    return timezone.localtime(value).isoformat() if value else None


def public_file(name: str, request: Request) -> str | None:
    """The whole address of a public picture; None where there is none."""
    return request.build_absolute_uri(default_storage.url(name)) if name else None


def private_file(name: str, request: Request) -> str | None:
    """The whole address of a private picture for whoever asks, who may see it; good for some minutes, no query."""
    return request.build_absolute_uri(link_to(name, viewer_id=request.user.pk)) if name else None
