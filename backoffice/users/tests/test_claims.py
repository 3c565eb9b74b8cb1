"""One-time codes."""

import datetime as dt

import pytest
from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import ClaimCode
from backoffice.users.tests.makers import make_parent, omar

pytestmark = pytest.mark.django_db

NUMBER = "+201001234567"
NEW = "نخيل-الواحة-77"


@pytest.fixture
def mona():
    return make_parent(phone_number1=NUMBER).user


def claim(code, number=NUMBER, password=NEW):
    return services.claim_account(phone_number1=number, code=code, new_password=password)


def refused(*args, **kwargs):
    with pytest.raises(DomainError) as caught:
        claim(*args, **kwargs)
    return caught.value.code


def wrong(code):
    return f"{(int(code) + 1) % 10**8:08d}"


def test_a_code_has_eight_digits_and_is_kept_only_as_a_hash(mona):
    code = services.make_claim_code(mona.pk, by=omar())
    kept = ClaimCode.objects.get()
    assert len(code) == 8
    assert code.isdigit()
    assert code not in kept.code_hash
    assert kept.expires_at - kept.made_at == dt.timedelta(days=7)
    entry = AuditEntry.objects.get()
    assert entry.changes == {"claim_code": [None, "•••"]}


def test_a_code_works_once_and_verifies_the_number(mona):
    code = services.make_claim_code(mona.pk, by=None)
    assert claim(code).check_password(NEW)
    mona.refresh_from_db()
    assert mona.is_verified
    assert refused(code) == "claim_refused"
    assert {entry.actor_id for entry in AuditEntry.objects.exclude(changes__has_key="claim_code")} == {mona.pk}


def test_a_new_code_replaces_the_old(mona):
    old = services.make_claim_code(mona.pk, by=None)
    new = services.make_claim_code(mona.pk, by=None)
    assert refused(old) == "claim_refused"
    assert claim(new)


def test_a_code_is_good_for_seven_days(mona):
    code = services.make_claim_code(mona.pk, by=None)
    past = timezone.now() - dt.timedelta(days=7, seconds=1)
    ClaimCode.objects.update(made_at=past, expires_at=past + dt.timedelta(days=7))
    assert refused(code) == "claim_refused"


def test_five_wrong_tries_end_a_code(mona):
    code = services.make_claim_code(mona.pk, by=None)
    for left in (4, 3, 2, 1, 0):
        assert refused(wrong(code)) == "claim_refused"
        assert ClaimCode.objects.get().tries_left == left
    assert refused(code) == "claim_refused"


def test_a_weak_password_uses_up_no_try(mona):
    code = services.make_claim_code(mona.pk, by=None)
    assert refused(code, password="12345678") == "weak_password"
    assert ClaimCode.objects.get().tries_left == 5


def test_a_closed_account_has_no_code(mona):
    code = services.make_claim_code(mona.pk, by=None)
    services.deactivate_user(mona.pk, by=None)
    assert refused(code) == "claim_refused"
    with pytest.raises(DomainError):
        services.make_claim_code(mona.pk, by=None)


@pytest.mark.parametrize("number", [NUMBER, "+201009999999", "rubbish"])
@pytest.mark.parametrize("has_code", [True, False])
def test_each_try_costs_one_hash_whoever_is_tried(mona, number, has_code, monkeypatch):
    if has_code:
        services.make_claim_code(mona.pk, by=None)
    counted = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append(1) or encode(self, *a, **k))
    assert refused("00000000", number=number) == "claim_refused"
    assert len(counted) == 1


def test_an_unknown_number_costs_the_writes_of_a_wrong_code(mona):
    """Who measures the time learns nothing: one look, one row written, one hash, for whomever is tried."""
    code = services.make_claim_code(mona.pk, by=None)
    make_parent(phone_number1="+201005550001")
    seen = {}
    for who, number in {"a code": NUMBER, "no code": "+201005550001", "nobody": "+201009999999"}.items():
        with CaptureQueriesContext(connection) as asked:
            assert refused(wrong(code), number=number) == "claim_refused"
        verbs = [one["sql"].split()[0] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        seen[who] = [{"INSERT": "write", "UPDATE": "write", "SELECT": "look"}[verb] for verb in verbs]
    assert seen["nobody"] == seen["no code"] == ["look", "write"]
    # With a code the count of its tries is that write.
    assert seen["a code"] == ["look", "write"]
