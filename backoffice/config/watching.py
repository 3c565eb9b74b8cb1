"""Who watches the server from outside: Prometheus on a port of its own, Sentry where its DSN is set."""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environ import Env

_HIGHEST_PORT: Final = 65_535


@dataclass(frozen=True)
class Watching:
    """What the environment says of it."""

    # None where nobody asks for metrics: then nothing is counted either.
    metrics_port: int | None
    metrics_host: str
    # Empty where errors stay in the log.
    sentry_dsn: str
    # What Sentry calls this place, for a centre that has a trial system beside it.
    sentry_environment: str


def watching_from(env: Env) -> Watching:
    """The settings of metrics and error reports. Raises ImproperlyConfigured for a port that is none."""
    named = env("METRICS_PORT", default="").strip()
    if named and not (named.isdecimal() and 0 < int(named) <= _HIGHEST_PORT):
        raise ImproperlyConfigured(f"METRICS_PORT={named!r} is no port: name one from 1 to {_HIGHEST_PORT}.")
    return Watching(
        metrics_port=int(named) if named else None,
        metrics_host=env("METRICS_HOST", default="127.0.0.1"),
        sentry_dsn=env("SENTRY_DSN", default="").strip(),
        sentry_environment=env("SENTRY_ENVIRONMENT", default="production"),
    )
