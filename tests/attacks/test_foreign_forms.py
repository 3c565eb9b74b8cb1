"""Forms of other sites: every address that takes a POST by a session wants our token, from the URLconf itself.

Sockets of other pages stand in `api/realtime/tests/test_signing_in.py`.
"""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_staff
from cms.tests.makers import the_home

from .routes import key_of, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Signed by themselves: tokens and keys, which no browser sends along.
BY_TOKEN = ("api/", "auth/")
SAFE_ONLY = {405}


def plain_routes():
    """Addresses of the staff, of the site's admin and of families that name no row."""

    def walk(resolver, before=""):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                yield from walk(one, before + str(one.pattern))
            else:
                yield before + str(one.pattern)

    found = dict.fromkeys(walk(get_resolver()))
    mine = [one for one in found if one.startswith(("courses-admin/", "cms/", "account/", "i18n/", "en/account/"))]
    return ["/" + one for one in mine if not re.search(r"[<(?^$]", one)]


def refused(answer):
    # 404 and 405: there is nothing that could be sent. 302 to a sign-in would be an answer to nobody.
    return answer.status_code in (403, 404, 405)


def foreign():
    client = Client(
        enforce_csrf_checks=True, headers={"origin": "https://evil.example", "referer": "https://evil.example/x"}
    )
    client.force_login(make_staff("Managers", is_superuser=True))
    return client


def test_no_address_takes_a_form_of_another_site():
    the_home()
    client, before = foreign(), AuditEntry.objects.count()
    asked = plain_routes()
    taken = [one for one in asked if not refused(client.post(one, {"x": "1"}))]
    assert taken == []
    assert len(asked) > 150
    assert AuditEntry.objects.count() == before


def test_no_row_is_changed_by_a_form_of_another_site():
    client = foreign()
    taken = [
        one.pattern for one in routes() if not refused(client.post(one.filled(key_of(None)), {"_form_submitted": "1"}))
    ]
    assert taken == []


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://testserver.evil.example", "http://testserver:81", "file://"]
)
def test_our_token_from_another_origin_is_refused(origin):
    client = foreign()
    page = client.get("/courses-admin/password_change/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
    sent = {"csrfmiddlewaretoken": token, "old_password": "x"}
    assert client.post("/courses-admin/password_change/", sent, headers={"origin": origin}).status_code == 403
    assert (
        client.post("/courses-admin/password_change/", sent, headers={"origin": "http://testserver"}).status_code == 200
    )


@pytest.mark.parametrize("token", ["", "x", "x" * 64, "x" * 5000, "\x00", "é" * 64])
def test_another_token_is_refused(token):
    client = foreign()
    client.get("/courses-admin/password_change/")
    answer = client.post(
        "/courses-admin/sign-ins/others/end/", {"csrfmiddlewaretoken": token}, headers={"origin": "http://testserver"}
    )
    assert answer.status_code == 403


def test_the_apps_take_no_session_so_another_sites_form_is_nobodys():
    client = foreign()
    for address in ("/auth/users/set_password/", "/api/v1/children/", "/auth/users/me/"):
        assert client.post(address, {"x": "1"}).status_code in (401, 405, 415), address
