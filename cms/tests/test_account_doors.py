"""The site's session: signing in, up and out by the apps' rules, in the apps' counts."""

import datetime as dt
import re
import threading
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import AsyncClient, Client
from django.utils import timezone

from api.throttles import CountedThrottle
from backoffice.shared import limits
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.models import CustomUser, Parent, StudentUser
from backoffice.users.tests.makers import PASSWORD, make_parent, make_staff, make_user

from .makers import the_home

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home", "_fresh_counts")]

MONA = "+201001234567"
NEW = "نخيل-الواحة-77"
IN, UP, OUT, CODE, ROOM = (f"/en/account/{place}" for place in ("sign-in/", "sign-up/", "sign-out/", "password/", ""))
APP = "/auth/jwt/create/"
NOW = 1_000_000.0


@pytest.fixture
def _fresh_counts(monkeypatch):
    """No count of another test, and no window that ends in the middle of this one."""
    cache.clear()
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: NOW))
    monkeypatch.setattr(CountedThrottle, "timer", staticmethod(lambda: NOW))


@pytest.fixture
def mona():
    return make_parent(phone_number1=MONA, password=PASSWORD, first_name="منى").user


def try_to_sign_in(client, password="wrong", number=MONA, **more):
    return client.post(IN, {"phone_number1": number, "password": password} | more)


def faults(response):
    return [re.sub("<[^>]+>", "", one) for one in re.findall(r"<li>([^<]*)</li>", main(response))]


def main(response):
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def by_the_apps(number=MONA, password="wrong"):
    return Client().post(APP, {"phone_number1": number, "password": password}, "application/json")


def is_in(client):
    return client.get(ROOM).status_code == 200


# --- signing in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["01001234567", "+20 100 123 4567", "٠١٠٠١٢٣٤٥٦٧", " 0100-123-4567 "])
def test_a_number_in_any_spelling_signs_in(client, mona, typed):
    answer = try_to_sign_in(client, PASSWORD, typed)
    assert (answer.status_code, answer.url) == (302, ROOM)
    assert is_in(client)
    mona.refresh_from_db()
    assert mona.last_login is not None


def test_an_unknown_number_a_wrong_password_and_a_closed_account_are_answered_in_the_same_words(client, mona):
    make_parent(phone_number1="+201005550001", password=PASSWORD, is_active=False)
    tried = [(MONA, "wrong"), ("+201009999999", "x"), ("not a number", "x"), ("+201005550001", PASSWORD)]
    answers = [try_to_sign_in(client, password, number) for number, password in tried]
    assert [faults(answer) for answer in answers] == [["The number or the password is wrong."]] * 4
    assert {answer.status_code for answer in answers} == {200}
    assert not is_in(client)


@pytest.mark.parametrize("number", [MONA, "+201009999999", "not a number"])
def test_each_try_costs_one_hash_whoever_is_tried(client, mona, number, monkeypatch):
    counted = []
    hasher = type(get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append(1) or encode(self, *a, **k))
    try_to_sign_in(client, number=number)
    assert len(counted) == 1


def test_what_was_typed_stays_but_for_the_password(client, mona):
    page = main(try_to_sign_in(client, "secret-typed-here", "٠١٠٠"))
    assert 'value="٠١٠٠"' in page
    assert "secret-typed-here" not in page


def test_five_wrong_passwords_lock_the_number_on_the_site_and_for_the_apps(client, mona):
    answers = [try_to_sign_in(Client()) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    locked = try_to_sign_in(client, PASSWORD)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"
    assert "This number is locked for 15 minutes" in faults(locked)[0]
    assert "cms" not in locked.content.decode().split("</head>")[0]
    assert by_the_apps(password=PASSWORD).json()["code"] == "locked"


def test_five_wrong_passwords_in_the_apps_lock_the_site(client, mona):
    for _ in range(5):
        by_the_apps()
    assert try_to_sign_in(client, PASSWORD).status_code == 429
    assert not is_in(client)


@pytest.mark.parametrize(("page", "kind"), [(IN, "login"), (UP, "register"), (CODE, "password")])
@pytest.mark.parametrize(("by", "who"), [("address", "203.0.113.7"), ("number", MONA)])
def test_as_many_tries_as_the_apps_allow_and_in_the_same_count(page, kind, by, who, settings):
    rate = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][f"{kind}_{by}"]
    limit, seconds = limits.read_rate(rate)
    assert (limit, seconds) == CountedThrottle().parse_rate(rate)
    for _ in range(limit - 1):
        limits.count_try(f"{kind}_{by}", who, limit=limit, seconds=seconds)
    here = Client(REMOTE_ADDR="203.0.113.7")
    assert here.post(page, {"phone_number1": MONA}).status_code == 200
    over = here.post(page, {"phone_number1": "0100 123 4567"})
    assert over.status_code == 429
    assert 0 < int(over.headers["Retry-After"]) <= seconds


def test_a_number_left_empty_is_counted_for_nobody(mona):
    for n in range(12):
        empty = Client(REMOTE_ADDR=f"10.0.0.{n}").post(IN, {"phone_number1": " ", "password": "x"})
    assert empty.status_code == 200
    assert "This field is required." in faults(empty)


def test_tries_on_the_site_and_by_the_apps_are_one_count(mona):
    for _ in range(5):
        assert by_the_apps("+201007770001").status_code in (401, 429)
    for n in range(5):
        try_to_sign_in(Client(REMOTE_ADDR=f"10.0.0.{n}"), number="0100 777 0001")
    # The eleventh by this number within a minute, from wherever.
    over = try_to_sign_in(Client(REMOTE_ADDR="10.0.1.1"), number="٠١٠٠٧٧٧٠٠٠١")
    assert over.status_code == 429
    assert "Too many tries" in faults(over)[0]
    assert 0 < int(over.headers["Retry-After"]) <= 60
    assert by_the_apps("+201007770001").json()["code"] == "throttled"


def test_a_key_that_was_put_into_the_browser_before_is_worth_nothing_afterwards(client, mona):
    planted = client.session
    planted["planted"] = True
    planted.save()
    try_to_sign_in(client, PASSWORD)
    assert client.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example", ""],
)
def test_nobody_is_sent_away_from_the_site(client, mona, target):
    shown = client.get(IN, {"next": target})
    assert "evil" not in main(shown)
    assert "javascript:" not in main(shown)
    assert try_to_sign_in(client, PASSWORD, next=target).url == ROOM
    assert client.get(IN, {"next": target}).url == ROOM


def test_one_goes_on_where_one_came_from(client, mona):
    assert try_to_sign_in(client, PASSWORD, next="/ask/x/?a=b").url == "/ask/x/?a=b"


def test_staff_have_the_same_session_for_the_site_and_the_back_office(client):
    make_staff("Registrars", phone_number1=MONA)
    try_to_sign_in(client, PASSWORD)
    assert client.get("/courses-admin/").status_code == 200
    assert "one of the staff" in main(client.get(ROOM))


def test_a_parents_session_opens_no_screen_of_the_staff(client, mona):
    try_to_sign_in(client, PASSWORD)
    for address in ("/courses-admin/", "/cms/", "/courses-admin/users/customuser/"):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert "login" in answer.url


def test_a_closed_account_and_a_new_password_end_the_session(client, mona):
    try_to_sign_in(client, PASSWORD)
    services.set_password(mona.pk, password="another-one-of-mine-1", by=None)
    assert not is_in(client)
    try_to_sign_in(client, "another-one-of-mine-1")
    assert is_in(client)
    services.deactivate_user(mona.pk, by=None)
    assert not is_in(client)


def test_wagtails_own_sign_in_leads_to_the_sites(client):
    answer = client.get("/_util/login/?next=/x/")
    assert (answer.status_code, answer.url) == (302, "/account/sign-in/?next=/x/")
    assert client.post("/_util/login/", {"username": MONA, "password": "x"}).url == "/account/sign-in/"


# --- signing out -----------------------------------------------------------------------------------------------


def test_signing_out_is_a_post_and_ends_the_session(client, mona):
    client.force_login(mona)
    assert client.get(OUT).status_code == 405
    assert is_in(client)
    key = client.session.session_key
    assert client.post(OUT).url == IN
    assert not is_in(client)
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize("address", [IN, UP, OUT, CODE])
def test_a_form_of_another_site_does_nothing(mona, address):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mona)
    body = {"phone_number1": MONA, "password": PASSWORD}
    assert strict.post(address, body).status_code == 403
    assert is_in(strict)


def test_each_form_carries_its_token(mona):
    strict = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', strict.get(IN).content.decode())[1]
    assert try_to_sign_in(strict, PASSWORD, csrfmiddlewaretoken=token).status_code == 302


# --- what others may keep or list --------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [IN, UP, CODE, ROOM])
def test_nobody_keeps_a_copy_and_no_robot_lists_it(client, mona, address):
    if address == ROOM:
        client.force_login(mona)
    answer = client.get(address)
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    robots = client.get("/robots.txt").content.decode()
    assert {"Disallow: /account/", "Disallow: /en/account/", "Disallow: /ask/"} <= set(robots.splitlines())


def test_a_page_that_greets_somebody_is_for_no_common_cache(client, mona):
    stranger = client.get("/")
    assert "/account/sign-in/" in stranger.content.decode()
    assert "Cookie" in stranger.headers["Vary"]
    client.force_login(mona)
    own = client.get("/")
    assert 'href="/account/"' in own.content.decode()
    assert "private" in own.headers["Cache-Control"]


def test_both_languages_have_each_page_and_lead_to_the_other(client):
    arabic = client.get("/account/sign-in/?next=/x/").content.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    assert 'href="/en/account/sign-in/?next=/x/"' in arabic
    assert 'href="/account/sign-in/"' in client.get(IN).content.decode()


# --- registering -----------------------------------------------------------------------------------------------


@pytest.fixture
def body():
    return {
        "role": "parent",
        "phone_number1": "٠١٠٠ ١٢٣ ٤٥٦٧",
        "password": NEW,
        "re_password": NEW,
        "first_name": "منى سعيد",
        "last_name": "علي حسن",
        "dob_day": "1",
        "dob_month": "5",
        "dob_year": "1990",
        "gender": "female",
    }


def test_a_parent_registers_and_is_in(client, body):
    assert client.post(UP, body | {"next": "/ask/"}).url == "/ask/"
    user = CustomUser.objects.get()
    assert Parent.objects.get().user == user
    assert (str(user.phone_number1), str(user.dob), user.is_verified, user.is_staff) == (
        MONA, "1990-05-01", False, False,
    )  # fmt: skip
    assert user.check_password(NEW)
    assert is_in(client)
    assert {entry.source for entry in AuditEntry.objects.all()} == {"site"}
    assert by_the_apps(password=NEW).status_code == 200


def test_an_adult_student_registers(client, body):
    client.post(UP, body | {"role": "student"})
    assert StudentUser.objects.get().unique_code[0] == "F"
    assert not Parent.objects.exists()


def test_a_birthday_typed_as_a_text_may_be_in_any_digits(client, body):
    typed = {name: value for name, value in body.items() if not name.startswith("dob")} | {"dob": "٢٣/٤/١٩٩٠"}
    client.post(UP, typed)
    assert str(CustomUser.objects.get().dob) == "1990-04-23"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone_number1": "12345"}, "phone_number1"),
        ({"phone_number1": ""}, "phone_number1"),
        ({"re_password": "another-one-1"}, "re_password"),
        ({"password": "12345678", "re_password": "12345678"}, "password"),
        ({"password": "short1", "re_password": "short1"}, "password"),
        ({"password": "منى سعيد", "re_password": "منى سعيد"}, "password"),
        ({"password": "x" * 129, "re_password": "x" * 129}, "password"),
        ({"first_name": ""}, "first_name"),
        ({"first_name": "م" * 81}, "first_name"),
        ({"last_name": "nul\x00"}, "last_name"),
        ({"dob_month": "2", "dob_day": "31"}, "dob"),
        ({"dob_year": "2990"}, "dob"),
        ({"dob_year": "1700"}, "dob"),
        ({"dob_day": "", "dob_month": "", "dob_year": ""}, "dob"),
        ({"gender": "boy"}, "gender"),
        ({"role": "admin"}, "role"),
        ({"role": "instructor"}, "role"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(client, body, change, field):
    page = main(client.post(UP, body | change))
    assert f'id="id_{field}_error"' in page
    assert re.search(rf'aria-describedby="[^"]*id_{field}_error', page), "the sentence is tied to its field"
    assert not CustomUser.objects.exists()
    assert not is_in(client)


def test_bad_input_loses_nothing_but_the_passwords(client, body):
    page = main(client.post(UP, body | {"dob_day": "31", "dob_month": "2", "re_password": "x"}))
    assert 'value="منى سعيد"' in page
    for chosen in ('value="31" selected', 'value="2" selected', 'value="1990" selected'):
        assert chosen in page
    assert NEW not in page


def test_nobody_registers_with_more_than_is_asked(client, body):
    client.post(UP, body | {"is_staff": "on", "is_superuser": "on", "is_verified": "on", "groups": "1"})
    user = CustomUser.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_verified, user.groups.count()) == (False, False, False, 0)


def test_a_taken_number_is_said_with_a_way_on(client, body):
    make_user(phone_number1=MONA)
    page = main(client.post(UP, body))
    assert 'id="id_phone_number1_error"' in page
    assert CODE in page
    assert CustomUser.objects.count() == 1


def test_a_registration_sent_twice_is_one_account_and_both_are_in(body):
    browsers = [Client(), Client()]
    assert [one.post(UP, body).status_code for one in browsers] == [302, 302]
    assert CustomUser.objects.count() == 1
    assert all(is_in(one) for one in browsers)


@pytest.mark.parametrize("change", [{"password": "another-one-1", "re_password": "another-one-1"}, {}])
def test_whose_number_is_taken_comes_in_neither_by_another_password_nor_later(client, body, change):
    Client().post(UP, body)
    if not change:
        CustomUser.objects.update(date_joined=timezone.now() - dt.timedelta(minutes=2))
    assert 'id="id_phone_number1_error"' in main(client.post(UP, body | change))
    assert not is_in(client)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_the_same_moment_make_one_account(body):
    the_home()
    start, answers = threading.Barrier(2), []

    def register():
        start.wait(10)
        try:
            answers.append(Client().post(UP, body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=register) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [302, 302]
    assert CustomUser.objects.count() == 1


async def _wrong_passwords():
    """Through the handler of the asynchronous server, where middleware goes another way."""
    for _ in range(5):
        last = await AsyncClient().post(IN, {"phone_number1": MONA, "password": "wrong"})
    return last


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_server_too_shows_the_sites_own_page_for_a_locked_number():
    the_home()
    locked = async_to_sync(_wrong_passwords)()
    assert locked.status_code == 429
    assert "This number is locked for 15 minutes" in faults(locked)[0]


def test_registrations_are_counted_with_the_apps(client, body):
    bad = body | {"password": "1", "re_password": "1"}
    for n in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/auth/users/", bad, "application/json")
    over = client.post(UP, body)
    assert over.status_code == 429
    assert 'value="منى سعيد"' in main(over)
    assert not CustomUser.objects.exists()


# --- a password by the centre's code ---------------------------------------------------------------------------


def by_code(client, code, **change):
    body = {"phone_number1": "0100 123 4567", "code": code, "new_password": NEW, "re_new_password": NEW}
    return client.post(CODE, body | change)


def test_the_centres_code_sets_the_password_lifts_the_lock_and_lets_in(client, mona):
    for _ in range(5):
        try_to_sign_in(Client())
    code = services.make_claim_code(mona.pk, by=None)
    spaced = f"{code[:4]} {code[4:]}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert by_code(client, spaced).url == ROOM
    assert is_in(client)
    mona.refresh_from_db()
    assert mona.is_verified
    assert by_code(Client(), code).status_code == 200
    assert try_to_sign_in(Client(), NEW).status_code == 302


def test_every_wrong_code_is_answered_in_the_same_words(client, mona):
    code = services.make_claim_code(mona.pk, by=None)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    answers = [by_code(client, wrong), by_code(client, code, phone_number1="01009999999"), by_code(client, "x")]
    assert len({tuple(faults(answer)) for answer in answers}) == 1
    assert "Ask the centre" in faults(answers[0])[0]
    assert not is_in(client)


def test_a_weak_password_leaves_the_code_good(client, mona):
    code = services.make_claim_code(mona.pk, by=None)
    for weak in ("12345678", "short1"):
        page = main(by_code(client, code, new_password=weak, re_new_password=weak))
        assert 'id="id_new_password_error"' in page
    assert 'id="id_re_new_password_error"' in main(by_code(client, code, re_new_password="other-1-other"))
    assert by_code(client, code).status_code == 302


def test_codes_are_tried_as_often_as_in_the_apps_and_counted_with_them(client, mona):
    said = {"phone_number1": MONA, "code": "1", "new_password": NEW, "re_new_password": NEW}
    for n in range(10):
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/auth/users/claim/", said, "application/json")
    code = services.make_claim_code(mona.pk, by=None)
    assert by_code(client, code).status_code == 429
    assert not is_in(client)
