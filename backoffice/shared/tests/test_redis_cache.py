"""A Redis that is away is an empty cache, and no fault of a page; who counts is told."""

import time

import pytest
from redis.exceptions import RedisError

from backoffice.shared import redis_cache
from backoffice.shared.redis_cache import ForgetfulRedisCache


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(redis_cache._Rest, "over_at", 0.0)


@pytest.fixture
def nowhere():
    """On a port that nobody listens on."""
    return ForgetfulRedisCache("redis://127.0.0.1:1/0", {})


def test_without_redis_nothing_is_found_and_nothing_kept(nowhere, monkeypatch):
    for ask, answer in (
        (lambda: nowhere.get("a", 7), 7),
        (lambda: nowhere.get_many(["a", "b"]), {}),
        (lambda: "a" in nowhere, False),
        (lambda: nowhere.set("a", 1), None),
        (lambda: nowhere.set_many({"a": 1}), []),
        (lambda: nowhere.touch("a"), False),
        (lambda: nowhere.delete("a"), False),
        (lambda: nowhere.delete_many(["a"]), None),
    ):
        monkeypatch.setattr(redis_cache._Rest, "over_at", 0.0)
        assert ask() == answer


def test_who_counts_is_told(nowhere):
    nowhere.get("a")
    for count in (lambda: nowhere.add("a", 0), lambda: nowhere.incr("a"), nowhere.clear):
        with pytest.raises(RedisError):
            count()


def test_one_that_failed_rests_and_is_asked_again(nowhere, monkeypatch):
    nowhere.get("a")
    asked = []
    monkeypatch.setattr(redis_cache.RedisCacheClient, "get", lambda _self, key, _default: asked.append(key) or 5)
    assert nowhere.get("a", 7) == 7
    assert not asked
    monkeypatch.setattr(redis_cache._Rest, "over_at", time.monotonic())
    assert nowhere.get("a", 7) == 5
    assert asked == [":1:a"]
