"""Counts by address and by number, on every way in, and whom they believe about the address."""

import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.core.management import call_command
from django.test import Client, RequestFactory

from api.throttles import CountedThrottle
from backoffice.config.rest import SIGN_INS_A_MINUTE
from backoffice.shared.addresses import client_address
from backoffice.shared.cache import CountingDatabaseCache
from backoffice.shared.limits import count_try

from .conftest import MONA

CREATE = "/auth/jwt/create/"
HERE = "203.0.113.7"


@pytest.fixture
def one_try(monkeypatch):
    """One try by address a day, as many by number as one likes."""
    rates = {f"{what}_{who}": "1/day" if who == "address" else "100/min" for what in ("login", "register", "password")
             for who in ("address", "number")}  # fmt: skip
    monkeypatch.setattr(CountedThrottle, "THROTTLE_RATES", rates)


def tried(app, **headers):
    return app.post(CREATE, {"phone_number1": MONA, "password": "x"}, REMOTE_ADDR=HERE, **headers).status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_FOR": "6.6.6.6"},
        {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7"},
        {"HTTP_X_REAL_IP": "6.6.6.6"},
        {"HTTP_FORWARDED": "for=6.6.6.6"},
        {"HTTP_CLIENT_IP": "6.6.6.6"},
        {"HTTP_CF_CONNECTING_IP": "6.6.6.6"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_without_a_proxy_no_header_moves_the_count(app, one_try, headers):
    assert tried(app) == 401
    assert tried(app, **headers) == 429


@pytest.mark.django_db
def test_behind_one_proxy_only_what_it_saw_itself_counts(app, one_try, settings):
    settings.TRUSTED_PROXIES = 1
    assert tried(app, HTTP_X_FORWARDED_FOR="1.1.1.1") == 401
    assert tried(app, HTTP_X_FORWARDED_FOR="6.6.6.6, 1.1.1.1") == 429
    assert tried(app, HTTP_X_FORWARDED_FOR="6.6.6.6,7.7.7.7 ,1.1.1.1") == 429
    assert tried(app, HTTP_X_FORWARDED_FOR="2.2.2.2") == 401


@pytest.mark.parametrize(
    ("trusted", "forwarded", "counted"),
    [
        (0, "1.1.1.1", HERE),
        (1, "", HERE),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, " , ,1.1.1.1, ", "1.1.1.1"),
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        (1, "::ffff:1.1.1.1", "1.1.1.1"),
        (1, "x" * 5000, "x" * 64),
    ],
)
def test_the_address_that_counts(settings, trusted, forwarded, counted):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == counted


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CREATE, {"phone_number1": "{}", "password": "x"}),
        ("/auth/users/", {"phone_number1": "{}"}),
        ("/auth/users/claim/", {"phone_number1": "{}", "code": "1", "new_password": "x", "re_new_password": "x"}),
    ],
)
def test_one_address_with_many_numbers_and_one_number_from_many_addresses_are_both_stopped(
    app, monkeypatch, path, body
):
    kinds = ("login", "register", "password")
    monkeypatch.setattr(CountedThrottle, "timer", staticmethod(lambda: 1_000_000.0))
    rates = {f"{kind}_address": "3/hour" for kind in kinds} | {f"{kind}_number": "2/hour" for kind in kinds}
    monkeypatch.setattr(CountedThrottle, "THROTTLE_RATES", rates)

    def asked(number, address):
        sent = body | {"phone_number1": number}
        return app.post(path, sent, REMOTE_ADDR=address).status_code

    assert 429 not in [asked(f"010055500{n:02d}", "10.0.0.1") for n in range(3)]
    assert asked("01005550099", "10.0.0.1") == 429
    # One number in three spellings.
    assert 429 not in [asked("01007770001", "10.0.0.2"), asked("+20 100 777 0001", "10.0.0.3")]
    assert asked("٠١٠٠٧٧٧٠٠٠١", "10.0.0.4") == 429


@pytest.mark.django_db
def test_one_address_tries_as_often_on_the_staffs_page_as_in_the_apps_and_they_count_together(app):
    page = "/courses-admin/login/"
    for _ in range(SIGN_INS_A_MINUTE):
        count_try("login_address", "127.0.0.1", limit=10**6, seconds=60)
    answer = Client().post(page, {"username": "01001234567", "password": "x"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 60
    assert "<html" in answer.content.decode()
    assert app.post(CREATE, {"phone_number1": MONA, "password": "x"}).status_code == 429
    assert Client().get(page).status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").post(page, {"username": "01001234567", "password": "x"}).status_code == 200
    # The site's admin has no page of its own on which passwords could be tried.
    assert Client().post("/cms/login/", {"username": "01001234567", "password": "x"}).status_code == 302


@pytest.fixture
def table_cache(db, settings):
    call_command("createcachetable", "tries_cache", verbosity=0)
    settings.CACHES = {
        "default": {
            "BACKEND": "backoffice.shared.cache.CountingDatabaseCache",
            "LOCATION": "tries_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
    return caches["default"]


def test_in_the_databases_cache_a_count_lives_as_long_as_its_window(table_cache, monkeypatch):
    """Django's own `incr` would give it five minutes anew each time."""
    assert isinstance(table_cache, CountingDatabaseCache)
    table_cache.add("tries", 0, 3600)
    assert [table_cache.incr("tries") for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", _in_minutes(50))
    assert table_cache.get("tries") == 3
    monkeypatch.setattr("django.core.cache.backends.db.tz_now", _in_minutes(61))
    assert table_cache.get("tries") is None


def _in_minutes(minutes):
    import datetime as dt

    from django.utils import timezone

    return lambda: timezone.now() + dt.timedelta(minutes=minutes)


def test_a_count_that_isnt_there_is_no_count(table_cache):
    with pytest.raises(ValueError, match="nowhere"):
        table_cache.incr("nowhere")
    table_cache.set("past", 1, -1)
    with pytest.raises(ValueError, match="past"):
        table_cache.incr("past")


def test_every_process_counts_in_the_same_table(table_cache):
    here, there = (CountingDatabaseCache("tries_cache", {}) for _ in range(2))
    here.add("tries", 0, 3600)
    assert [here.incr("tries"), there.incr("tries"), here.incr("tries")] == [1, 2, 3]


def _redis():
    try:
        socket.create_connection(("127.0.0.1", 6379), timeout=1).close()
    except OSError:
        return False
    return True


# The centre may run without Redis, and so may the quick tests; .ci/run starts one, so this is always shown there.
@pytest.mark.skipif(not _redis(), reason="counts in Redis need one on 127.0.0.1:6379")
def test_in_redis_tries_of_many_threads_are_all_counted_and_the_window_stays():
    key = f"tries-of-a-test-{uuid4().hex}"
    caches_of_processes = [RedisCache("redis://127.0.0.1:6379/15", {}) for _ in range(4)]
    caches_of_processes[0].add(key, 0, 60)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda n: caches_of_processes[n % 4].incr(key), range(40)))
    client = caches_of_processes[0]._cache.get_client(write=True)
    assert sorted(counts) == list(range(1, 41))
    assert 50 < client.ttl(caches_of_processes[0].make_key(key)) <= 60
    caches_of_processes[0].delete(key)
