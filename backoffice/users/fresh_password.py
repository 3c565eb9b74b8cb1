"""The password asked again before what can't be taken back: which act needs it, for how long it holds, and the asking.

Whoever sits down at an open browser, or has stolen a session, reads what its person reads; money and lists of people
leave the house only after the password.
"""

import time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError

from .models import CustomUser
from .passwords import LONGEST_PASSWORD, NumberLocked, unlock, who_has

#: Seconds for which a password that was typed holds, in that session alone.
GOOD_FOR: Final = 10 * 60
#: Where a session notes who typed it, and when (seconds since 1970).
GIVEN: Final = "password_given"


class Act(StrEnum):
    """What may need it."""

    REFUND = "refund"
    EXPORT_OF_PEOPLE = "export_of_people"


def needs_password(act: Act, request: HttpRequest, *, amount: Decimal | None = None) -> bool:
    """Whether the person must type the password now: of refunds by their `amount` in EGP, of exports always.

    Not within ten minutes of the last time; the sign-in itself isn't one.
    """
    if act == Act.REFUND and amount is not None and amount <= settings.REFUND_PASSWORD_LIMIT:
        return False
    return not _is_fresh(request)


def give_password(request: HttpRequest, password: str) -> None:
    """Take the password of whoever asks; raises DomainError at `password` for a wrong one.

    Wrong ones count towards the lock of the number, as on the sign-in page: NumberLocked says that it is locked.
    """
    user: Any = request.user
    known = None
    try:
        if len(password) <= LONGEST_PASSWORD:
            known = who_has(request, str(user.phone_number1), password)
    except NumberLocked as locked:
        locked.field = "password"
        raise
    if known is None or known.pk != user.pk:
        raise DomainError("wrong_password", _("This is not your password."), field="password")
    unlock(known)
    request.session[GIVEN] = {"by": str(known.pk), "at": time.time()}


def _is_fresh(request: HttpRequest) -> bool:
    given, user = request.session.get(GIVEN), request.user
    if not isinstance(given, dict) or not isinstance(given.get("at"), float) or not isinstance(user, CustomUser):
        return False
    return given.get("by") == str(user.pk) and 0 <= time.time() - given["at"] < GOOD_FOR
