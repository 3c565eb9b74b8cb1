"""Passwords, whichever door they come through: tried, counted, locked and judged alike."""

from typing import Any, Final

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError

from .models import CustomUser

# Past this a password is no password, and hashing it is work for an attacker's sake.
LONGEST_PASSWORD: Final = 128
LOCKED_SECONDS: Final = 15 * 60
LOCKED: Final = _("This number is locked for 15 minutes after five wrong passwords. Try again later.")


class NumberLocked(DomainError):
    """Five wrong passwords lock a number for a quarter of an hour; `wait` in seconds."""

    wait: Final = LOCKED_SECONDS

    def __init__(self) -> None:
        super().__init__("locked", LOCKED)


def who_has(request: HttpRequest, phone_number1: str, password: str) -> CustomUser | None:
    """Whose number and password these are; a number that nobody has costs the time of a wrong password.

    Wrong ones count towards the lock. Raises NumberLocked once the number is locked, right password or not. Nobody is
    signed in yet: the door does that in its own way.
    """
    user = authenticate(request, phone_number1=phone_number1, password=password)
    if getattr(request, "axes_locked_out", False):
        # Or its middleware would put the staff's page in place of the door's answer.
        delattr(request, "axes_locked_out")
        raise NumberLocked
    return user if isinstance(user, CustomUser) else None


def check_new_password(password: str, **known: Any) -> None:
    """Raise Django's ValidationError for a weak password; `known` is what its person says of themselves."""
    said = {name: known[name] for name in ("first_name", "last_name", "email") if known.get(name)}
    validate_password(password, CustomUser(**said))


def unlock(user: CustomUser) -> None:
    """Forget the number's wrong passwords: its person has a new one."""
    AxesProxyHandler.reset_attempts(username=str(user.phone_number1))
