"""Ids of others at every address of the staff's admin, from the URLconf itself: an address that is added is asked too.

What the apps answer to others' ids has a walk of its own (`api/tests/authorisation`), lists and add pages a table
(`tests/test_who_sees_what.py`); here it is the rows: their forms, buttons, actions, finders and files.
"""

from functools import reduce
from operator import or_
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from backoffice.config import roles
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_parent, make_staff

from .routes import NOBODYS, key_of, may_enter, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = [roles.MANAGERS, *roles.TABLE]
# Pages of one's own, which every member of the staff has.
OF_ONESELF = ("courses-admin/sign-ins/",)
# A course's page on the site is the work of marketing, who have the courses' list in the site's admin.
OF_THE_SITE = (
    "courses-admin/courses/course/<path:object_id>/make_page/",
    "courses-admin/courses/course/<path:object_id>/open_page/",
)
REFUSED = {403, 404, 405}
PRESSED = {"_form_submitted": "1", "reason": "x", "_save": "1"}


@pytest.fixture(autouse=True)
def _without_menu(monkeypatch):
    """A good part of each page's work, which is looked at elsewhere (`tests/test_who_sees_what.py`)."""
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])
    monkeypatch.setattr(type(admin.site), "get_app_list", lambda *_args, **_kwargs: [])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def asked():
    """Each address with the key of a row that is there."""
    return [(one, one.filled(key_of(one.model))) for one in routes()]


def is_shut(answer, address):
    """Refused, or sent to the sign-in or the first page with a word that there is no such row.

    Any other page of the admin is where a button that was pressed leads; but Django leads a row's bare address on to
    its form without a look, and the form is asked by itself.
    """
    if answer.status_code == 302:
        shut = ("/courses-admin/", "/courses-admin/login/", f"{address}change/")
        return urlsplit(answer.headers["Location"]).path in shut
    return answer.status_code in REFUSED


def rows_of(models):
    """All that stands in the tables of these models."""
    return {model: list(model._default_manager.order_by("pk").values()) for model in models}


def test_there_is_a_row_behind_most_of_them(world):
    of_models = [one for one in routes() if one.model is not None]
    there = [one for one in of_models if key_of(one.model) != NOBODYS]
    assert len(of_models) > 200
    assert len(there) > len(of_models) * 0.6


@pytest.mark.parametrize(("who", "method"), [("nobody", "post"), ("parent", "get")])
def test_who_is_no_staff_is_sent_to_the_sign_in_page(world, who, method):
    client = Client() if who == "nobody" else client_of(make_parent().user)
    for route, address in asked():
        answer = client.get(address) if method == "get" else client.post(address, PRESSED)
        assert answer.status_code == 302, (route.pattern, answer.status_code)
        assert answer.headers["Location"].startswith("/courses-admin/login/"), route.pattern


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_group_reach_no_row(world, nobody_of_the_staff, method):
    client, before = client_of(nobody_of_the_staff), AuditEntry.objects.count()
    for route, address in asked():
        if route.pattern.startswith(OF_ONESELF):
            continue
        answer = client.get(address) if method == "get" else client.post(address, PRESSED)
        assert is_shut(answer, address), (route.pattern, answer.status_code)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_no_row_of_what_isnt_its_work(world, role):
    user = make_staff(role)
    client = client_of(user)
    shut = [(route, address) for route, address in asked() if route.model and not may_enter(user, route.model)]
    for route, address in shut:
        if route.pattern in OF_THE_SITE and user.has_perm("wagtailadmin.access_admin"):
            continue
        answer = client.get(address)
        assert is_shut(answer, address), (route.pattern, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_changes_no_row_of_what_isnt_its_work(world, role):
    user = make_staff(role)
    client = client_of(user)
    shut = [(route, address) for route, address in asked() if route.model and not may_enter(user, route.model)]
    kept = rows_of({route.model for route, _address in shut} | {AuditEntry})
    for route, address in shut:
        if route.pattern in OF_THE_SITE and user.has_perm("wagtailadmin.access_admin"):
            continue
        answer = client.post(address, PRESSED)
        assert is_shut(answer, address), (route.pattern, answer.status_code)
    assert rows_of(kept) == kept


@pytest.fixture
def onlooker():
    """Somebody who may look at everything and do nothing."""
    user = make_staff()
    looks = [Q(codename=f"view_{model._meta.model_name}") for model in admin.site._registry]
    user.user_permissions.set(Permission.objects.filter(reduce(or_, looks)))
    return user


def test_who_may_only_look_presses_no_button(world, onlooker):
    client, before = client_of(onlooker), AuditEntry.objects.exclude(action="view").count()
    for route, address in asked():
        if route.pattern.startswith(OF_ONESELF):
            continue
        answer = client.post(address, PRESSED)
        assert answer.status_code < 500, route.pattern
        assert "HX-Redirect" not in answer.headers, route.pattern
    assert AuditEntry.objects.exclude(action="view").count() == before


def lists():
    return [(model, one) for model, one in admin.site._registry.items()]


def test_who_may_only_look_runs_no_action_of_a_list(world, onlooker):
    client, before = client_of(onlooker), AuditEntry.objects.exclude(action="view").count()
    tried = 0
    for model, one in lists():
        names = {getattr(action, "__name__", action) for action in one.actions or []}
        for name in {*names, "delete_selected"}:
            opts = model._meta
            address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
            answer = client.post(
                address, {"action": str(name), "_selected_action": [str(key_of(model))], "post": "yes"}
            )
            assert answer.status_code < 500, (opts.label, name)
            tried += 1
    assert tried > 20
    assert AuditEntry.objects.exclude(action="view").count() == before


def finders():
    """Every field that is found by typing: app, model and field."""
    for model, one in lists():
        for inline in (one, *(kind(model, admin.site) for kind in one.inlines)):
            for name in inline.autocomplete_fields or ():
                yield inline.model, name


def test_finders_find_nothing_for_who_may_not_see_it(world, nobody_of_the_staff):
    client = client_of(nobody_of_the_staff)
    address = reverse("admin:autocomplete")
    found = list(finders())
    for model, name in found:
        asked = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": name,
            "term": "",
        }
        answer = client.get(address, asked)
        assert answer.status_code == 403, (model, name)
    assert len(found) > 5


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"app_label": "users", "model_name": "customuser", "field_name": "password"},
        {"app_label": "users", "model_name": "customuser", "field_name": "groups"},
        {"app_label": "auth", "model_name": "permission", "field_name": "content_type"},
        {"app_label": "sessions", "model_name": "session", "field_name": "session_key"},
        {"app_label": "x" * 5000, "model_name": "\x00", "field_name": "../"},
    ],
    ids=str,
)
def test_a_finder_asked_for_what_it_isnt_for_finds_nothing(world, asked):
    answer = client_of(make_staff(roles.MANAGERS)).get(reverse("admin:autocomplete"), asked)
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("users/customuser", "password__startswith=argon2"),
        ("users/customuser", "password__regex=^a"),
        ("users/customuser", "identity_number=29801011234567"),
        ("users/customuser", "document_hash__startswith=a"),
        ("users/customuser", "second_factor__secret__startswith=a"),
        ("users/customuser", "sign_ins__address=1"),
        ("users/customuser", "token_families__newest__startswith=a"),
        ("users/customuser", "groups__permissions__codename=x"),
        ("users/customuser", "_to_field=password"),
        ("users/child", "primary_parent__user__password__startswith=a"),
        ("users/child", "user__password__startswith=a"),
        ("users/parent", "user__password__startswith=a"),
        ("users/parent", "user__document_hash__gte=0"),
        ("users/instructor", "monthly_salary__gte=1"),
        ("users/instructor", "user__password__gt=a"),
        ("courses/season", "revenue_target__gte=1"),
        ("attendance/device", "key_hash__startswith=p"),
    ],
)
def test_no_filter_of_an_address_reads_what_isnt_shown(world, table, query):
    """A filter by a password's hash, letter by letter, is a way to read it."""
    answer = client_of(make_staff(roles.REGISTRARS)).get(f"/courses-admin/{table}/?{query}")
    # There is no such column: the list says so under an address of its own.
    said = answer.status_code == 302 and answer.headers["Location"].endswith("?e=1")
    assert said or answer.status_code in (400, 403), answer.status_code


@pytest.mark.parametrize(
    "query",
    [
        "p=%00",
        "q=%00",
        "q=%FF",
        "p=9" + "9" * 30,
        "o=99.-99.x",
        "pk__in=" + "1," * 2000,
        "is_active__exact=%27",
        "_popup=%00",
        "e=1",
    ],
)
def test_a_list_asked_for_nonsense_is_a_list(world, query):
    answer = client_of(make_staff(roles.REGISTRARS)).get(f"/courses-admin/users/customuser/?{query}")
    assert answer.status_code in (200, 302, 400)


@pytest.mark.parametrize(
    "key", ["%00", "..%2F", "'", "99999999999999999999", "-1", "x" * 3000, str(NOBODYS), "_5F", "add_"]
)
def test_a_key_of_nothing_is_no_error_of_ours(world, key):
    client = client_of(make_staff(roles.MANAGERS))
    for model, _one in lists():
        for page in ("change", "history"):
            answer = client.get(f"/courses-admin/{model._meta.app_label}/{model._meta.model_name}/{key}/{page}/")
            assert answer.status_code in (302, 403, 404), (model._meta.label, page, answer.status_code)
