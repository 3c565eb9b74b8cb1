"""Tickets: for an app in a browser, which can't send its token in a header, and in the address must not.

In a table, not in the cache: a ticket is good while Redis is away, and of two who come with one a DELETE lets one in.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from ..models import SocketTicket
from ..tokens import FAMILY

LIFETIME: Final = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class Ticket:
    """What the app is given."""

    ticket: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Opened:
    """What a ticket opens: a socket of this sign-in, for as long as its token lives."""

    family_id: UUID
    user_id: UUID
    token_ends_at: dt.datetime


def make_ticket(token: Mapping[str, Any]) -> Ticket:
    """A ticket for whoever has this access token; old ones, whoever's, are swept away."""
    now = timezone.now()
    SocketTicket.objects.filter(expires_at__lte=now).delete()
    ticket, expires_at = secrets.token_urlsafe(32), now + LIFETIME
    SocketTicket.objects.create(
        digest=_digest(ticket),
        family_id=token[FAMILY],
        token_ends_at=dt.datetime.fromtimestamp(token["exp"], dt.UTC),
        expires_at=expires_at,
    )
    return Ticket(ticket, expires_at)


def use_ticket(ticket: str) -> Opened | None:
    """What the ticket opens; None when it was used, is too old, or never was."""
    good = SocketTicket.objects.filter(pk=_digest(ticket), expires_at__gt=timezone.now())
    found = good.select_related("family").first()
    # Whoever deletes the row has it, and nobody else.
    if found is None or not good.delete()[0]:
        return None
    return Opened(found.family_id, found.family.user_id, found.token_ends_at)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
