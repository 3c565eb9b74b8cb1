"""Signing in: any spelling, the same answer to strangers, the lock, and how often one may try."""

import datetime as dt
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from axes.models import AccessAttempt
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from api.throttles import CountedThrottle
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, make_parent, make_staff, make_user

from .conftest import MONA, carry, sign_in

pytestmark = pytest.mark.django_db

CREATE = "/auth/jwt/create/"
ME = "/auth/users/me/"


def try_password(app, password="wrong-password", number=MONA):
    return app.post(CREATE, {"phone_number1": number, "password": password})


@pytest.mark.parametrize(
    "typed", ["01001234567", "+20 100 123 4567", "٠١٠٠١٢٣٤٥٦٧", "0020-100-123-4567", "201001234567", " 0100 1234567 "]
)
def test_a_number_in_any_spelling_signs_in(app, mona, typed):
    answer = try_password(app, PASSWORD, typed)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access", "refresh"}
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("scheme", ["JWT", "Bearer"])
def test_the_access_token_opens_ones_own_profile(app, mona, scheme):
    carry(app, sign_in(app)["access"], scheme)
    assert app.get(ME).json()["phone_number1"] == MONA


def test_an_unknown_number_and_a_wrong_password_are_answered_in_the_same_words(app, mona):
    answers = [
        try_password(app, number=MONA),
        try_password(app, number="+201009999999"),
        try_password(app, number="not a number"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json() == {
        "detail": "The number or the password is wrong.",
        "code": "wrong_number_or_password",
    }
    assert answers[0]["WWW-Authenticate"].startswith("JWT")


def test_a_closed_account_and_one_without_a_password_are_answered_in_the_same_words(app, mona):
    make_parent(phone_number1="+201005550001", password=PASSWORD, is_active=False)
    make_parent(phone_number1="+201005550002")
    wrong = try_password(app).content
    assert try_password(app, PASSWORD, "+201005550001").content == wrong
    assert try_password(app, PASSWORD, "+201005550002").content == wrong


@pytest.mark.parametrize("number", [MONA, "+201009999999", "not a number", "+201005550001", "+201005550002"])
def test_each_try_costs_one_hash_whoever_is_tried(app, mona, number, monkeypatch):
    make_parent(phone_number1="+201005550001", password=PASSWORD, is_active=False)
    make_parent(phone_number1="+201005550002")
    counted = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append(1) or encode(self, *a, **k))
    assert try_password(app, number=number).status_code == 401
    assert len(counted) == 1


def test_an_unknown_number_costs_the_queries_of_a_known_one(app, mona):
    asked = {}
    for number in (MONA, "+201009999999"):
        for times in range(6):
            with CaptureQueriesContext(connection) as queries:
                try_password(app, number=number)
            # Without what differs by the number itself.
            shapes = [re.sub(r"'[^']*'|\b\d+\b|\s+|_x\d+", " ", one["sql"]) for one in queries]
            asked[number, times] = shapes
    for times in range(6):
        assert asked[MONA, times] == asked["+201009999999", times], times


def test_a_locked_number_costs_no_hash_whether_somebody_has_it_or_not(app, mona, monkeypatch):
    counted = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append(1) or encode(self, *a, **k))
    for number in (MONA, "+201009999999"):
        for _ in range(5):
            try_password(app, number=number)
        assert len(counted) == 5
        locked = try_password(app, PASSWORD, number)
        assert (locked.status_code, locked.json()["code"], len(counted)) == (429, "locked", 5)
        counted.clear()


def test_tries_while_it_is_locked_make_the_lock_no_longer(app, mona):
    for _ in range(5):
        try_password(app)
    began = AccessAttempt.objects.get().attempt_time
    assert try_password(app).status_code == 429
    assert AccessAttempt.objects.get().attempt_time == began
    AccessAttempt.objects.update(attempt_time=began - dt.timedelta(minutes=15, seconds=1))
    assert try_password(app, PASSWORD).status_code == 200


def test_five_wrong_passwords_lock_the_number_for_the_apps_and_the_admin(app, mona):
    CustomUser.objects.filter(pk=mona.pk).update(is_staff=True)
    spellings = ["01001234567", "+201001234567", "٠١٠٠١٢٣٤٥٦٧", "+20 100 123 4567"]
    assert [try_password(app, number=typed).status_code for typed in spellings] == [401] * 4
    fifth = try_password(app)
    assert fifth.status_code == 429
    assert fifth.json()["code"] == "locked"
    assert int(fifth["Retry-After"]) == 900
    assert try_password(app, PASSWORD).status_code == 429
    page = Client().post("/courses-admin/login/", {"username": "0100 123 4567", "password": PASSWORD})
    assert page.status_code == 429
    assert b"<html" in page.content


def test_five_wrong_passwords_in_the_admin_lock_the_number_for_the_apps(app):
    make_staff("Registrars", phone_number1=MONA)
    for _ in range(5):
        last = Client().post("/courses-admin/login/", {"username": "01001234567", "password": "wrong"})
    assert last.status_code == 429
    assert try_password(app, PASSWORD).json()["code"] == "locked"


async def _wrong_passwords(address: str, body: dict[str, str], **kwargs: str) -> Any:
    """Through the handler of the asynchronous server, where middleware goes another way."""
    for _ in range(5):
        last = await AsyncClient().post(address, body, **kwargs)
    return last


@pytest.mark.django_db(transaction=True)
def test_a_locked_number_is_told_so_by_the_asynchronous_server_too():
    body = {"phone_number1": MONA, "password": "wrong"}
    answer = async_to_sync(_wrong_passwords)("/auth/jwt/create/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (429, "locked")


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_server_locks_a_number_on_the_staff_page_too():
    page = async_to_sync(_wrong_passwords)("/courses-admin/login/", {"username": MONA, "password": "wrong"})
    assert page.status_code == 429
    assert b"<html" in page.content


def test_a_locked_number_locks_nobody_else(app, mona):
    make_parent(phone_number1="+201005550003", password=PASSWORD)
    for _ in range(5):
        try_password(app)
    assert try_password(app, PASSWORD, "+201005550003").status_code == 200


def test_an_unknown_number_locks_alike(app, db):
    answers = [try_password(app, number="+201009999999") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 4 + [429]


def test_signing_in_forgets_the_wrong_tries(app, mona):
    for _ in range(2):
        for _ in range(4):
            assert try_password(app).status_code == 401
        assert try_password(app, PASSWORD).status_code == 200
    mona.refresh_from_db()
    assert mona.last_login is not None


def test_tries_are_counted_by_number_and_by_address(app, mona, monkeypatch):
    monkeypatch.setattr(CountedThrottle, "timer", staticmethod(lambda: 1_000_000.0))
    monkeypatch.setattr(CountedThrottle, "THROTTLE_RATES", {"login_number": "2/min", "login_address": "4/min"})
    assert [try_password(app, PASSWORD).status_code for _ in range(3)] == [200, 200, 429]
    other = [try_password(app, PASSWORD, f"+2010055500{n:02d}").status_code for n in range(2)]
    assert other == [401, 429]
    refused = app.post(CREATE, {"phone_number1": "+201005550077", "password": "x"}, REMOTE_ADDR="10.0.0.9")
    assert refused.status_code == 401
    assert try_password(app)["Retry-After"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"phone_number1": MONA}, "password"),
        ({"password": "x"}, "phone_number1"),
        ({"phone_number1": MONA, "password": "x" * 200}, "password"),
        ({"phone_number1": MONA, "password": "nul\x00"}, "password"),
        ({"phone_number1": MONA, "password": "x", "remember": True}, "remember"),
        ({"phone_number1": {"a": 1}, "password": "x"}, "phone_number1"),
        ([], "non_field_errors"),
    ],
)
def test_what_is_wrong_in_the_body_is_named(app, db, body, field):
    answer = app.post(CREATE, body)
    assert answer.status_code == 400
    assert field in answer.json()


@pytest.mark.parametrize("body", ["{", "\ud800", '{"phone_number1": '])
def test_malformed_json_is_a_400_that_says_so(app, db, body):
    answer = app.generic("POST", CREATE, body.encode("utf-8", "surrogatepass"), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"


def test_a_form_instead_of_json_is_a_415(app, db):
    answer = app.generic("POST", CREATE, b"a=b", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415


def test_staff_sign_in_to_the_apps_like_everybody(app):
    make_user(phone_number1=MONA, password=PASSWORD, role="instructor")
    assert sign_in(app)["access"]
