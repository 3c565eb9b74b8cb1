"""Where somebody is signed in: begun with the password, ended by its person, by a manager, or by the hour."""

import datetime as dt
from importlib import import_module
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backoffice.shared import audit
from backoffice.shared.errors import DomainError

from ..events import signed_out_everywhere
from ..models import CustomUser, SignIn
from ..selectors import Actor, may_grant_access
from .accounts import lock_account

#: Who is seen again sooner costs no write.
SEEN_EVERY: Final = dt.timedelta(minutes=5)
_LONGEST_BROWSER: Final = 300


def begin_sign_in(user: CustomUser, *, address: str, browser: str, lasts: dt.timedelta) -> SignIn:
    """A browser is in, for so long and no longer; what of the person's has run out is swept away."""
    now = timezone.now()
    SignIn.objects.filter(user=user, ends_at__lte=now).delete()
    browser = "".join(letter for letter in browser if letter.isprintable())[:_LONGEST_BROWSER]
    return SignIn.objects.create(user=user, ends_at=now + lasts, address=address, browser=browser)


def note_seen(sign_in_id: UUID, *, address: str) -> None:
    """The browser asked for a page."""
    SignIn.objects.filter(pk=sign_in_id).update(seen_at=timezone.now(), address=address)


def forget_sign_in(sign_in_id: UUID) -> None:
    """The person signed out there."""
    SignIn.objects.filter(pk=sign_in_id).delete()


@transaction.atomic
def end_sign_in(sign_in_id: UUID, *, by: CustomUser) -> None:
    """End one of one's own; raises SignIn.DoesNotExist where it is somebody else's, or none."""
    sign_in = SignIn.objects.select_for_update().get(pk=sign_in_id, user=by)
    sign_in.delete()
    _say(by, by=by, ended=1)


@transaction.atomic
def end_other_sign_ins(*, by: CustomUser, keep: UUID) -> int:
    """End all of one's own but the one at hand, the apps' too; how many browsers it was."""
    return _end_all_but(keep, by, by=by)


@transaction.atomic
def end_all_sign_ins(user_id: UUID, *, by: Actor, reason: str = "") -> int:
    """Sign somebody out of every browser and app, as managers may; how many browsers it was.

    Raises DomainError `access_not_yours`, and `staff_account` where the account isn't theirs to touch.
    """
    if not may_grant_access(by):
        raise DomainError("access_not_yours", _("Only a manager signs somebody else out."))
    return _end_all_but(None, lock_account(user_id, by=by), by=by, reason=reason)


def end_browsers(user: CustomUser, *, keep: UUID | None) -> None:
    """Another password, or a closed account: no browser stays in but one; the caller writes the trail."""
    _of(user, keep=keep).delete()


def forget_sign_ins() -> int:
    """Remove those that have run out, and the sessions; their number. Done by the clock."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    _number, by_model = SignIn.objects.filter(ends_at__lte=timezone.now()).delete()
    return by_model.get(SignIn._meta.label, 0)


def _of(user: CustomUser, *, keep: UUID | None) -> "QuerySet[SignIn]":
    mine = SignIn.objects.filter(user=user)
    return mine if keep is None else mine.exclude(pk=keep)


def _end_all_but(keep: UUID | None, user: CustomUser, *, by: Actor, reason: str = "") -> int:
    ended, _models = _of(user, keep=keep).delete()
    _say(user, by=by, ended=ended, reason=reason)
    signed_out_everywhere(user)
    return ended


def _say(user: CustomUser, *, by: Actor, ended: int, reason: str = "") -> None:
    said = ngettext("%(count)d sign-in ended.", "%(count)d sign-ins ended.", ended) % {"count": ended}
    audit.record(user, audit.Action.UPDATE, by=by, reason=f"{said} {reason}".strip())
