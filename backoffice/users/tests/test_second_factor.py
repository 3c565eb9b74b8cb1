"""The second factor: no page of the staff before a code, each code once, and a way in when the telephone is lost."""

import base64
import time
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_otp.oath import TOTP

from backoffice.shared.errors import DomainError
from backoffice.shared.limits import Counted
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import CustomUser, SecondFactor
from backoffice.users.tests.makers import huda, manager, omar

pytestmark = pytest.mark.django_db

HOME, ASK, SET_UP = "/courses-admin/", "/courses-admin/second-factor/code/", "/courses-admin/second-factor/set-up/"


# Ten seconds into a half minute: no test meets the moment between two codes.
NOW = time.time() // 30 * 30 + 10


@pytest.fixture(autouse=True)
def _clock_that_stands_and_no_tries_from_before():
    cache.clear()
    with mock.patch("backoffice.users.services.second_factor.time", SimpleNamespace(time=lambda: NOW)):
        yield


def code_of(user, later=0):
    clock = TOTP(base64.b32decode(SecondFactor.objects.get(user=user).secret))
    clock.time = NOW + later
    return f"{clock.token():06d}"


def turned_on(user):
    """The recovery codes of somebody who has one; its first code was of the half minute before."""
    services.begin_second_factor(user)
    return services.confirm_second_factor(user, code_of(user, later=-30))


def refusal(act, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_who_has_one_reaches_no_page_of_either_admin_before_the_code(client):
    user = manager()
    turned_on(user)
    client.force_login(user)
    for page in (
        HOME,
        reverse("admin:users_customuser_changelist"),
        "/courses-admin/reports/",
        "/cms/",
        "/courses-admin/jsi18n/",
    ):
        assert client.get(page).headers["Location"].startswith(ASK), page
    assert client.post(reverse("admin:users_customuser_add"), {}).headers["Location"].startswith(ASK)
    answer = client.post(ASK, {"code": code_of(user), "next": "/courses-admin/reports/"})
    assert answer.headers["Location"] == "/courses-admin/reports/"
    assert client.get(HOME).status_code == 200


def test_a_session_that_somebody_took_before_the_code_is_worth_nothing_after(client):
    user = manager()
    turned_on(user)
    client.force_login(user)
    client.get(HOME)
    before = client.session.session_key
    client.post(ASK, {"code": code_of(user)})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_on_never_leaves_the_house(client, wanted):
    user = manager()
    turned_on(user)
    client.force_login(user)
    assert client.post(ASK, {"code": code_of(user), "next": wanted}).headers["Location"] == HOME


def test_a_code_is_taken_once_and_none_that_is_older(client):
    user = manager()
    turned_on(user)
    code = code_of(user)
    services.check_second_factor(user, f"{code[:3]} {code[3:]}")
    assert refusal(services.check_second_factor, user, code) == "wrong_code"
    assert refusal(services.check_second_factor, user, code_of(user, later=-30)) == "wrong_code"
    services.check_second_factor(user, code_of(user, later=30))


def test_codes_far_from_now_and_nonsense_are_refused_in_arabic_digits_too():
    user = manager()
    turned_on(user)
    with mock.patch("backoffice.users.services.second_factor.TRIES", 100):
        for wrong in (
            code_of(user, later=90),
            code_of(user, later=-90),
            "",
            "12345",
            "1234567",
            "٠٠٠٠٠٠",
            "²²²²²²",
            "x" * 40,
        ):
            assert refusal(services.check_second_factor, user, wrong) == "wrong_code", wrong
        services.check_second_factor(user, code_of(user).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))


def test_five_wrong_codes_close_the_door_for_right_ones_too():
    user = manager()
    services.begin_second_factor(user)
    services.confirm_second_factor(user, code_of(user, later=-30))
    for _try in range(4):
        assert refusal(services.check_second_factor, user, "000000") in ("wrong_code", "too_many_codes")
    assert refusal(services.check_second_factor, user, code_of(user)) == "too_many_codes"


def test_no_code_is_tried_uncounted_while_the_counts_are_away(monkeypatch):
    user = manager()
    turned_on(user)
    monkeypatch.setattr(
        "backoffice.users.services.second_factor.count_try", lambda *_args, **_more: Counted(True, 1.0, counted=False)
    )
    assert refusal(services.check_second_factor, user, code_of(user)) == "busy"


def test_a_code_from_the_paper_stands_in_once_however_it_is_typed():
    user = manager()
    first, second, *_rest = turned_on(user)
    services.check_second_factor(user, first.lower().replace("-", " "))
    assert refusal(services.check_second_factor, user, first) == "wrong_code"
    assert AuditEntry.objects.filter(reason__contains="recovery").exists() or AuditEntry.objects.filter(
        reason__contains="احتياط"
    )
    services.renew_recovery_codes(user, code_of(user))
    assert refusal(services.check_second_factor, user, second) == "wrong_code"


def test_what_is_kept_shows_neither_secret_nor_codes():
    user = manager()
    codes = turned_on(user)
    secret = SecondFactor.objects.get(user=user).secret
    from backoffice.users.tests.test_sealed_documents import everything

    kept = [row for _table, row in everything()]
    assert not [row for row in kept if secret in row or any(code.replace("-", "") in row for code in codes)]


def test_managers_and_accountants_must_have_one_where_the_house_says_so(client, settings):
    settings.REQUIRE_2FA = True
    for user, wanted in ((manager(), True), (huda(), True), (omar(), False)):
        client.force_login(user)
        answer = client.get(HOME)
        assert (answer.status_code == 302 and answer.headers["Location"].startswith(SET_UP)) is wanted
    user = huda()
    client.force_login(user)
    page = client.get(SET_UP).content.decode()
    assert "<svg" in page
    done = client.post(SET_UP, {"code": code_of(user)})
    assert done.status_code == 200
    assert client.get(HOME).status_code == 200
    client.post("/courses-admin/second-factor/", {"code": code_of(user, later=30), "remove": "1"})
    assert SecondFactor.objects.filter(user=user).exists()


def test_a_wrong_first_code_keeps_the_secret_that_was_scanned(client):
    user = omar()
    client.force_login(user)
    client.get(SET_UP)
    secret = SecondFactor.objects.get(user=user).secret
    answer = client.post(SET_UP, {"code": "000000"})
    assert SecondFactor.objects.get(user=user).secret == secret
    assert SecondFactor.objects.get(user=user).confirmed_at is None
    assert answer.context["form"].errors["code"]
    assert client.get(HOME).status_code == 200


def test_a_manager_takes_away_what_is_lost_and_nobody_else_does(client):
    lost = omar()
    turned_on(lost)
    assert refusal(services.remove_second_factor, lost.pk, by=huda()) in ("access_not_yours", "staff_account")
    assert refusal(services.remove_second_factor, lost.pk, by=lost, code="000000") == "wrong_code"
    services.remove_second_factor(lost.pk, by=manager(), reason="ضاع الهاتف")
    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.filter(reason="ضاع الهاتف").exists()
    client.force_login(CustomUser.objects.get(pk=lost.pk))
    assert client.get(HOME).status_code == 200


def test_a_new_telephone_ends_what_the_old_one_opened(client):
    user = omar()
    turned_on(user)
    client.force_login(user)
    client.post(ASK, {"code": code_of(user)})
    services.remove_second_factor(user.pk, by=manager())
    turned_on(CustomUser.objects.get(pk=user.pk))
    assert client.get(HOME).headers["Location"].startswith(ASK)


def test_families_are_never_asked(client, settings):
    settings.REQUIRE_2FA = True
    parent = CustomUser.objects.create_user("01012345678", "x", first_name="منى")
    client.force_login(parent)
    assert "second-factor" not in client.get(HOME).headers.get("Location", "")


def test_another_sealing_key_takes_the_telephones_along_and_not_the_paper(settings):
    old, new = "o" * 40, "n" * 40
    settings.SEALING_KEYS = [old]
    user = manager()
    paper = turned_on(user)
    settings.SEALING_KEYS = [new, old]
    call_command("reseal")
    services.check_second_factor(user, paper[0])
    settings.SEALING_KEYS = [new]
    services.check_second_factor(user, code_of(user))
    # Hashes under the old key, of which nobody can make others: docs/authentication.md has them drawn anew before.
    assert refusal(services.check_second_factor, user, paper[1]) == "wrong_code"


def test_a_key_that_is_missing_is_told_and_the_telephone_is_as_good_as_before(settings):
    old, new = "o" * 40, "n" * 40
    settings.SEALING_KEYS = [old]
    user = manager()
    turned_on(user)
    settings.SEALING_KEYS = [new]
    with pytest.raises(CommandError, match="1 second factors can't be read"):
        call_command("reseal")
    settings.SEALING_KEYS = [new, old]
    services.check_second_factor(user, code_of(user))
