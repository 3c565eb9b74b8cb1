"""Settings of the apps' REST layer and its tokens."""

from datetime import timedelta
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac

# As long as what HS256 makes of it: a shorter key is what a guesser begins with.
SHORTEST_KEY = 32
# By one address, in the apps and on the staff's pages together.
SIGN_INS_A_MINUTE = 60


def rest_framework(trusted_proxies: int) -> dict[str, Any]:
    """REST_FRAMEWORK: who may ask, how often, and in which shape it is answered."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "EXCEPTION_HANDLER": "api.errors.exception_handler",
        "DEFAULT_THROTTLE_RATES": {
            "login_address": f"{SIGN_INS_A_MINUTE}/min",
            "login_number": "10/min",
            "register_address": "20/hour",
            "register_number": "5/hour",
            "password_address": "30/hour",
            "password_number": "10/hour",
            "child_link_address": "30/hour",
            "child_link_number": "10/hour",
        },
        "NUM_PROXIES": trusted_proxies,
    }


def signing_keys(env: environ.Env, secret_key: str) -> list[str]:
    """The keys of the apps' tokens: the one that signs, then those that are still believed.

    Never DJANGO_SECRET_KEY itself: without a key of its own, one that can't be turned back is made from it.
    """
    own = (
        env("JWT_SIGNING_KEY", default="")
        or salted_hmac("api.tokens", "1", secret=secret_key, algorithm="sha256").hexdigest()
    )
    keys = [own, *env.list("JWT_PREVIOUS_KEYS", default=[])]
    if secret_key in keys:
        raise ImproperlyConfigured("JWT_SIGNING_KEY is DJANGO_SECRET_KEY: give the tokens a key of their own.")
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured(f"JWT_SIGNING_KEY or a key of JWT_PREVIOUS_KEYS is shorter than {SHORTEST_KEY}.")
    return keys


def simple_jwt(signing_key: str) -> dict[str, Any]:
    """SIMPLE_JWT: how long tokens live and what signs them (the older keys are api/keys.py's)."""
    return {
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
        # Our own families of tokens rotate (api/tokens.py); with this on, the stock classes refuse them.
        "CHECK_REVOKE_TOKEN": True,
        "UPDATE_LAST_LOGIN": False,
        "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
        "SIGNING_KEY": signing_key,
        "USER_ID_FIELD": "id",
        "USER_ID_CLAIM": "user_id",
    }
