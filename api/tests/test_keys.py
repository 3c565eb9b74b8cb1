"""The keys of the tokens: another one without signing anybody out, and never the system's own."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from environ import Env

from api import keys
from api.tokens import AccessToken
from backoffice.config.keys import signing_keys

from .conftest import carry, sign_in

OLD, NEW, FOREIGN = "o" * 40, "n" * 40, "f" * 40
SYSTEM = "s" * 60
ME = "/auth/users/me/"


def keys_of(monkeypatch, **environment):
    for name in ("JWT_SIGNING_KEY", "JWT_PREVIOUS_KEYS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return signing_keys(Env(), SYSTEM)


@pytest.mark.django_db
def test_another_key_signs_nobody_out(app, mona, settings):
    settings.JWT_KEYS = [OLD]
    before = sign_in(app)
    settings.JWT_KEYS = [NEW, OLD]
    assert app.get(ME).status_code == 200
    answer = app.post("/auth/jwt/refresh/", {"refresh": before["refresh"]})
    assert answer.status_code == 200
    carry(app, answer.json()["access"])
    settings.JWT_KEYS = [NEW]
    assert app.get(ME).status_code == 200


@pytest.mark.django_db
def test_a_key_that_left_the_list_is_believed_no_more(app, mona, settings):
    settings.JWT_KEYS = [OLD]
    before = sign_in(app)
    settings.JWT_KEYS = [NEW]
    assert app.get(ME).status_code == 401
    app.credentials()
    assert app.post("/auth/jwt/refresh/", {"refresh": before["refresh"]}).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("claimed", [NEW, FOREIGN])
def test_a_token_that_names_our_key_but_is_signed_with_another_is_refused(app, mona, settings, claimed):
    settings.JWT_KEYS = [NEW]
    pair = sign_in(app)
    forged = keys.KeyRing([FOREIGN])
    forged.by_name[keys.name_of(claimed)] = forged.prepared_signing_key
    forged.newest = keys.name_of(claimed)
    carry(app, forged.encode(AccessToken(pair["access"]).payload))
    assert app.get(ME).status_code == 401


@pytest.mark.django_db
def test_a_clock_that_is_set_back_signs_nobody_out(app, mona, monkeypatch):
    """The tokens are of an hour that is still to come."""
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
        later.setattr("rest_framework_simplejwt.tokens.aware_utcnow", timezone.now)
        before = sign_in(app)
    assert AccessToken(before["access"])["iat"] > dt.datetime.now(dt.UTC).timestamp() + 3000
    assert app.get(ME).status_code == 200
    assert app.post("/auth/jwt/refresh/", {"refresh": before["refresh"]}).status_code == 200


@pytest.mark.django_db
def test_a_token_without_a_signature_is_refused(app, mona):
    import jwt

    pair = sign_in(app)
    payload = AccessToken(pair["access"]).payload
    carry(app, jwt.encode(payload, None, algorithm="none", headers={"kid": keys.ring().newest}))
    assert app.get(ME).status_code == 401


def test_the_header_names_the_key_without_giving_it_away():
    name = keys.name_of(OLD)
    assert name not in OLD
    assert name != keys.name_of(NEW)


def test_without_a_key_of_its_own_one_is_derived_that_is_not_the_systems(monkeypatch):
    (derived,) = keys_of(monkeypatch)
    assert derived != SYSTEM
    assert SYSTEM not in derived
    assert len(derived) == 64
    assert keys_of(monkeypatch) == [derived]


def test_keys_are_listed_with_the_one_that_signs_first(monkeypatch):
    assert keys_of(monkeypatch, JWT_SIGNING_KEY=NEW, JWT_PREVIOUS_KEYS=f"{OLD},{FOREIGN}") == [NEW, OLD, FOREIGN]


@pytest.mark.parametrize(
    "environment",
    [
        {"JWT_SIGNING_KEY": SYSTEM},
        {"JWT_SIGNING_KEY": "short"},
        {"JWT_SIGNING_KEY": NEW, "JWT_PREVIOUS_KEYS": "short"},
        {"JWT_SIGNING_KEY": NEW, "JWT_PREVIOUS_KEYS": SYSTEM},
    ],
)
def test_a_key_that_protects_nothing_stops_the_start(monkeypatch, environment):
    with pytest.raises(ImproperlyConfigured):
        keys_of(monkeypatch, **environment)
