"""Settings of the apps' REST layer and its tokens."""

from datetime import timedelta
from typing import Any

# By one address, in the apps and on the staff's pages together.
SIGN_INS_A_MINUTE = 60


def rest_framework(trusted_proxies: int) -> dict[str, Any]:
    """REST_FRAMEWORK: who may ask, how often, and in which shape it is answered."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["api.rendering.FastJSON"],
        "DEFAULT_PARSER_CLASSES": ["api.parsing.JSONParser"],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.parsing.OnlyJSON",
        # OPTIONS tells strangers what a view is made of; the contract tells it better.
        "DEFAULT_METADATA_CLASS": None,
        # `?format=` is an unknown parameter like any other.
        "URL_FORMAT_OVERRIDE": None,
        # Loaded when the schema is written, and at no other time.
        "DEFAULT_SCHEMA_CLASS": "api.schema.inspector.ContractSchema",
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
            # A reader that sends each scan by itself sends some 30 a minute; one that was offline, batches.
            "scans_device": "240/min",
        },
        "NUM_PROXIES": trusted_proxies,
    }


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


_INTRODUCTION = """
`Authorization: JWT <access>` (also `Bearer`), with the access token of `POST /auth/jwt/create/`: see authentication.md.
JSON in UTF-8 of at most 1 MB. Amounts are strings with two decimals, times ISO 8601 with an offset, dates `2026-09-30`,
weekdays count from Saturday = 0 to Friday = 6.

Lists come in pages: `{"count", "next", "previous", "results"}`, with `page` and `page_size` (20, at most 100). A
parameter that isn't named here, a bad value, an unknown field: each is a 400 that names it, never ignored. Somebody
else's object is a 404, a role that may not is a 403.

Refusals are `{"field": ["…"]}` or `{"detail": "…", "code": "course_full"}`; `code` is stable, the words are Arabic, or
English with `Accept-Language: en`. A POST below /api/v1/ may carry an `Idempotency-Key`: the same key and body within
24 hours get the first answer, with `Idempotent-Replayed: true`; the same key with another body is a 422; one that still
runs is a 409.
""".strip()


def spectacular() -> dict[str, Any]:
    """SPECTACULAR_SETTINGS: how the contract is written down."""
    return {
        "TITLE": "The API of Redwan Courses Center",
        "DESCRIPTION": _INTRODUCTION,
        "VERSION": "1",
        "SERVE_INCLUDE_SCHEMA": False,
        "SCHEMA_PATH_PREFIX": "/",
        "COMPONENT_SPLIT_REQUEST": True,
        # Values stand where they are used: names made up for them would change when another enum comes.
        "POSTPROCESSING_HOOKS": ["api.schema.hooks.with_shared_answers"],
        "PREPROCESSING_HOOKS": ["api.schema.hooks.only_ours"],
        "SORT_OPERATIONS": False,
        "PATH_CONVERTER_OVERRIDES": {"id_or_slug": str},
        "ENABLE_DJANGO_DEPLOY_CHECK": False,
        "TAGS": [
            {"name": "Accounts", "description": "Who signs in."},
            {"name": "Catalogue", "description": "For everyone, without a token."},
            {"name": "Family", "description": "Parents and their children."},
            {"name": "Places", "description": "Requests, enrolments, ratings."},
            {"name": "Money", "description": "Payments, receipts, refunds."},
            {"name": "Timetable", "description": "Lectures, attendance, results."},
            {"name": "Teaching", "description": "For instructors and supervisors."},
            {"name": "Devices", "description": "For the readers at the doors."},
            {"name": "Live", "description": "Sockets."},
        ],
    }
