"""A Redis that is full, with the policy of compose.yml: tries go on being counted."""

import shlex
import subprocess

import pytest
from django.core.cache import caches

from backoffice.config.caches import caches_from
from backoffice.shared import limits
from backoffice.shared.limits import count_try
from tests.sockets.servers import Redis

from .test_files_of_the_deployment import read

pytestmark = pytest.mark.server
LIMIT, OTHERS = 30, 12_000


class Small(Redis):
    """As compose starts it, with 3 MB."""

    policy = None

    def command(self):
        """Its own command, on a port of the test's."""
        words = shlex.split(read("compose.yml")["services"]["redis"]["command"])
        words[words.index("--maxmemory") + 1] = "3mb"
        if self.policy:
            words[words.index("--maxmemory-policy") + 1] = self.policy
        return [*words, "--port", str(self.port), "--bind", "127.0.0.1"]


@pytest.fixture(params=[None, "noeviction"], ids=["ours", "noeviction"])
def full(request, settings, monkeypatch):
    """Which is it, and a cache there."""
    redis = Small()
    redis.policy = request.param
    redis.start()
    settings.CACHES = caches_from(redis.url)
    monkeypatch.setattr(limits, "cache", caches["default"])
    yield redis
    redis.stop()


def test_what_is_counted_all_the_time_is_not_thrown_out(full):
    counted = []
    for number in range(OTHERS):
        try:
            caches["default"].set(f"part-{number}", "x" * 200, 600)
        except Exception as refused:
            assert "maxmemory" in str(refused)  # noqa: PT017  only one of the two policies refuses
        if number % 300 == 0:
            counted.append(count_try("login", "+201000000001", limit=LIMIT, seconds=86_400))
    thrown = subprocess.run(
        ["redis-cli", "-p", str(full.port), "info", "stats"], capture_output=True, text=True, check=True
    ).stdout
    allowed = sum(one.allowed for one in counted)
    assert len(counted) > LIMIT
    if full.policy is None:
        assert "evicted_keys:0\r" not in thrown
        assert allowed == LIMIT
    else:
        # The twin: a Redis that refuses counts nothing, and everybody is let through.
        assert allowed > LIMIT
