"""How often something may be tried, counted for all processes together in the cache."""

import hashlib
import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Counted:
    """What became of a try."""

    allowed: bool
    # Seconds until the window ends.
    wait: float


def count_try(name: str, who: str, *, limit: int, seconds: int, now: float | None = None) -> Counted:
    """Count a try of `who`, and say whether it was one too many within this window of so many seconds.

    By an increment: what is read and then written back counts tries at the same moment as one.
    """
    now = time.time() if now is None else now
    window = int(now // seconds)
    wait = max((window + 1) * seconds - now, 1.0)
    key = f"tries:{name}:{hashlib.sha256(who.encode()).hexdigest()}:{window}"
    cache.add(key, 0, seconds)
    try:
        return Counted(allowed=cache.incr(key) <= limit, wait=wait)
    except ValueError:
        # The window ended between the two.
        return Counted(allowed=True, wait=wait)
