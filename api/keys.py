"""The keys that sign the apps' tokens: the newest signs, and each that is still listed is believed.

So a key is replaced without signing anybody out: the new one comes first, the old one stays in the list for as long as
a refresh token lives, and then goes.
"""

import hmac
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

ALGORITHM: Final = "HS256"
# Seconds by which a server's clock may have gone back: the hour of a change, and what else it was wrong by.
_SET_BACK_AT_MOST: Final = 2 * 60 * 60


class KeyRing(TokenBackend):
    """Signs with the first key and writes into the header (`kid`) which one it was."""

    def __init__(self, keys: Sequence[str]) -> None:
        super().__init__(ALGORITHM, signing_key=keys[0])
        self.newest = name_of(keys[0])
        self.by_name = {name_of(key): self._prepare_key(key) for key in keys}

    def encode(self, payload: dict[str, Any]) -> str:
        """The token, signed."""
        return jwt.encode(payload, self.by_name[self.newest], algorithm=ALGORITHM, headers={"kid": self.newest})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:  # noqa: FBT001  as simplejwt calls it
        """What the token says; raises TokenBackendError.

        One that will be made within an hour or two is no forgery: after the server's clock is set back by an hour,
        everybody's token is one of the future, and everybody would be signed out for as long. A later one is.
        """
        options: Any = {"verify_signature": verify, "verify_aud": False, "verify_iat": False}
        try:
            said: dict[str, Any] = jwt.decode(
                token, self.get_verifying_key(token), algorithms=[ALGORITHM], options=options
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenBackendExpiredToken("ended") from error
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("not a token") from error
        made = said.get("iat", 0)
        if not isinstance(made, int | float) or made > time.time() + _SET_BACK_AT_MOST:
            raise TokenBackendError("made at no time, or in the future")
        return said

    def get_verifying_key(self, token: Any) -> Any:
        """The key that the token names; one that we don't have signs nothing."""
        try:
            name = jwt.get_unverified_header(token).get("kid")
        except jwt.InvalidTokenError as error:
            raise TokenBackendError("not a token") from error
        if name not in self.by_name:
            raise TokenBackendError("signed with no key of ours")
        return self.by_name[name]


def name_of(key: str) -> str:
    """What a key is called in a token's header; says nothing about the key."""
    return hmac.digest(key.encode(), b"kid", "sha256").hex()[:12]


def ring() -> KeyRing:
    """The keys of the settings."""
    return _ring_of(tuple(settings.JWT_KEYS))


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(keys)
