"""The first password, or a forgotten one, by a one-time code from the centre."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.counters import take
from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import ascii_digits, clean

from ..models import ClaimCode, CustomUser
from ..models.claim import MOST_TRIES
from ..selectors import Actor
from .access import write_password
from .accounts import lock_account

DIGITS: Final = 8
GOOD_FOR: Final = dt.timedelta(days=7)
# How many slips are printed at once: each costs the time of a hash.
MOST_AT_ONCE: Final = 60
_REASON: Final = "one-time code"
# How many tries met no code that was good; kept for the write, not for the number.
_IN_VAIN: Final = "claims in vain"


@dataclass(frozen=True)
class Slip:
    """What the registrar hands to somebody: the code stands here and nowhere else."""

    user: CustomUser
    code: str
    expires_at: dt.datetime

    @property
    def spaced(self) -> str:
        """The code as it is read aloud."""
        return f"{self.code[:4]} {self.code[4:]}"


def make_claim_code(user_id: UUID, *, by: Actor) -> str:
    """The code of a new slip."""
    return make_slip(user_id, by=by).code


@transaction.atomic
def make_slip(user_id: UUID, *, by: Actor) -> Slip:
    """A new code of eight digits, good for seven days and five tries; the one before it dies.

    It is shown once, and kept only as a hash.
    """
    user = lock_account(user_id, by=by)
    if not user.is_active:
        raise DomainError("account_closed", _("This account is closed: open it first."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    now = timezone.now()
    expires_at = now + GOOD_FOR
    fresh = {
        "code_hash": make_password(code),
        "tries_left": MOST_TRIES,
        "made_at": now,
        "expires_at": expires_at,
        "made_by": by,
    }
    ClaimCode.objects.update_or_create(user=user, defaults=fresh)
    audit.record(user, audit.Action.UPDATE, by=by, changes={"claim_code": [None, "•••"]})
    return Slip(user, code, expires_at)


def make_slips(user_ids: Sequence[UUID], *, by: Actor) -> list[Slip]:
    """Slips for many people, by name; each is a write of its own, for each takes the time of a hash."""
    if len(user_ids) > MOST_AT_ONCE:
        raise DomainError("too_many_codes", _("Too many people at once."))
    slips = [make_slip(user_id, by=by) for user_id in user_ids]
    return sorted(slips, key=lambda slip: str(slip.user))


def slip_of(user: CustomUser, *, code: str) -> Slip | None:
    """The slip for a code that was just made, to be printed; None for one that isn't the person's, or not any more."""
    claim = ClaimCode.objects.filter(pk=user.pk, tries_left__gt=0, expires_at__gt=timezone.now()).first()
    if claim is None or not check_password(code, claim.code_hash):
        return None
    return Slip(user, code, claim.expires_at)


def claim_account(*, phone_number1: object, code: str, new_password: str) -> CustomUser:
    """Set the password by the code, and know the number as the person's own.

    Whatever is wrong (number, code, age, tries) is the same `claim_refused`, after the same work: one row written, one
    hash. A weak password is a refusal at `new_password`, and the code stays good. Runs in no transaction of a caller's:
    a refusal would undo that the try was counted.
    """
    claim = _claim_of(phone_number1)
    typed = ascii_digits(clean(code)).replace(" ", "")
    # Counted before the look, so that tries at the same moment are five together; and no row is locked while the hash
    # is made, or whoever tries twice at once would see by the time that the number is somebody's.
    counted = _count_try(claim)
    if claim is None or not counted:
        make_password(typed)
        user = None
    else:
        user = _use(claim, new_password) if check_password(typed, claim.code_hash) else None
    if user is None:
        raise DomainError(
            "claim_refused",
            _("The number and the code don't fit, or the code is too old. Ask the centre for a new one."),
        )
    return user


def _claim_of(phone_number1: object) -> ClaimCode | None:
    try:
        number = normalise_phone(phone_number1)
    except DomainError:
        return None
    return ClaimCode.objects.filter(user__phone_number1=number, user__is_active=True).first()


@transaction.atomic(durable=True)
def _count_try(claim: ClaimCode | None) -> bool:
    """Use up one try; whether there was one left. A number without a code costs a write too: its time says nothing."""
    if claim is not None:
        good = _same(claim).filter(tries_left__gt=0, expires_at__gt=timezone.now())
        if good.update(tries_left=F("tries_left") - 1):
            return True
    take(_IN_VAIN)
    return False


def _use(claim: ClaimCode, password: str) -> CustomUser | None:
    """The right code was typed: set the password, unless somebody else used or replaced the code meanwhile."""
    try:
        return _set_password(claim, password)
    except DomainError:
        _same(claim).update(tries_left=F("tries_left") + 1)
        raise


@transaction.atomic
def _set_password(claim: ClaimCode, password: str) -> CustomUser | None:
    # Whoever ends a code holds its person's row first.
    user: CustomUser = CustomUser.objects.select_for_update().get(pk=claim.pk)
    if not user.is_active or not _same(claim).exists():
        return None
    write_password(user, password, by=user, reason=_REASON)
    before = audit.snapshot(user)
    user.is_verified = True
    user.save(update_fields=["is_verified", "updated_at"])
    audit.record_changed(user, before, by=user, reason=_REASON)
    return user


def _same(claim: ClaimCode) -> QuerySet[ClaimCode]:
    """The row of this very code; none once another took its place."""
    return ClaimCode.objects.filter(pk=claim.pk, code_hash=claim.code_hash)
