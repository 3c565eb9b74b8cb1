"""Each report against each role; what one may not see isn't there."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse

from backoffice.config import roles
from backoffice.users.tests.makers import huda, make_staff, omar, ziad
from reports.registry import reports

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]

ALL = (roles.MANAGERS, *roles.TABLE)
MONEY = {roles.MANAGERS, roles.ACCOUNTANTS}
OFFICE = {roles.MANAGERS, roles.REGISTRARS}
SEEN = {
    "cash-in-hand": MONEY,
    "daily-cash": MONEY,
    "payments-and-refunds": MONEY,
    "receivables": MONEY,
    "refunds": MONEY,
    "discounts": MONEY,
    "revenue-by-month": MONEY,
    "courses": MONEY | OFFICE,
    "seasons": MONEY | OFFICE,
    "instructors": MONEY,
    "requests": OFFICE,
    "data-quality": OFFICE,
    "exam-results": OFFICE | {roles.SUPERVISORS},
    "attendance-of-courses": {roles.MANAGERS, roles.SUPERVISORS},
    "attendance": {roles.MANAGERS, roles.SUPERVISORS},
}


def test_the_table_names_every_report():
    assert SEEN.keys() == reports().keys()


@pytest.mark.parametrize("role", ALL)
def test_a_role_opens_exactly_its_reports_and_the_list_names_no_other(client, role, monkeypatch):
    """No paper is set for who may see one: that takes long, and `test_other_programs` does it."""
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])
    client.force_login(make_staff(role))
    mine = {slug for slug, seen_by in SEEN.items() if role in seen_by}
    monkeypatch.setattr("reports.paper.typeset", None)
    for slug in SEEN:
        addresses = [reverse("report", args=[slug])]
        addresses += [reverse("report-file", args=[slug, kind]) for kind in ("csv", "xlsx")]
        if slug not in mine:
            addresses.append(reverse("report-file", args=[slug, "pdf"]))
        statuses = {client.get(address).status_code for address in addresses}
        assert statuses == ({200} if slug in mine else {404}), slug
        totals = client.get(addresses[0], {"part": "totals"}).status_code
        assert totals == (200 if slug in mine else 404), slug
    page = client.get(reverse("reports"))
    assert page.status_code == (200 if mine else 404)
    assert {slug for slug in SEEN if f'href="{reverse("report", args=[slug])}"' in page.content.decode()} == mine


@pytest.mark.parametrize("role", [roles.MANAGERS, roles.INSTRUCTORS])
def test_the_menu_leads_to_reports_only_for_who_has_one(client, role):
    client.force_login(make_staff(role))
    home = client.get(reverse("admin:index")).content.decode()
    assert (reverse("reports") in home) == any(role in seen_by for seen_by in SEEN.values())


def test_the_export_link_of_an_accountant_is_nothing_to_a_registrar(client):
    link = reverse("report-file", args=["receivables", "xlsx"]) + "?standing="
    client.force_login(huda())
    assert client.get(link).status_code == 200
    client.force_login(omar())
    assert client.get(link).status_code == 404


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    client.force_login(ziad())
    assert client.get(reverse("reports")).status_code == 302
    assert client.get(reverse("report", args=["receivables"])).status_code == 302


def test_each_report_has_a_permission_of_its_own_and_no_other_is_left():
    codenames = Permission.objects.filter(content_type__app_label="reports", content_type__model="report").values_list(
        "codename", flat=True
    )
    assert sorted(codenames) == sorted(report.codename for report in reports().values())
