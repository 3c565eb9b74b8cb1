"""Arabic whatever the browser asks for; English by the switch, and for the apps by their header."""

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_admin_is_arabic_and_right_to_left_for_an_english_browser(client):
    response = client.get(reverse("admin:login"), headers={"accept-language": "en-US,en"})
    assert response.headers["Content-Language"] == "ar"
    assert 'dir="rtl"' in response.content.decode()


def test_the_switch_turns_the_admin_to_english(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    response = client.get(reverse("admin:login"))
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert response.headers["Content-Language"] == "en"
    assert 'dir="ltr"' in response.content.decode()


def test_a_cookie_with_rubbish_leaves_arabic(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx/../"
    assert client.get(reverse("admin:login")).headers["Content-Language"] == "ar"


@pytest.mark.parametrize(("header", "language"), [("en", "en"), ("en-GB,en;q=0.9", "en"), ("ar", "ar"), ("fr", "ar")])
def test_the_apps_ask_by_header(client, header, language):
    response = client.post("/auth/jwt/create/", {}, "application/json", headers={"accept-language": header})
    assert response.headers["Content-Language"] == language
