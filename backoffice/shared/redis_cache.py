"""The cache in Redis. While Redis is away, what was only kept for speed is as if it had never been kept."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

_log = logging.getLogger(__name__)

# Seconds for which a Redis that failed isn't asked again: one that hangs would hold each page up for a second or more.
_REST: Final = 5.0


class _Rest:
    """Of the whole process: each of its threads has a cache of its own."""

    over_at = 0.0


def _or(otherwise: Any, asked: Callable[[], Any]) -> Any:
    """What Redis answers; without one, or while it rests, something else."""
    if time.monotonic() < _Rest.over_at:
        return otherwise
    try:
        return asked()
    except RedisError as error:
        _Rest.over_at = time.monotonic() + _REST
        _log.warning("Redis is away, so nothing is kept for speed: %r", error)
        return otherwise


class _ForgetfulClient(RedisCacheClient):
    """Django's, which asks Redis; keys are made already. What isn't here raises: `add`, `incr`, `clear`."""

    def get(self, key: Any, default: Any) -> Any:
        return _or(default, partial(super().get, key, default))

    def get_many(self, keys: Any) -> Any:
        return _or({}, partial(super().get_many, keys))

    def has_key(self, key: Any) -> Any:
        return _or(False, partial(super().has_key, key))

    def set(self, key: Any, value: Any, timeout: Any) -> Any:
        return _or(None, partial(super().set, key, value, timeout))

    def set_many(self, data: Any, timeout: Any) -> Any:
        return _or(None, partial(super().set_many, data, timeout))

    def touch(self, key: Any, timeout: Any) -> Any:
        return _or(False, partial(super().touch, key, timeout))

    def delete(self, key: Any) -> Any:
        return _or(False, partial(super().delete, key))

    def delete_many(self, keys: Any) -> Any:
        return _or(None, partial(super().delete_many, keys))


class ForgetfulRedisCache(RedisCache):
    """Finds nothing and keeps nothing while Redis is away; with Django's own every page of the site is a 500 then.

    Counting is another matter: `add` and `incr` raise what redis-py raises, so that who counts can say what an
    uncounted try may do (`limits.count_try`). What should be forgotten meanwhile is forgotten by a Redis that was
    restarted, for it keeps no file (compose.yml); one that only couldn't be reached knows it until its term ends.
    """

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _ForgetfulClient
