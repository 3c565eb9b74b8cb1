"""What a page may load: on the site only our own, in the staff's screens a little more."""

import os
import re
import subprocess
import sys
from secrets import token_urlsafe

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from backoffice.config.csp import BACK_OFFICE, NO_DEVICE, SITE_ADMIN, STRICT, ContentSecurityPolicy
from backoffice.courses.tests.makers import make_course
from backoffice.payments.tests.makers import make_payment
from backoffice.users.tests.makers import make_staff
from cms.tests.makers import make_course_page, the_home

pytestmark = pytest.mark.django_db


def directives(policy):
    return dict(one.split(" ", 1) for one in policy.split("; "))


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


@pytest.mark.parametrize(("address", "own"), [("/courses-admin/login/", BACK_OFFICE), ("/cms/login/", SITE_ADMIN)])
def test_the_screens_of_other_makers_may_do_what_they_need_but_load_nothing_from_elsewhere(client, address, own):
    assert policy(client, address) == own
    assert not re.search(r"https?:|wss?:|\*", own)


def test_the_back_office_runs_no_script_of_a_page_and_the_sites_admin_evaluates_nothing():
    scripts = {policy: directives(policy)["script-src"] for policy in (BACK_OFFICE, SITE_ADMIN)}
    assert scripts == {BACK_OFFICE: "'self' 'unsafe-eval'", SITE_ADMIN: "'self' 'unsafe-inline'"}


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


# Letters are read in a mail program, papers are drawn by typst; neither is a page.
NO_PAGES = ("reports/letter.html",)


def test_no_template_of_ours_has_a_script_or_an_event_in_it(settings):
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        # With `src`, or data that no browser runs.
        for tag in re.findall(r"<script\b[^>]*>", text):
            assert "src=" in tag or "application/ld+json" in tag or "application/json" in tag, (file, tag)
        assert not re.search(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']""", text), file
        assert "javascript:" not in text, file


def test_styles_in_our_templates_are_lengths_that_no_class_can_know(settings):
    """A bar's share of its line; everything else is in a style sheet."""
    found = set()
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        if not str(file).endswith(NO_PAGES):
            text = file.read_text(encoding="utf-8")
            assert "<style" not in text, file
            found |= {(file.name, one.partition(":")[0]) for one in re.findall(r"""\sstyle=["']([^"']*)""", text)}
    assert found == {("board_lecture.html", "flex-grow")}


def scripts_in(page):
    """What a page would run by itself: scripts without an address, and events."""
    bodies = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.DOTALL)
    inline = [body for tag, body in bodies if "src=" not in tag and "json" not in tag and body.strip()]
    return inline + re.findall(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["'][^"']*""", page)


def test_no_page_of_the_back_office_has_a_script_in_it_unfolds_neither(client):
    boss = make_staff("Managers", is_superuser=True)
    course, payment = make_course(), make_payment()
    pages = ["/courses-admin/", "/courses-admin/login/", "/courses-admin/reports/", "/courses-admin/reports/courses/"]
    pages += ["/courses-admin/attendance/board/", "/courses-admin/sign-ins/", "/courses-admin/second-factor/set-up/"]
    pages += ["/courses-admin/password_change/", reverse("admin:courses_season_import")]
    pages += [reverse("admin:courses_season_export"), reverse("admin:shared_importbatch_add")]
    pages += [reverse("admin:courses_course_change", args=[course.pk])]
    pages += [reverse("admin:payments_payment_change", args=[payment.pk])]
    pages += [reverse("admin:users_customuser_change", args=[boss.pk]), reverse("admin:users_customuser_changelist")]
    pages += [reverse("admin:courses_lecture_changelist"), reverse("admin:users_child_add")]
    assert scripts_in(client.get("/courses-admin/login/").content.decode()) == []
    client.force_login(boss)
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200 or address.endswith("login/"), address
        assert scripts_in(answer.content.decode()) == [], address
    assert scripts_in("<script>go()</script><b onclick='go()'>") == ["go()", "<b onclick='go()"]


# Where its fields choose a picture, a course or a day, Wagtail begins them so. Their arguments differ from page to
# page, so that no hash stands for them, and its widgets know of no nonce.
WAGTAILS = re.compile(r"^\s*(new (Image|Document|Page|)Chooser|initDateChooser|initDateTimeChooser|initTimeChooser)\(")


def test_scripts_in_the_pages_of_the_sites_admin_are_wagtails_own(client):
    the_home()
    page = make_course_page()
    client.force_login(make_staff("Managers", is_superuser=True))
    found = []
    for address in ("/cms/", f"/cms/pages/{page.pk}/edit/", "/cms/images/", "/cms/documents/", "/cms/account/"):
        found += scripts_in(client.get(address).content.decode())
    assert found, "Wagtail needs it no more: take 'unsafe-inline' away"
    assert not [one for one in found if not WAGTAILS.match(one)]


@pytest.mark.parametrize(
    "address", ["/", "/nothing/", "/courses-admin/login/", "/cms/login/", "/api/v1/seasons/", "/kiosk/", "/api/docs/"]
)
def test_each_kind_of_page_is_of_no_other_sites_window_frame_or_referrer(client, address):
    the_home()
    headers = client.get(address).headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert directives(headers["Content-Security-Policy"])["frame-ancestors"] in ("'self'", "'none'")


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
