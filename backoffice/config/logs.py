"""What is logged, and where."""

from typing import Any


def logging() -> dict[str, Any]:
    """One line an entry, on the standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "axes": {"level": "WARNING"},
            # Tells of each letter that a PDF doesn't need.
            "fontTools": {"level": "WARNING"},
        },
    }
