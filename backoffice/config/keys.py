"""The keys that are derived from, or stand beside, Django's own: one for the apps' tokens, one for sealed text."""

from typing import Final

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

# As long as what HS256 makes of it: a shorter key is what a guesser begins with.
SHORTEST_KEY: Final = 32


def signing_keys(env: environ.Env, secret_key: str) -> list[str]:
    """The keys of the apps' tokens: the one that signs, then those that are still believed."""
    return _keys(env, "JWT_SIGNING_KEY", "JWT_PREVIOUS_KEYS", secret_key, salt="api.tokens")


def sealing_keys(env: environ.Env, secret_key: str) -> list[str]:
    """The keys of sealed text (`shared.sealed`): the one that seals, then those that still open."""
    return _keys(env, "SEALING_KEY", "SEALING_PREVIOUS_KEYS", secret_key, salt="shared.sealed")


def _keys(env: environ.Env, name: str, previous: str, secret_key: str, *, salt: str) -> list[str]:
    """Never DJANGO_SECRET_KEY itself: without a key of its own, one that can't be turned back is made from it."""
    own = env(name, default="") or salted_hmac(salt, "1", secret=secret_key, algorithm="sha256").hexdigest()
    keys = [own, *env.list(previous, default=[])]
    if secret_key in keys:
        raise ImproperlyConfigured(f"{name} is DJANGO_SECRET_KEY: give it a key of its own.")
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured(f"{name} or a key of {previous} is shorter than {SHORTEST_KEY}.")
    return keys
