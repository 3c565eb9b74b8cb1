"""The cache that all processes share, and the layer of the sockets."""

from typing import Any


def caches_from(redis_url: str) -> dict[str, Any]:
    """CACHES: Redis where there is one, else a table. What counts tries must be one for all processes."""
    if redis_url:
        return {
            "default": {
                "BACKEND": "backoffice.shared.redis_cache.ForgetfulRedisCache",
                "LOCATION": redis_url,
                # Seconds: nobody waits long at a page for a Redis that keeps silent.
                "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
            }
        }
    return {
        "default": {
            "BACKEND": "backoffice.shared.cache.CountingDatabaseCache",
            "LOCATION": "cache",
            # Past this Django throws rows away that are still good, among them the counts of tries.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }


def channel_layers_from(redis_url: str) -> dict[str, Any]:
    """CHANNEL_LAYERS: the pub/sub layer (the core layer drops idle sockets and what is past its capacity)."""
    if redis_url:
        return {
            "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis_url]}}
        }
    return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
