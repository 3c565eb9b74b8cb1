"""One's own profile, password and leaving."""

import pytest

from api.throttles import CountedThrottle
from backoffice.shared.models import AuditEntry
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import PASSWORD, make_staff, make_user

from .conftest import MONA, carry, sign_in

pytestmark = pytest.mark.django_db

ME = "/auth/users/me/"
SET = "/auth/users/set_password/"
NEW = "نخيل-الواحة-77"


def test_the_profile_holds_what_the_contract_says_and_no_secret(app, mona):
    sign_in(app)
    assert set(app.get(ME).json()) == {
        "id", "phone_number1", "phone_number2", "email", "first_name", "last_name", "dob", "gender",
        "identity_type", "identity_number", "address", "location", "role", "is_verified", "date_joined",
    }  # fmt: skip


def test_the_profile_is_changed_and_the_change_is_in_the_trail(app, mona):
    sign_in(app)
    answer = app.patch(ME, {"address": "  شارع   النخيل ", "phone_number2": "٠١١١٢٢٢٣٣٣٤"})
    assert answer.status_code == 200
    assert answer.json()["address"] == "شارع النخيل"
    assert answer.json()["phone_number2"] == "+201112223334"
    entry = AuditEntry.objects.get(model="users.customuser")
    assert entry.actor_id == mona.pk
    assert entry.changes["address"] == ["", "شارع النخيل"]
    assert entry.source == "api"


def test_an_empty_email_is_nobodys(app, mona):
    make_user(email=None)
    sign_in(app)
    assert app.patch(ME, {"email": None}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone_number1", "+201009999999"),
        ("role", "admin"),
        ("role", "parent"),
        ("is_verified", True),
        ("date_joined", "2020-01-01T00:00:00Z"),
        ("id", "x"),
        ("is_staff", True),
        ("is_superuser", True),
        ("password", NEW),
        ("groups", [1]),
        ("unknown", 1),
    ],
)
def test_what_isnt_the_persons_to_write_is_refused_not_dropped(app, mona, field, value):
    sign_in(app)
    answer = app.patch(ME, {field: value, "first_name": "أخرى"})
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    mona.refresh_from_db()
    assert mona.first_name == "منى سعيد"


def test_a_put_may_send_back_what_it_was_given(app, mona):
    CustomUser.objects.filter(pk=mona.pk).update(dob="1990-05-01", gender="female")
    sign_in(app)
    shown = app.get(ME).json()
    answer = app.put(ME, shown | {"first_name": "منى محمود"})
    assert answer.status_code == 200
    assert answer.json()["first_name"] == "منى محمود"
    assert app.put(ME, shown | {"role": "admin"}).status_code == 400
    assert "first_name" in app.put(ME, {"last_name": "علي"}).json()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "taken@example.org"}, "email"),
        ({"phone_number2": MONA}, "phone_number2"),
        ({"dob": "2990-01-01"}, "dob"),
        ({"gender": ""}, "gender"),
        ({"address": 5}, "address"),
        ({"first_name": True}, "first_name"),
        ({"phone_number2": 1001234567}, "phone_number2"),
        ({"dob": "19900512"}, "dob"),
        ({"dob": "1990-5-12"}, "dob"),
        ({"identity_type": "nid", "identity_number": "0"}, "identity_number"),
    ],
)
def test_a_wrong_value_is_named(app, mona, change, field):
    make_user(email="taken@example.org")
    sign_in(app)
    answer = app.patch(ME, change)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]


def test_nobody_without_a_token_comes_in(app, db):
    for method in ("get", "patch", "put", "delete"):
        assert getattr(app, method)(ME).status_code == 401
    assert app.post(SET, {}).status_code == 401


def test_leaving_needs_the_password_and_keeps_the_row(app, mona):
    pair = sign_in(app)
    assert list(app.delete(ME).json()) == ["current_password"]
    assert list(app.delete(ME, {"current_password": "wrong"}).json()) == ["current_password"]
    assert app.delete(ME, {"current_password": PASSWORD}).status_code == 204
    mona.refresh_from_db()
    assert not mona.is_active
    assert app.get(ME).status_code == 401
    assert app.post("/auth/jwt/refresh/", {"refresh": pair["refresh"]}).status_code == 401
    app.credentials()
    assert app.post("/auth/jwt/create/", {"phone_number1": MONA, "password": PASSWORD}).status_code == 401


def test_staff_dont_leave_by_the_app(app):
    make_staff("Registrars", phone_number1=MONA)
    sign_in(app)
    answer = app.delete(ME, {"current_password": PASSWORD})
    assert answer.status_code == 403
    assert answer.json()["code"] == "own_access"


def test_a_new_password_ends_every_other_sign_in(app, mona):
    other = sign_in(app)
    mine = sign_in(app)
    body = {"current_password": PASSWORD, "new_password": NEW, "re_new_password": NEW}
    assert app.post(SET, body).status_code == 204
    assert app.get(ME).status_code == 200
    assert app.post("/auth/jwt/refresh/", {"refresh": mine["refresh"]}).status_code == 200
    assert app.post("/auth/jwt/refresh/", {"refresh": other["refresh"]}).status_code == 401
    carry(app, other["access"])
    assert app.get(ME).status_code == 401
    sign_in(app, password=NEW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"current_password": "wrong"}, "current_password"),
        ({"re_new_password": "another"}, "non_field_errors"),
        ({"new_password": "12345678", "re_new_password": "12345678"}, "new_password"),
        ({"new_password": "x" * 129, "re_new_password": "x" * 129}, "new_password"),
        ({"user": "somebody"}, "user"),
    ],
)
def test_a_password_that_wont_do_changes_nothing(app, mona, change, field):
    sign_in(app)
    body = {"current_password": PASSWORD, "new_password": NEW, "re_new_password": NEW} | change
    answer = app.post(SET, body)
    assert answer.status_code == 400
    assert field in answer.json()
    mona.refresh_from_db()
    assert mona.check_password(PASSWORD)


def test_a_stolen_token_cant_guess_the_password_for_long(app, mona):
    sign_in(app)
    body = {"current_password": "wrong", "new_password": NEW, "re_new_password": NEW}
    assert [app.post(SET, body).status_code for _ in range(5)] == [400] * 4 + [429]
    assert app.delete(ME, {"current_password": PASSWORD}).json()["code"] == "locked"


def test_password_calls_are_counted(app, mona, monkeypatch):
    sign_in(app)
    monkeypatch.setattr(CountedThrottle, "timer", staticmethod(lambda: 1_000_000.0))
    monkeypatch.setattr(CountedThrottle, "THROTTLE_RATES", {"password_number": "1/hour", "password_address": "9/hour"})
    assert app.post(SET, {}).status_code == 400
    assert app.post(SET, {}).status_code == 429
    assert app.delete(ME, {}).status_code == 429
    assert app.get(ME).status_code == 200
