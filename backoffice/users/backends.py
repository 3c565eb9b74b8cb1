"""Signing in by phone number, in whatever spelling it is typed, and the lock after wrong passwords."""

import math
from typing import Any

from axes.backends import AxesBackend
from django.contrib import admin
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from backoffice.shared.errors import DomainError
from backoffice.shared.phones import normalise_phone
from backoffice.shared.text import clean

from .models import CustomUser
from .passwords import LOCKED, LOCKED_SECONDS
from .sign_ins import with_sign_in

LONGEST_SPELLING = 40
TOO_MANY_REQUESTS = 429


class BringsSecondFactor:
    """Whoever a session belongs to comes with what each page asks of them."""

    def get_user(self, user_id: Any) -> CustomUser | None:
        """The person of a session, with the second factor and whether they are still signed in there."""
        people = with_sign_in(CustomUser.objects.select_related("second_factor"))
        user = people.filter(pk=user_id).first()
        may_come_in: bool = user is not None and self.user_can_authenticate(user)  # type: ignore[attr-defined]
        return user if may_come_in else None


class NumberLock(BringsSecondFactor, AxesBackend):
    """Refuses a number that is locked; asked before the password is."""


class PhoneBackend(BringsSecondFactor, ModelBackend):
    """`authenticate(phone_number1=…, password=…)`; the admin's form calls the number `username`."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> CustomUser | None:
        """The account, or None; an unknown number takes as long as a wrong password."""
        typed = username if username is not None else kwargs.get(CustomUser.USERNAME_FIELD)
        if typed is None or password is None:
            return None
        user = self._find(typed)
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    @staticmethod
    def _find(typed: str) -> CustomUser | None:
        try:
            return CustomUser.objects.of_number(typed).first()
        except DomainError:
            return None


def number_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """The number that a sign-in was tried with, normalised: axes counts wrong passwords by it."""
    typed = (credentials or {}).get("username") or (credentials or {}).get(CustomUser.USERNAME_FIELD)
    if typed is None and request is not None:
        typed = request.POST.get("username")
    try:
        return normalise_phone(typed)
    except DomainError:
        # Nobody's number: counted as it was typed.
        return f"?{clean(str(typed or ''))[:LONGEST_SPELLING]}"


def locked_out(request: HttpRequest, *given: object) -> HttpResponse:
    """The page that says the number is locked.

    What else axes gives differs: the view's answer and the credentials, or on the asynchronous server these alone.
    """
    return too_many_tries(request, _("Too many wrong passwords"), str(LOCKED), wait=LOCKED_SECONDS)


def too_many_tries(request: HttpRequest, title: str, sentence: str, *, wait: float) -> HttpResponse:
    """The page that says to come back later; `wait` in seconds."""
    context = {**admin.site.each_context(request), "title": title, "sentence": sentence}
    page = TemplateResponse(request, "admin/locked_out.html", context, status=TOO_MANY_REQUESTS)
    page.headers["Retry-After"] = str(math.ceil(wait))
    return page.render()
