"""The apps' tokens: a short access token, and a refresh token that is good once.

Every token belongs to a family, one per sign-in, whose row says which refresh token is the newest and what the account
was at the time. A refresh token used twice means that it was copied, and ends the family; so do signing out, another
password, another role, and closing the account: for the access token too, at once.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework_simplejwt import tokens as stock
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings

from backoffice.shared.statements import KeptStatement
from backoffice.users.models import CustomUser

from .keys import KeyRing, ring
from .models import TokenFamily

FAMILY: Final = "family"


class TokenRefused(exceptions.AuthenticationFailed):
    """The token isn't good, for whatever reason: the app signs in again."""

    default_detail = _("The token is not valid, or no longer. Sign in again.")
    default_code = "token_not_valid"


class OurKeys:
    """Signed and read with the keys of the settings."""

    def get_token_backend(self) -> KeyRing:
        """The keys."""
        return ring()


class AccessToken(OurKeys, stock.AccessToken):
    """Opens what its person may see."""


class RefreshToken(OurKeys, stock.Token):
    """Good for one exchange."""

    token_type = "refresh"  # noqa: S105
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


class EitherToken(OurKeys, stock.UntypedToken):
    """One of the two."""


@dataclass(frozen=True)
class Pair:
    """What a sign-in or an exchange gives."""

    access: str
    refresh: str


def stamp_of(user: CustomUser) -> str:
    """Changes whenever the password or the role does."""
    return hashlib.sha256(f"{user.password}|{user.role}".encode()).hexdigest()


def sign_in(user: CustomUser) -> Pair:
    """Begin a family of tokens; the person's families that have run out are swept away."""
    now = timezone.now()
    TokenFamily.objects.filter(user=user, expires_at__lt=now).delete()
    family = TokenFamily.objects.create(
        user=user, stamp=stamp_of(user), newest=uuid4().hex, expires_at=now + RefreshToken.lifetime
    )
    return _pair(family)


def exchange(raw: str) -> Pair:
    """A new pair for a refresh token; raises TokenRefused, and ends the family when the token was used before."""
    token = _read(RefreshToken, raw)
    family = _living_family(token)
    newest, expires_at = uuid4().hex, timezone.now() + RefreshToken.lifetime
    # Compared and set in one statement: of two exchanges at the same moment one finds the token used.
    good = TokenFamily.objects.filter(pk=family.pk, newest=token["jti"], ended_at=None)
    if not good.update(newest=newest, expires_at=expires_at):
        end_family(family.pk)
        raise TokenRefused
    family.newest = newest
    return _pair(family)


def sign_out(raw: str) -> None:
    """End the family of a refresh token; an old one of the family does as well."""
    end_family(_living_family(_read(RefreshToken, raw)).pk)


def verify(raw: str) -> None:
    """Raise TokenRefused unless the token, of either kind, would be taken now."""
    token = _read(EitherToken, raw)
    family = _living_family(token)
    if token.get("token_type") == RefreshToken.token_type and token["jti"] != family.newest:
        raise TokenRefused


def holder(token: Any) -> CustomUser:
    """Whose access token it is; one query, which is kept: every request of the apps asks it."""
    family_id, user_id = _named_in(token)
    for stamp, *columns in _HOLDERS.rows(family_id=family_id, user_id=user_id):
        user = CustomUser.from_db(connection.alias, [field.attname for field in _COLUMNS], columns)
        if user.is_active and stamp == stamp_of(user):
            return user
    raise TokenRefused


def keep_only(token: Any, user: CustomUser) -> None:
    """After a change of password: this token's family goes on, every other one of the person ends."""
    families = TokenFamily.objects.filter(user=user, ended_at=None)
    families.exclude(pk=token[FAMILY]).update(ended_at=timezone.now())
    families.filter(pk=token[FAMILY]).update(stamp=stamp_of(user))


def end_all_of(user: CustomUser) -> None:
    """Whoever was closed, or may do other things than before, signs in anew: no token outlives that, nor comes back."""
    TokenFamily.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())


def end_family(family_id: Any) -> None:
    """No token of the family is good any more."""
    TokenFamily.objects.filter(pk=family_id, ended_at=None).update(ended_at=timezone.now())


def _read(kind: Any, raw: str) -> Any:
    try:
        return kind(raw)
    except TokenError as error:
        raise TokenRefused from error


def _named_in(token: Any) -> tuple[UUID, UUID]:
    """The family and the person that a token says it is of."""
    try:
        return UUID(token[FAMILY]), UUID(token[api_settings.USER_ID_CLAIM])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # Signed with our key, but of another making.
        raise TokenRefused from error


_COLUMNS: Final = CustomUser._meta.concrete_fields
_HOLDERS: Final = KeptStatement(
    lambda family_id, user_id: TokenFamily.objects.filter(pk=family_id, user=user_id, ended_at=None).values_list(
        "stamp", *(f"user__{field.attname}" for field in _COLUMNS)
    )
)


def _living_family(token: Any) -> TokenFamily:
    family_id, user_id = _named_in(token)
    family = TokenFamily.objects.select_related("user").filter(pk=family_id, user_id=user_id, ended_at=None).first()
    if family is None or not family.user.is_active or family.stamp != stamp_of(family.user):
        raise TokenRefused
    return family


def _pair(family: TokenFamily) -> Pair:
    access, refresh = AccessToken(), RefreshToken()
    for token in (access, refresh):
        token[api_settings.USER_ID_CLAIM] = str(family.user_id)
        token[FAMILY] = str(family.pk)
    refresh["jti"] = family.newest
    return Pair(access=str(access), refresh=str(refresh))
