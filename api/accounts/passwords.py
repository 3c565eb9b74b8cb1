"""Passwords asked by the apps: counted and locked where the admin's and the site's are."""

from django.contrib.auth.signals import user_logged_in
from rest_framework.request import Request

from backoffice.users.models import CustomUser
from backoffice.users.passwords import NumberLocked, who_has

from ..errors import Locked


def who_signs_in(request: Request, phone_number1: str, password: str) -> CustomUser | None:
    """Whose number and password these are; raises Locked once the number is locked, right password or not."""
    http = request._request
    # The apps have tokens. With a session at hand, axes would begin one for its log, and send its cookie.
    if hasattr(http, "session"):
        del http.session
    try:
        user = who_has(http, phone_number1, password)
    except NumberLocked as error:
        raise Locked from error
    if user is not None:
        # Forgets the wrong tries, and notes the time.
        user_logged_in.send(sender=CustomUser, request=http, user=user)
    return user


def is_own_password(request: Request, password: str) -> bool:
    """Whether it is the password of whoever asks."""
    mine = request.user
    if not isinstance(mine, CustomUser):
        return False
    user = who_signs_in(request, str(mine.phone_number1), password)
    return user is not None and user.pk == mine.pk
