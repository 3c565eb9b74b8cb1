"""One refresh token is one pair, five tries are five, one code is one password, and a count counts everybody."""

import pytest
from django.contrib.auth.hashers import check_password
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.models import F, QuerySet

from api import tokens
from api.models import TokenFamily
from backoffice.shared.cache import CountingDatabaseCache
from backoffice.users.models import ClaimCode, ParentLinkRequest
from backoffice.users.services import ask_to_join_child, claim_account, claims, make_claim_code
from backoffice.users.tests.makers import PASSWORD, make_parent, make_user
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

NUMBER = "+201001234567"


# One refresh token, exchanged by many at one moment.
def exchanging(monkeypatch, people=8):
    pair = tokens.sign_in(make_user(password=PASSWORD))
    # Nobody exchanges before all have seen that the token is good.
    monkeypatch.setattr(tokens, "_living_family", Meeting(people).after(tokens._living_family))
    return [lambda: tokens.exchange(pair.refresh)] * people


def test_of_exchanges_at_the_same_moment_one_succeeds_and_the_sign_in_ends(monkeypatch):
    outcome = at_once(exchanging(monkeypatch))
    assert len(outcome.done) == 1
    assert {type(error) for error in outcome.failed} == {tokens.TokenRefused}
    assert TokenFamily.objects.get().ended_at is not None
    with pytest.raises(tokens.TokenRefused):
        tokens.exchange(outcome.done[0].refresh)


def test_without_comparing_and_setting_in_one_step_a_copied_token_goes_unseen(monkeypatch):
    calls = exchanging(monkeypatch)
    found = TokenFamily.objects.filter
    monkeypatch.setattr(TokenFamily.objects, "filter", lambda **wanted: found(pk=wanted["pk"]))
    outcome = at_once(calls)
    assert len(outcome.done) == 8
    assert TokenFamily.objects.get().ended_at is None


# Five tries, whoever tries at the same moment.
def looked_at(monkeypatch):
    """How many codes were compared with the kept one."""
    looks = []

    def look(typed, kept):
        looks.append(typed)
        return check_password(typed, kept)

    monkeypatch.setattr(claims, "check_password", look)
    return looks


def guessing(monkeypatch, people=12):
    user = make_parent(phone_number1=NUMBER).user
    code = make_claim_code(user.pk, by=None)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    monkeypatch.setattr(claims, "_claim_of", Meeting(people).after(claims._claim_of))
    return code, [lambda: claim_account(phone_number1=NUMBER, code=wrong, new_password="نخيل-الواحة-77")] * people


def test_twelve_guesses_at_the_same_moment_are_five(monkeypatch):
    code, calls = guessing(monkeypatch)
    looks = looked_at(monkeypatch)
    outcome = at_once(calls)
    assert (len(looks), outcome.refused, outcome.failed) == (5, ["claim_refused"] * 12, [])
    assert ClaimCode.objects.get().tries_left == 0
    assert at_once([lambda: claim_account(phone_number1=NUMBER, code=code, new_password="نخيل-الواحة-77")]).refused


def test_where_a_try_is_looked_up_and_then_counted_twelve_guesses_are_twelve(monkeypatch):
    _code, calls = guessing(monkeypatch)
    looks = looked_at(monkeypatch)

    def count(claim):
        left = claim.tries_left
        ClaimCode.objects.filter(pk=claim.pk).update(tries_left=left - 1)
        return left > 0

    monkeypatch.setattr(claims, "_count_try", count)
    at_once(calls)
    assert len(looks) == 12


def using_twice(monkeypatch):
    user = make_parent(phone_number1=NUMBER).user
    code = make_claim_code(user.pk, by=None)
    both = Meeting(2)

    def look(typed, kept):
        right = check_password(typed, kept)
        both.wait()
        return right

    monkeypatch.setattr(claims, "check_password", look)
    words = ["نخيل-الواحة-77", "نهر-القاهرة-88"]
    return [lambda one=one: claim_account(phone_number1=NUMBER, code=code, new_password=one) for one in words]


def test_one_code_sets_one_password(monkeypatch):
    outcome = at_once(using_twice(monkeypatch))
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["claim_refused"], [])


def test_without_looking_again_under_the_lock_one_code_sets_two_passwords(monkeypatch):
    calls = using_twice(monkeypatch)

    class Anything:
        exists = staticmethod(lambda: True)
        filter = staticmethod(lambda **_: Anything)
        update = staticmethod(lambda **_: 1)

    monkeypatch.setattr(claims, "_same", lambda claim: Anything)
    assert len(at_once(calls).done) == 2


# A second parent's two taps.
def asking_twice():
    mother = make_parent().user
    return [lambda: ask_to_join_child(unique_code="M99999", by=mother)] * 2


def test_who_asks_twice_at_once_asks_once():
    outcome = at_once(asking_twice())
    assert (len(outcome.done), outcome.failed) == (2, [])
    assert ParentLinkRequest.objects.get() == outcome.done[0] == outcome.done[1]


def test_without_the_parents_lock_the_second_tap_is_an_error_up_to_the_databases_rule(monkeypatch):
    calls = asking_twice()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    found = ParentLinkRequest.objects.filter
    both = Meeting(2)

    class Looked:
        """Nobody writes before both have looked."""

        def __init__(self, wanted):
            self.first = both.after(lambda: found(**wanted).first())

        def exclude(self, **_):
            return self

    monkeypatch.setattr(ParentLinkRequest.objects, "filter", lambda **wanted: Looked(wanted))
    outcome = at_once(calls)
    assert len(outcome.failed) == 1
    assert isinstance(outcome.failed[0], IntegrityError)


# Counts of tries in the database's cache.
def counting(kind):
    call_command("createcachetable", "race_cache", verbosity=0)
    kind("race_cache", {}).add("tries", 0, 3600)
    return [lambda: kind("race_cache", {}).incr("tries")] * 40


@pytest.fixture
def cache_table():
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS race_cache")


def test_tries_at_the_same_moment_are_all_counted(cache_table):
    outcome = at_once(counting(CountingDatabaseCache), threads=8)
    assert sorted(outcome.done) == list(range(1, 41))


def test_by_djangos_own_count_some_are_lost(cache_table, monkeypatch):
    calls = counting(DatabaseCache)[:8]
    monkeypatch.setattr(DatabaseCache, "get", Meeting(8).after(DatabaseCache.get))
    at_once(calls)
    monkeypatch.undo()
    assert DatabaseCache("race_cache", {}).get("tries") < 8


def test_a_try_is_given_back_for_a_weak_password_once(monkeypatch):
    user = make_parent(phone_number1=NUMBER).user
    code = make_claim_code(user.pk, by=None)
    ClaimCode.objects.update(tries_left=F("tries_left") - 1)
    weak = [lambda: claim_account(phone_number1=NUMBER, code=code, new_password="12345678")] * 4
    outcome = at_once(weak)
    assert (outcome.refused, outcome.failed) == (["weak_password"] * 4, [])
    assert ClaimCode.objects.get().tries_left == 4
