"""The token of a person's calendar feed: made, renewed, revoked by the person."""

import hashlib
import secrets
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backoffice.shared import audit

from ..models import CalendarLink, CustomUser
from .accounts import lock_account

_REASON = "calendar link"


@transaction.atomic
def make_calendar_link(*, by: CustomUser) -> str:
    """A new token for one's own calendar; the one before it dies. It is shown once, and kept only as a hash."""
    user = lock_account(by.pk, by=by)
    token = secrets.token_urlsafe(32)
    fresh = {"key_hash": _hashed(token), "made_at": timezone.now()}
    CalendarLink.objects.update_or_create(user=user, defaults=fresh)
    audit.record(user, audit.Action.UPDATE, by=by, changes={"calendar_link": [None, "•••"]}, reason=_REASON)
    return token


@transaction.atomic
def revoke_calendar_link(*, by: CustomUser) -> None:
    """End one's own token; without one nothing happens."""
    drop_calendar_link(by.pk, by=by)


def drop_calendar_link(user_id: UUID, *, by: CustomUser | None) -> None:
    """End a person's token, in the caller's transaction."""
    for link in CalendarLink.objects.select_for_update().filter(user=user_id):
        audit.record(link.user, audit.Action.UPDATE, by=by, changes={"calendar_link": ["•••", None]}, reason=_REASON)
        link.delete()


def whose_calendar(token: str) -> CustomUser | None:
    """The person whose feed a token opens; nobody for one that isn't good, or once the account is closed."""
    links = CalendarLink.objects.select_related("user").filter(key_hash=_hashed(token), user__is_active=True)
    link = links.first()
    return link.user if link else None


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
