"""How often something may be tried, counted for all processes together in the cache."""

import hashlib
import logging
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from .errors import DomainError
from .phones import normalise_phone

_log = logging.getLogger(__name__)

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST_SPELLING: Final = 40


@dataclass(frozen=True)
class Counted:
    """What became of a try."""

    allowed: bool
    # Seconds until the window ends.
    wait: float


def count_try(name: str, who: str, *, limit: int, seconds: int, now: float | None = None) -> Counted:
    """Count a try of `who`, and say whether it was one too many within this window of so many seconds.

    By an increment: what is read and then written back counts tries at the same moment as one. While Redis is away
    nothing is counted and everybody let through; five wrong passwords lock a number all the same, in the database.
    """
    now = time.time() if now is None else now
    window = int(now // seconds)
    wait = max((window + 1) * seconds - now, 1.0)
    key = f"tries:{name}:{hashlib.sha256(who.encode()).hexdigest()}:{window}"
    try:
        cache.add(key, 0, seconds)
        return Counted(allowed=cache.incr(key) <= limit, wait=wait)
    except ValueError:
        # The window ended between the two.
        return Counted(allowed=True, wait=wait)
    except RedisError as error:
        _log.error("Redis is away, so tries aren't counted: %s", error)
        return Counted(allowed=True, wait=wait)


def read_rate(rate: str) -> tuple[int, int]:
    """How many tries in how many seconds, of the settings' "20/hour"."""
    number, _slash, period = rate.partition("/")
    return int(number), _SECONDS[period[0]]


def number_counted(typed: object) -> str:
    """Whom a typed number is counted as: the number in its one form, or else what was typed."""
    try:
        return normalise_phone(typed)
    except DomainError:
        return str(typed)[:_LONGEST_SPELLING]


def count_by_both(kind: str, *, address: str, typed: str | None) -> Counted:
    """Count a try to sign in ("login"), to register or to set a password by its address and by the number typed.

    At the rates and in the counts of the apps. Both are counted whatever the first says; the longer wait is told.
    """
    tried = [("address", address), *([("number", number_counted(typed))] if typed is not None else [])]
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    counts = []
    for by, who in tried:
        limit, seconds = read_rate(rates[f"{kind}_{by}"])
        counts.append(count_try(f"{kind}_{by}", who, limit=limit, seconds=seconds))
    refused = [one.wait for one in counts if not one.allowed]
    return Counted(allowed=not refused, wait=max(refused, default=0.0))
