"""The first password, or a forgotten one, by a one-time code from the centre."""

import datetime as dt
import secrets
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.text import ascii_digits, clean

from ..models import ClaimCode, CustomUser
from ..models.claim import MOST_TRIES
from ..selectors import Actor
from .access import write_password
from .accounts import lock_account

DIGITS: Final = 8
GOOD_FOR: Final = dt.timedelta(days=7)
_REASON: Final = "one-time code"


@transaction.atomic
def make_claim_code(user_id: UUID, *, by: Actor) -> str:
    """A new code of eight digits, good for seven days and five tries; the one before it dies.

    It is shown once, and kept only as a hash.
    """
    user = lock_account(user_id, by=by)
    if not user.is_active:
        raise DomainError("account_closed", _("This account is closed: open it first."))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    now = timezone.now()
    fresh = {
        "code_hash": make_password(code),
        "tries_left": MOST_TRIES,
        "made_at": now,
        "expires_at": now + GOOD_FOR,
        "made_by": by,
    }
    ClaimCode.objects.update_or_create(user=user, defaults=fresh)
    audit.record(user, audit.Action.UPDATE, by=by, changes={"claim_code": [None, "•••"]})
    return code


def claim_account(*, phone_number1: object, code: str, new_password: str) -> CustomUser:
    """Set the password by the code, and know the number as the person's own.

    Whatever is wrong (number, code, age, tries) is the same `claim_refused`, after the same time. A weak password is a
    refusal at `new_password`, and the code stays good.
    """
    user = _try(phone_number1, ascii_digits(clean(code)).replace(" ", ""), new_password)
    # Raised out here: inside, it would undo that the try was counted.
    if user is None:
        raise DomainError(
            "claim_refused",
            _("The number and the code don't fit, or the code is too old. Ask the centre for a new one."),
        )
    return user


@transaction.atomic
def _try(phone_number1: object, code: str, new_password: str) -> CustomUser | None:
    user = _locked(phone_number1)
    claim = _good_code(user) if user else None
    if user is None or claim is None:
        make_password(code)
        return None
    # Counted before the look, so that tries at the same moment are five together.
    claim.tries_left -= 1
    claim.save(update_fields=["tries_left"])
    if not check_password(code, claim.code_hash):
        return None
    write_password(user, new_password, by=user, reason=_REASON)
    before = audit.snapshot(user)
    user.is_verified = True
    user.save(update_fields=["is_verified", "updated_at"])
    audit.record_changed(user, before, by=user, reason=_REASON)
    return user


def _locked(phone_number1: object) -> CustomUser | None:
    try:
        found = CustomUser.objects.select_for_update().of_number(phone_number1).filter(is_active=True)
    except DomainError:
        return None
    user: CustomUser | None = found.first()
    return user


def _good_code(user: CustomUser) -> ClaimCode | None:
    now = timezone.now()
    return ClaimCode.objects.select_for_update().filter(user=user, tries_left__gt=0, expires_at__gt=now).first()
