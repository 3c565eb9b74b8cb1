"""Tokens: exchanged once, dead together, and dead at once when the account changes."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken as StockAccessToken
from rest_framework_simplejwt.tokens import RefreshToken as StockRefreshToken

from api.models import TokenFamily
from api.tokens import AccessToken, RefreshToken
from backoffice.users import services
from backoffice.users.tests.makers import PASSWORD

from .conftest import MONA, carry, sign_in

pytestmark = pytest.mark.django_db

ME = "/auth/users/me/"


def refresh(app, token):
    return app.post("/auth/jwt/refresh/", {"refresh": token})


def verify(app, token):
    return app.post("/auth/jwt/verify/", {"token": token}).status_code


def test_a_refresh_token_is_exchanged_for_a_new_pair(app, mona):
    first = sign_in(app)
    second = refresh(app, first["refresh"])
    assert second.status_code == 200
    assert second.json()["refresh"] != first["refresh"]
    assert second["Cache-Control"] == "no-store"
    carry(app, second.json()["access"])
    assert app.get(ME).status_code == 200
    assert refresh(app, second.json()["refresh"]).status_code == 200


def test_a_refresh_token_used_twice_ends_its_whole_family(app, mona):
    first = sign_in(app)
    other_phone = sign_in(app)
    second = refresh(app, first["refresh"]).json()
    stolen = refresh(app, first["refresh"])
    assert stolen.status_code == 401
    assert stolen.json()["code"] == "token_not_valid"
    assert refresh(app, second["refresh"]).status_code == 401
    carry(app, second["access"])
    assert app.get(ME).status_code == 401
    assert refresh(app, other_phone["refresh"]).status_code == 200


def test_signing_out_ends_the_access_token_too(app, mona):
    pair = sign_in(app)
    assert app.post("/auth/jwt/logout/", {"refresh": pair["refresh"]}).status_code == 204
    assert app.get(ME).status_code == 401
    assert refresh(app, pair["refresh"]).status_code == 401
    assert app.post("/auth/jwt/logout/", {"refresh": pair["refresh"]}).status_code == 401


def change_password(user):
    user.set_password("another-oasis-9")
    user.save()


def change_role(user):
    services.update_account(user.pk, by=None, role="instructor")


def close(user):
    services.deactivate_user(user.pk, by=None)


def change_rights(user):
    services.set_groups(user.pk, groups=Group.objects.filter(name="Registrars"), by=None)


def delete(user):
    user.parent.delete()
    user.delete()


@pytest.mark.parametrize("happens", [change_password, change_role, change_rights, close, delete])
def test_every_token_dies_when_the_account_changes(app, mona, happens):
    pair = sign_in(app)
    happens(mona)
    assert app.get(ME).status_code == 401
    app.credentials()
    assert refresh(app, pair["refresh"]).status_code == 401
    assert verify(app, pair["access"]) == 401
    assert verify(app, pair["refresh"]) == 401


def close_and_reopen(user):
    services.deactivate_user(user.pk, by=None)
    services.reactivate_user(user.pk, by=None)


def change_role_and_back(user):
    services.update_account(user.pk, by=None, role="instructor")
    services.update_account(user.pk, by=None, role="parent")


@pytest.mark.parametrize("happens", [close_and_reopen, change_role_and_back])
def test_no_token_comes_back_to_life_with_the_account(app, mona, happens):
    pair = sign_in(app)
    happens(mona)
    assert app.get(ME).status_code == 401
    assert refresh(app, pair["refresh"]).status_code == 401
    app.credentials()
    sign_in(app)
    assert app.get(ME).status_code == 200


def test_a_change_of_details_signs_nobody_out(app, mona):
    sign_in(app)
    services.update_account(mona.pk, by=None, address="شارع النخيل", role="parent")
    assert app.get(ME).status_code == 200


def test_verify_tells_a_good_token_from_a_dead_one(app, mona):
    pair = sign_in(app)
    assert verify(app, pair["access"]) == 200
    assert verify(app, pair["refresh"]) == 200
    refresh(app, pair["refresh"])
    assert verify(app, pair["access"]) == 200
    assert verify(app, pair["refresh"]) == 401
    assert verify(app, "rubbish") == 401


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(app, mona):
    pair = sign_in(app)
    assert refresh(app, pair["access"]).status_code == 401
    carry(app, pair["refresh"])
    assert app.get(ME).status_code == 401


def test_a_token_signed_with_our_key_but_of_no_family_is_refused(app, mona):
    for family in (None, "no-uuid", "00000000-0000-0000-0000-000000000000"):
        token = AccessToken.for_user(mona)
        if family:
            token["family"] = family
        carry(app, str(token))
        assert app.get(ME).status_code == 401
    for stock in (StockAccessToken, StockRefreshToken):
        token = stock.for_user(mona)
        token["family"] = str(TokenFamily.objects.create(user=mona, expires_at=timezone.now()).pk)
        carry(app, str(token))
        assert app.get(ME).status_code == 401
        assert refresh(app, str(token)).status_code == 401
    nobodys = RefreshToken()
    assert refresh(app, str(nobodys)).status_code == 401


def test_a_token_of_one_person_with_the_family_of_another_is_refused(app, mona, django_user_model):
    sign_in(app)
    stranger = django_user_model.objects.create_user("+201005550009", PASSWORD, first_name="زياد")
    token = AccessToken.for_user(stranger)
    token["family"] = str(TokenFamily.objects.get().pk)
    carry(app, str(token))
    assert app.get(ME).status_code == 401


def test_an_access_token_lives_a_quarter_of_an_hour_and_a_refresh_token_a_fortnight(app, mona):
    pair = sign_in(app)
    family = TokenFamily.objects.get()
    assert AccessToken(pair["access"])["exp"] - AccessToken(pair["access"])["iat"] == 15 * 60
    assert dt.timedelta(days=13, hours=23) < family.expires_at - timezone.now() <= dt.timedelta(days=14)


def test_families_that_ran_out_are_swept_away_at_the_next_sign_in(app, mona):
    sign_in(app)
    TokenFamily.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    sign_in(app)
    assert TokenFamily.objects.count() == 1


@pytest.mark.parametrize("header", ["JWT", "JWT a b", "JWT x.y.z", "Bearer \xff", "Basic bW9uYTp4", "Device 1:2", ""])
def test_a_header_that_is_no_token_opens_nothing(app, mona, header):
    app.credentials(HTTP_AUTHORIZATION=header)
    answer = app.get(ME)
    assert answer.status_code == 401
    assert set(answer.json()) == {"detail", "code"}


def test_the_profile_asks_the_database_once_for_its_owner(app, mona, django_assert_num_queries):
    sign_in(app)
    with django_assert_num_queries(1):
        app.get(ME)


@pytest.mark.parametrize("path", ["refresh", "logout"])
def test_rubbish_is_refused(app, db, path):
    assert app.post(f"/auth/jwt/{path}/", {"refresh": "rubbish"}).status_code == 401
    assert app.post(f"/auth/jwt/{path}/", {}).status_code == 400
    assert app.post(f"/auth/jwt/{path}/", {"refresh": MONA, "more": 1}).status_code == 400
