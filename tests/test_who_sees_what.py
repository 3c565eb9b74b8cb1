"""Each staff list, add page and page of its own against each role, compared with the table beside this file.

After a change that is meant: `UPDATE_TABLE=1 make test PYTEST_ARGS=tests/test_who_sees_what.py`, and read the diff.
"""

import json
import os
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from backoffice.config import roles
from backoffice.shared.admin import StaffAdmin
from backoffice.users.tests.makers import make_staff, ziad

TABLE = Path(__file__).with_suffix(".json")
ROLES = [roles.MANAGERS, *roles.TABLE]
# Pages that belong to no table.
OWN_PAGES = ("attendance-board", "attendance-marking-day", "report-schedules", "system")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def pages():
    for model, one in admin.site._registry.items():
        if isinstance(one, StaffAdmin):
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            yield f"{name} list", reverse(f"admin:{name}_changelist")
            yield f"{name} add", reverse(f"admin:{name}_add")
    yield from ((name, reverse(name)) for name in OWN_PAGES)


@pytest.fixture
def without_menu(monkeypatch):
    """A quarter of each page's work, seen for the manager and in tests of its own; here it is the pages that matter."""
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])
    monkeypatch.setattr(type(admin.site), "get_app_list", lambda *_args, **_kwargs: [])


def seen_by(client, user, among=None):
    client.force_login(user)
    asked = {name: url for name, url in pages() if among is None or name in among}
    statuses = {name: client.get(url).status_code for name, url in asked.items()}
    assert set(statuses.values()) <= {200, 302, 403}, "a staff page neither opens nor refuses"
    return sorted(name for name, status in statuses.items() if status == 200)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_the_pages_of_the_table(client, role, request):
    if role != roles.MANAGERS:
        request.getfixturevalue("without_menu")
    seen = seen_by(client, make_staff(role))
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    if os.environ.get("UPDATE_TABLE"):
        TABLE.write_text(json.dumps(dict(sorted((table | {role: seen}).items())), indent=1, ensure_ascii=False) + "\n")
    else:
        assert seen == table.get(role)


def test_staff_without_a_group_open_nothing(client, without_menu):
    assert seen_by(client, make_staff()) == []


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    client.force_login(ziad())
    for name, url in pages():
        response = client.get(url)
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("admin:login")), name


@pytest.mark.parametrize("role", [roles.INSTRUCTORS, roles.MARKETING, roles.EDITORS, roles.SUPERVISORS])
def test_roles_without_money_find_none_in_the_menu(client, role):
    client.force_login(make_staff(role))
    page = client.get(reverse("admin:index")).content.decode()
    assert reverse("admin:payments_payment_changelist") not in page


def test_a_person_in_two_groups_opens_the_pages_of_both(client, without_menu):
    both = make_staff(roles.REGISTRARS, roles.CASHIERS)
    table = json.loads(TABLE.read_text())
    either = set(table[roles.REGISTRARS]) | set(table[roles.CASHIERS])
    assert set(seen_by(client, both, among=either)) == either
    assert Group.objects.filter(user=both).count() == 2
