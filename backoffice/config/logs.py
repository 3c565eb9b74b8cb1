"""What is logged, and where."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured


def logging(form: str) -> dict[str, Any]:
    """An entry a line on the standard error, as `json` (an object each) or as `lines`."""
    if form not in {"json", "lines"}:
        raise ImproperlyConfigured("LOG_FORMAT is json or lines.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "backoffice.config.log_lines.JsonLine"},
            "lines": {"()": "backoffice.config.log_lines.Line"},
        },
        "filters": {
            "request_id": {"()": "backoffice.config.log_lines.RequestId"},
            "once_an_outage": {"()": "backoffice.config.log_lines.OnceAnOutage"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]},
        },
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "axes": {"level": "WARNING"},
            # Tells of each letter that a PDF doesn't need.
            "fontTools": {"level": "WARNING"},
            # While Redis is away each would tell of it every second, or with every try to sign in.
            "channels_redis.pubsub": {"filters": ["once_an_outage"]},
            "backoffice.shared.limits": {"filters": ["once_an_outage"]},
        },
    }
