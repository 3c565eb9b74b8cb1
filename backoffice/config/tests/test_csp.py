"""What a page may load: on the site only our own, in the staff's screens a little more."""

import os
import subprocess
import sys
from secrets import token_urlsafe

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backoffice.config.csp import NO_DEVICE, RELAXED, STRICT, ContentSecurityPolicy
from backoffice.users.tests.makers import make_staff
from cms.tests.makers import make_course_page, the_home

pytestmark = pytest.mark.django_db


def policy(client, address):
    return client.get(address).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address", ["/", "/robots.txt", "/health/live", "/api/v1/seasons/", "/courses-administrator/", "/nothing/"]
)
def test_the_site_and_the_apps_answers_are_strict(client, address):
    the_home()
    assert policy(client, address) == STRICT
    assert "unsafe" not in STRICT
    assert "http" not in STRICT


@pytest.mark.parametrize("address", ["/courses-admin/login/", "/cms/login/"])
def test_the_screens_of_other_makers_may_do_more_but_load_nothing_from_elsewhere(client, address):
    assert policy(client, address) == RELAXED
    assert "http" not in RELAXED


def test_a_preview_is_as_strict_as_the_page(client):
    the_home()
    page = make_course_page()
    page.save_revision()
    client.force_login(make_staff("Marketing"))
    assert policy(client, f"/cms/pages/{page.pk}/revisions/{page.latest_revision_id}/view/") == STRICT


def test_a_view_that_sends_its_own_policy_keeps_it():
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    answered = ContentSecurityPolicy(lambda request: own)(RequestFactory().get("/"))
    assert answered.headers["Content-Security-Policy"] == "sandbox"


def test_no_page_of_the_site_has_a_script_a_style_or_an_event_in_it(client):
    the_home()
    page = make_course_page()
    for address in ("/", page.url, page.get_parent().url, "/nothing/"):
        shown = client.get(address).content.decode()
        assert "<style" not in shown
        assert " style=" not in shown
        assert " onclick" not in shown
        assert shown.count("<script") == shown.count('<script type="module" src="/static/') + shown.count("ld+json")


def test_only_the_reader_at_the_door_may_use_the_camera(client):
    the_home()
    for address in ("/", "/courses-admin/login/", "/cms/login/", "/api/v1/seasons/", "/nothing/"):
        assert client.get(address).headers["Permissions-Policy"] == NO_DEVICE
    assert "camera=(self)" in client.get("/kiosk/").headers["Permissions-Policy"]
    assert "camera=()" in NO_DEVICE


def test_what_is_true_of_a_server_is_in_order(settings):
    environment = {"DEBUG": "0", "DJANGO_SECRET_KEY": token_urlsafe(50), "DJANGO_ALLOWED_HOSTS": "centre.example.org"}
    environment |= {"DATABASE_ENGINE": "sqlite3", "DATABASE_NAME": ":memory:", "REDIS_URL": ""}
    environment |= {"DJANGO_SETTINGS_MODULE": "backoffice.config.settings"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
