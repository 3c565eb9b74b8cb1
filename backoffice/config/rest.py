"""Settings of the apps' REST layer and its tokens."""

from datetime import timedelta
from typing import Any

import environ


def rest_framework(env: environ.Env) -> dict[str, Any]:
    """REST_FRAMEWORK: who may ask, how often, and in which shape it is answered."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "EXCEPTION_HANDLER": "api.errors.exception_handler",
        "DEFAULT_THROTTLE_RATES": {
            "login_address": "60/min",
            "login_number": "10/min",
            "register_address": "20/hour",
            "register_number": "5/hour",
            "password_address": "30/hour",
            "password_number": "10/hour",
        },
        # How many proxies in front may be believed about the client's address.
        "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
    }


def simple_jwt(env: environ.Env, secret_key: str) -> dict[str, Any]:
    """SIMPLE_JWT: how long tokens live and what signs them."""
    return {
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=14),
        # Our own families of tokens rotate (api/tokens.py); with this on, the stock classes refuse them.
        "CHECK_REVOKE_TOKEN": True,
        "UPDATE_LAST_LOGIN": False,
        "AUTH_HEADER_TYPES": ("JWT", "Bearer"),
        "SIGNING_KEY": env("JWT_SIGNING_KEY", default="") or secret_key,
        "USER_ID_FIELD": "id",
        "USER_ID_CLAIM": "user_id",
    }
