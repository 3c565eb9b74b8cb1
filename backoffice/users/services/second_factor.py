"""The second factor: made, confirmed by a first code, asked at each sign-in, taken away when a telephone is lost."""

import base64
import secrets
import time
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.limits import count_try
from backoffice.shared.sealed import Unreadable, keyed_hash, keyed_hashes
from backoffice.shared.text import ascii_digits, clean

from ..models import CustomUser, RecoveryCode, SecondFactor
from ..selectors import Actor, may_grant_access
from .accounts import lock_account

#: A clock may be half a minute ahead or behind.
TOLERANCE: Final = 1
TRIES: Final = 5
TRIES_WITHIN: Final = 15 * 60
RECOVERY_CODES: Final = 10
_SECRET_BYTES: Final = 20
# No 0, 1, 8, B, I, O: what is read off paper is typed right.
_LETTERS: Final = "2345679ACDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LETTERS: Final = 10


@transaction.atomic
def begin_second_factor(user: CustomUser) -> SecondFactor:
    """A new secret for a telephone to scan; nothing is asked of the person before `confirm_second_factor`.

    Raises DomainError `second_factor_on` where one is in use.
    """
    lock_account(user.pk, by=user)
    known = SecondFactor.objects.filter(user=user).first()
    if known is not None and known.confirmed_at:
        raise DomainError("second_factor_on", _("A second factor is in use already."))
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    factor, _made = SecondFactor.objects.update_or_create(
        user=user, defaults={"secret": secret, "created_at": timezone.now()}
    )
    return factor


@transaction.atomic
def confirm_second_factor(user: CustomUser, code: str) -> list[str]:
    """The first code proves that the telephone has the secret: from now on one is asked at each sign-in.

    Returns the recovery codes, which nobody can see again. Raises DomainError at `code`.
    """
    _count(user)
    factor = _lock(user)
    if factor.confirmed_at:
        raise DomainError("second_factor_on", _("A second factor is in use already."))
    factor.confirmed_at = timezone.now()
    _take_code(factor, code)
    audit.record(user, audit.Action.UPDATE, by=user, reason=str(_("Second factor turned on.")))
    return _give_codes(factor)


@transaction.atomic
def check_second_factor(user: CustomUser, code: str) -> SecondFactor:
    """A code of the telephone, or one from the paper; each is taken once. Raises DomainError at `code`.

    Tries are counted in the cache, so that none is undone with the transaction.
    """
    _count(user)
    factor = _lock(user)
    if not factor.confirmed_at:
        raise _wrong()
    if _digits(code) is not None:
        _take_code(factor, code)
        return factor
    hashes = keyed_hashes("recovery", str(user.pk), _letters(code))
    found = factor.recovery_codes.filter(code_hash__in=hashes, used_at__isnull=True).first()
    if found is None:
        raise _wrong()
    found.used_at = timezone.now()
    found.save(update_fields=["used_at"])
    audit.record(user, audit.Action.UPDATE, by=user, reason=str(_("Signed in by a recovery code.")))
    return factor


@transaction.atomic
def renew_recovery_codes(user: CustomUser, code: str) -> list[str]:
    """Ten new codes; those on the old paper are worth nothing. Raises DomainError at `code`."""
    factor = check_second_factor(user, code)
    audit.record(user, audit.Action.UPDATE, by=user, reason=str(_("New recovery codes.")))
    return _give_codes(factor)


@transaction.atomic
def remove_second_factor(user_id: UUID, *, by: Actor, reason: str = "", code: str | None = None) -> None:
    """Turn it off: oneself with a code, a manager for somebody whose telephone is lost.

    Raises DomainError `access_not_yours`, `no_second_factor`, or at `code`.
    """
    user = lock_account(user_id, by=by)
    if not SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise DomainError("no_second_factor", _("No second factor is in use."))
    if by is not None and by.pk == user.pk:
        check_second_factor(user, code or "")
    elif not may_grant_access(by):
        raise DomainError("access_not_yours", _("Only a manager takes somebody's second factor away."))
    SecondFactor.objects.filter(user=user).delete()
    audit.record(user, audit.Action.UPDATE, by=by, reason=reason or str(_("Second factor turned off.")))


def _count(user: CustomUser) -> None:
    counted = count_try("second_factor", str(user.pk), limit=TRIES, seconds=TRIES_WITHIN)
    if not counted.allowed:
        raise DomainError("too_many_codes", _("Too many wrong codes: try again in a quarter of an hour."), field="code")


def _lock(user: CustomUser) -> SecondFactor:
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or isinstance(factor.secret, Unreadable):
        raise _wrong()
    return factor


def _take_code(factor: SecondFactor, code: str) -> None:
    """Accept the code of this half minute or a neighbouring one, if it is later than the last that was taken."""
    from django_otp.oath import TOTP

    typed = _digits(code)
    clock = TOTP(base64.b32decode(factor.secret))
    clock.time = time.time()
    if typed is None or not clock.verify(typed, tolerance=TOLERANCE, min_t=factor.last_step + 1):
        raise _wrong()
    factor.last_step = clock.t()
    factor.save(update_fields=["last_step", "confirmed_at"])


def _give_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(_LETTERS) for _letter in range(_CODE_LETTERS)) for _code in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, code_hash=keyed_hash("recovery", str(factor.pk), code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digits(code: str) -> int | None:
    typed = "".join(ascii_digits(clean(code)).split())
    return int(typed) if len(typed) == 6 and typed.isdecimal() and typed.isascii() else None


def _letters(code: str) -> str:
    return "".join(letter for letter in ascii_digits(clean(code)).upper() if letter.isalnum())


def _wrong() -> DomainError:
    return DomainError("wrong_code", _("This code is wrong, or was used already: wait for the next one."), field="code")
