"""Every door that sends a browser on to where it is told: never out of the house."""

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.users.tests.makers import PASSWORD, make_parent, make_staff, manager
from cms.models import CoursePage
from cms.tests.makers import make_course_page, the_home

from .test_requests import leads_home

pytestmark = pytest.mark.django_db

AWAY = [
    "https://evil.example/", "http://evil.example", "//evil.example/x", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "https:evil.example", "https:///evil.example",
    "https:\\\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "ftp://evil.example/", "//evil.example\\@testserver/",
    "https://testserver@evil.example/", "https://testserver.evil.example/", "http://[::1]@evil.example",
    "//testserver:80@evil.example", " //evil.example", "\t//evil.example", "\x00//evil.example", "/\t/evil.example",
    "//evil%E3%80%82example", "//evil。example", "http:///evil.example", "//0x7f000001/",
    "https://evil.example\x00.testserver/", "%2f%2fevil.example", "x" * 9000,
]  # fmt: skip


def into_sign_in(wanted):
    user = make_staff("Managers")
    typed = {"username": str(user.phone_number1), "password": PASSWORD, "next": wanted}
    return Client().post(f"{reverse('staff-sign-in')}", typed)


def already_in(wanted):
    client = Client()
    client.force_login(manager())
    return client.get(reverse("staff-sign-in"), {"next": wanted})


def wagtails_sign_in(wanted):
    return Client().get("/cms/login/", {"next": wanted})


def families_sign_in(wanted):
    user = make_parent(password=PASSWORD).user
    said = {"phone_number1": str(user.phone_number1), "password": PASSWORD, "next": wanted}
    return Client().post("/account/sign-in/", said)


def families_already_in(wanted):
    client = Client()
    client.force_login(make_parent().user)
    return client.get("/account/sign-in/", {"next": wanted})


def families_sign_up(wanted):
    client = Client()
    client.force_login(make_parent().user)
    return client.get("/account/sign-up/", {"next": wanted})


def second_factor(wanted):
    client = Client()
    client.force_login(manager())
    return client.get(reverse("second-factor-ask"), {"next": wanted})


def language(wanted):
    return Client(headers={"referer": wanted if wanted.isascii() and wanted.isprintable() else "x"}).post(
        "/i18n/setlang/", {"language": "en", "next": wanted}
    )


def notice_of_exports(wanted):
    client = Client()
    client.force_login(manager())
    return client.post(reverse("report-exports-seen"), {"next": wanted})


def signing_out(wanted):
    client = Client()
    client.force_login(manager())
    return client.post(reverse("admin:logout"), {"next": wanted})


def families_sign_out(wanted):
    client = Client()
    client.force_login(make_parent().user)
    return client.post("/account/sign-out/", {"next": wanted})


def wagtails_sign_out(wanted):
    client = Client()
    client.force_login(manager())
    return client.post("/cms/logout/", {"next": wanted})


def password_change(wanted):
    client = Client()
    client.force_login(manager())
    new = {"new_password1": "palms-of-giza-99", "new_password2": "palms-of-giza-99"}
    return client.post(reverse("admin:password_change"), {"old_password": PASSWORD, "next": wanted, **new})


def editors_page(wanted):
    page = CoursePage.objects.first() or make_course_page()
    client = Client()
    client.force_login(make_staff("Managers", is_superuser=True))
    return client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]), {"next": wanted})


DOORS = [
    into_sign_in, already_in, wagtails_sign_in, families_sign_in, families_already_in, families_sign_up,
    second_factor, language, notice_of_exports, signing_out, families_sign_out, wagtails_sign_out, password_change,
    editors_page,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__)
def test_no_door_leads_out_of_the_house(door):
    the_home()
    for wanted in AWAY:
        answer = door(wanted)
        assert answer.status_code < 500, wanted
        if answer.status_code in (301, 302, 303, 307, 308):
            location = answer.headers["Location"]
            assert leads_home(location), (wanted, location)
            assert not location.lower().lstrip().startswith(("javascript", "data", "vbscript")), wanted


def test_a_way_within_the_house_is_followed():
    """Or the test above would hold for doors that ignore it."""
    within = reverse("second-factor-set-up")
    for door in (into_sign_in, families_already_in, second_factor, language, notice_of_exports):
        assert door(within).headers["Location"].startswith(within), door.__name__


@pytest.mark.parametrize("wanted", AWAY)
def test_no_page_writes_it_as_a_link(wanted):
    the_home()
    for address in ("/courses-admin/login/", "/account/sign-in/", "/account/sign-up/"):
        page = Client().get(address, {"next": wanted}).content.decode()
        for quote in "\"'":
            assert f"href={quote}{wanted}{quote}" not in page
            assert f"action={quote}{wanted}{quote}" not in page
