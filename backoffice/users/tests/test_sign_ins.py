"""Where an account is signed in: seen by its person, ended one by one or all at once, and gone with its session."""

import datetime as dt
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from api import tokens
from api.models import TokenFamily
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users import services
from backoffice.users.browsers import device_in_words, icon_of
from backoffice.users.models import SignIn
from backoffice.users.services.sign_ins import SEEN_EVERY
from backoffice.users.tests.makers import huda, make_parent, make_staff, manager, omar

pytestmark = pytest.mark.django_db

HOME, MINE, OTHERS = "/courses-admin/", "/courses-admin/sign-ins/", "/courses-admin/sign-ins/others/end/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604"
)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    return client.get(HOME).status_code == 200


def named_by(client):
    return client.session["sign_in"]


def end_of(sign_in):
    return f"{MINE}{sign_in}/end/"


def test_the_page_says_device_times_and_address_and_which_one_is_at_hand(client):
    user = huda()
    signed_in(user)
    SignIn.objects.update(browser=IPHONE)
    # Through the page, as staff do.
    user.set_password("palms-of-giza-99")
    user.save()
    here = Client(headers={"user-agent": CHROME}, REMOTE_ADDR="196.204.1.7")
    here.post("/courses-admin/login/", {"username": str(user.phone_number1), "password": "palms-of-giza-99"})
    page = here.get(MINE).content.decode()
    for said in ("كروم على كمبيوتر ويندوز", "سفاري على آيفون", "هذا المتصفّح", "196.204.1.7"):
        assert said in page, said
    assert page.index("كروم") < page.index("سفاري")
    assert page.count("/end/") == 2, "one of the other, one for all others"


def test_an_ended_one_is_out_at_once_and_the_others_are_in():
    user = huda()
    here, there, third = signed_in(user), signed_in(user), signed_in(user)
    assert here.post(end_of(named_by(there))).headers["Location"] == MINE
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    assert AuditEntry.objects.filter(object_id=user.pk, actor=user, reason="انتهى دخول واحد.").exists()


def test_all_others_end_with_the_apps_and_the_one_at_hand_stays():
    user = huda()
    here, there = signed_in(user), signed_in(user)
    app = tokens.sign_in(user)
    here.post(OTHERS)
    assert (is_in(here), is_in(there)) == (True, False)
    with pytest.raises(tokens.TokenRefused):
        tokens.exchange(app.refresh)


def test_somebody_elses_is_not_found_and_stays():
    theirs, mine = signed_in(omar()), signed_in(huda())
    assert mine.post(end_of(named_by(theirs))).status_code == 404
    assert mine.post(end_of("00000000-0000-0000-0000-000000000000")).status_code == 404
    assert is_in(theirs)


def test_a_link_ends_nothing_and_who_is_no_staff_sees_no_page():
    here = signed_in(huda())
    assert here.get(OTHERS).status_code == 405
    assert here.get(end_of(named_by(here))).status_code == 405
    family = signed_in(make_parent().user)
    for page in (MINE, OTHERS, end_of(named_by(family))):
        assert family.post(page).status_code == 302
    assert SignIn.objects.filter(pk=named_by(family)).exists()
    assert Client().get(MINE).status_code == 302


def test_a_form_of_another_site_ends_nothing():
    user = huda()
    here = Client(enforce_csrf_checks=True)
    here.force_login(user)
    assert here.post(OTHERS).status_code == 403
    assert here.post(end_of(named_by(here))).status_code == 403
    assert is_in(here)


def test_a_manager_signs_somebody_out_of_browsers_and_apps():
    user = omar()
    theirs, app = signed_in(user), tokens.sign_in(user)
    boss = signed_in(manager())
    page = f"/courses-admin/users/customuser/{user.pk}/"
    button = reverse("admin:users_customuser_sign_out_everywhere", args=[user.pk])
    assert button in boss.get(f"{page}change/").content.decode()
    assert boss.post(button, {"_form_submitted": "1", "reason": "lost telephone"}).headers["HX-Redirect"]
    assert not is_in(theirs)
    assert is_in(boss)
    assert not TokenFamily.objects.filter(user=user, ended_at=None).exists()
    with pytest.raises(tokens.TokenRefused):
        tokens.exchange(app.refresh)
    assert AuditEntry.objects.filter(object_id=user.pk, reason__endswith="lost telephone").exists()
    clerk = signed_in(omar())
    assert clerk.post(button.replace(str(user.pk), str(huda().pk)), {"reason": "x"}).status_code == 403


def test_only_managers_sign_others_out_and_no_superuser():
    user = huda()
    signed_in(user)
    for by, code in ((omar(), "access_not_yours"), (user, "access_not_yours")):
        with pytest.raises(DomainError) as refused:
            services.end_all_sign_ins(user.pk, by=by)
        assert refused.value.code == code
    root = make_staff(is_superuser=True)
    with pytest.raises(DomainError) as refused:
        services.end_all_sign_ins(root.pk, by=manager())
    assert refused.value.code == "staff_account"


def test_the_row_goes_with_the_session_and_holds_nothing_that_opens_it():
    here = signed_in(huda())
    key, row = here.session.session_key, SignIn.objects.get()
    assert key not in " ".join(map(str, row.__dict__.values()))
    here.post("/courses-admin/logout/")
    assert not SignIn.objects.exists()


def test_a_session_without_a_sign_in_or_with_anothers_is_nobodys():
    mine, theirs = signed_in(huda()), signed_in(omar())
    for named in (None, named_by(theirs), "nonsense", "00000000-0000-0000-0000-000000000000", 7):
        copied = Client()
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store.update(dict(mine.session.items()) | {"sign_in": named})
        store.create()
        copied.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        assert not is_in(copied), named
        assert SESSION_KEY not in copied.session
    assert is_in(mine)
    assert is_in(theirs)


def test_it_runs_out_whatever_is_done_with_it_and_is_swept_away():
    here = signed_in(huda())
    SignIn.objects.update(ends_at=timezone.now())
    assert not is_in(here)
    assert services.forget_sign_ins() == 1
    assert not SignIn.objects.exists()


def test_last_seen_is_written_every_few_minutes_and_costs_no_query_besides(django_assert_max_num_queries):
    here = signed_in(huda())
    before = SignIn.objects.get().seen_at
    is_in(here)
    assert SignIn.objects.get().seen_at == before
    SignIn.objects.update(seen_at=timezone.now() - SEEN_EVERY - dt.timedelta(seconds=1))
    here.get(HOME, REMOTE_ADDR="41.33.0.9")
    row = SignIn.objects.get()
    assert timezone.now() - row.seen_at < dt.timedelta(minutes=1)
    assert row.address == "41.33.0.9"
    with django_assert_max_num_queries(2):
        # The session, and its person with the second factor and the sign-in; no word of a sign-in of its own.
        here.get("/courses-admin/second-factor/code/")


def test_another_password_leaves_the_browser_it_was_typed_in():
    user = huda()
    user.set_password("palms-of-giza-99")
    user.save()
    here, there = signed_in(user), signed_in(user)
    new = "other-palms-of-giza-98"
    typed = {"old_password": "palms-of-giza-99", "new_password1": new, "new_password2": new}
    assert here.post("/courses-admin/password_change/", typed).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert [str(row.pk) for row in SignIn.objects.filter(user=user)] == [named_by(here)]


def test_a_closed_account_that_is_opened_again_signs_in_anew():
    user = omar()
    theirs = signed_in(user)
    boss = manager()
    services.deactivate_user(user.pk, by=boss)
    services.reactivate_user(user.pk, by=boss)
    assert not is_in(theirs)


def test_families_are_noted_too_and_the_apps_without_a_session_are_not(client):
    user = make_parent().user
    user.set_password("palms-of-giza-99")
    user.save()
    said = {"phone_number1": str(user.phone_number1), "password": "palms-of-giza-99"}
    assert client.post("/auth/jwt/create/", said, "application/json").status_code == 200
    assert not SignIn.objects.exists()
    assert client.post("/account/sign-in/", said).status_code == 302
    assert SignIn.objects.get().user == user
    assert client.get("/account/").status_code == 200
    services.end_all_sign_ins(user.pk, by=manager())
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("agent", "said", "icon"),
    [
        (CHROME, "Chrome on a Windows computer", "computer"),
        (IPHONE, "Safari on an iPhone", "smartphone"),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36",
            "Chrome on an Android telephone",
            "smartphone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27 Chrome/140 Safari",
            "Samsung's browser on an Android tablet",
            "tablet",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on a Linux computer",
            "computer",
        ),
        ("Mozilla/5.0 (Macintosh) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on a Mac", "computer"),
        ("curl/8.0", "An unknown device", "computer"),
        ("", "An unknown device", "computer"),
    ],
)
def test_browsers_in_words(agent, said, icon):
    with translation.override("en"):
        assert device_in_words(agent) == said
    assert icon_of(agent) == icon
