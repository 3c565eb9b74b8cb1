"""Filters kept under a name: who sees, keeps, shares, changes and deletes which, and what of an address is kept."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation

from backoffice.config import roles
from backoffice.courses.tests.makers import make_course
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.groups import group_name
from backoffice.users.tests.makers import huda, make_staff, manager, omar, ziad
from reports.models import SavedView
from reports.registry import reports
from reports.services import MOST_VIEWS, change_view, delete_view, save_view

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_menu(monkeypatch):
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])


def group(name):
    return Group.objects.get(name=name)


def view_of(owner, *, report="receivables", name="المتأخرون", filters="", shared=None):
    return save_view(reports()[report], name=name, filters=filters, group=shared and group(shared), by=owner)


def save(client, slug, name="عرض", address="", **more):
    return client.post(f"{reverse('report-save', args=[slug])}?{address}", {"name": name, **more})


def kept(slug, address, **how):
    filters = reports()[slug].filters.read(QueryDict(address))
    assert filters.is_valid(), filters.errors
    return filters.kept(**how)


def test_what_stands_as_it_begins_is_left_out_so_this_month_stays_this_month(settings, monkeypatch):
    filters = reports()["discounts"].filters.read(QueryDict(""))
    shown = "&".join(f"{name}={value}" for name, value in filters.data.items())
    assert kept("discounts", shown) == ""
    assert kept("discounts", shown, exactly=True).startswith("first=20")
    assert kept("discounts", "first=&page=3&csrf=x&part=totals&next=//evil") == "first="


def test_each_value_is_kept_in_one_spelling():
    course = make_course()
    spelled = kept("discounts", f"first=١/٢/٢٠٢٥&last=2025-02-03&course={course.pk}")
    assert set(spelled.split("&")) == {"first=2025-02-01", "last=2025-02-03", f"course={course.pk}"}
    assert kept("discounts", spelled) == spelled
    assert kept("receivables", "standing=") == "standing="
    assert kept("instructors", "month=2025-03") == "month=2025-03"
    assert kept("revenue-by-month", "year=٢٠٢٤") == "year=2024"


@pytest.mark.parametrize("slug", sorted(reports()))
def test_every_reports_beginning_is_kept_as_nothing(slug):
    assert kept(slug, "") == ""
    assert kept(slug, kept(slug, "", exactly=True), exactly=True) == kept(slug, "", exactly=True)


def test_saving_leads_to_the_link_and_the_page_names_the_view(client):
    accountant = huda()
    client.force_login(accountant)
    answer = save(client, "receivables", "كل الأماكن", "standing=&page=4")
    assert answer.url == reverse("report", args=["receivables"]) + "?standing="
    page = client.get(answer.url).content.decode()
    assert "كل الأماكن" in page
    assert 'aria-current="page"' in page
    assert "كل الأماكن" in client.get(reverse("reports")).content.decode()
    entry = AuditEntry.objects.get(model="reports.savedview")
    assert (entry.action, entry.actor_id, entry.changes["filters"]) == ("create", accountant.pk, [None, "standing="])


@pytest.mark.parametrize("role", [roles.MANAGERS, *roles.TABLE])
def test_each_role_against_a_view_of_receivables_shared_with_every_role(client, role):
    sees_money = role in (roles.MANAGERS, roles.ACCOUNTANTS)
    boss = manager()
    mine = view_of(boss, name="بيانات سرية", shared=role)
    client.force_login(make_staff(role))
    link = reverse("report", args=["receivables"])
    assert client.get(link).status_code == (200 if sees_money else 404)
    assert save(client, "receivables").status_code == (302 if sees_money else 404)
    # Sharing opens a view; changing it is its owner's and the managers'.
    wanted = {roles.MANAGERS: 200, roles.ACCOUNTANTS: 403}.get(role, 404)
    assert client.get(reverse("report-view", args=[mine.pk])).status_code == wanted
    deleted = client.post(reverse("report-view-delete", args=[mine.pk])).status_code
    assert deleted == (302 if wanted == 200 else wanted)
    assert SavedView.objects.filter(pk=mine.pk).exists() == (wanted != 200)
    index = client.get(reverse("reports"))
    if role != roles.MANAGERS and index.status_code == 200:
        assert ("بيانات سرية" in index.content.decode()) == sees_money


def test_a_view_is_seen_by_its_owner_and_its_group_alone(client):
    mine, shared = view_of(huda(), name="خاص بهدى"), view_of(huda(), name="مشترك", shared="Accountants")
    client.force_login(huda())
    page = client.get(reverse("report", args=["receivables"])).content.decode()
    assert "مشترك" in page
    assert "خاص بهدى" not in page
    assert client.get(reverse("report-view", args=[mine.pk])).status_code == 404
    assert client.get(reverse("report-view", args=[shared.pk])).status_code == 403
    # A manager may see what is shared, not what somebody kept for themselves.
    client.force_login(manager())
    assert client.get(reverse("report-view", args=[mine.pk])).status_code == 404
    assert client.get(reverse("report-view", args=[shared.pk])).status_code == 200


def test_who_loses_the_report_loses_its_views_too(client):
    owner = huda()
    view = view_of(owner)
    owner.groups.set([group("Registrars")])
    client.force_login(owner)
    assert client.get(reverse("report-view", args=[view.pk])).status_code == 404
    assert view.name not in client.get(reverse("reports")).content.decode()


def test_the_form_is_a_page_of_its_own_that_says_what_is_kept_and_of_days_only_where_there_are_any(client):
    client.force_login(huda())
    link = reverse("report-save", args=["receivables"])
    page = client.get(reverse("report", args=["receivables"]), {"standing": "left", "page": "3"}).content.decode()
    assert f'href="{link}?standing=left"' in page
    assert 'name="group"' not in page
    page = client.get(link, {"standing": "left"}).content.decode()
    assert 'name="group"' in page
    assert 'name="exactly"' in page
    assert f'href="{reverse("report", args=["receivables"])}?standing=left"' in page
    assert str(dict(reports()["receivables"].filters.base_fields["standing"].widget.choices)["left"]) in page
    assert 'name="exactly"' not in client.get(reverse("report-save", args=["seasons"])).content.decode()


def test_a_stranger_saves_nothing(client):
    client.force_login(ziad())
    assert save(client, "receivables").status_code == 302
    assert not SavedView.objects.exists()


def test_one_shares_with_ones_own_groups_and_a_manager_with_any(client):
    with pytest.raises(DomainError) as refused:
        view_of(huda(), shared="Registrars")
    assert refused.value.code == "group_not_yours"
    assert view_of(manager(), shared="Accountants").group.name == "Accountants"
    client.force_login(omar())
    page = save(client, "requests", group=group("Accountants").pk).content.decode()
    assert 'class="report-error"' in page
    assert not SavedView.objects.filter(report="requests").exists()


def test_a_name_is_ones_own_once_for_each_report(client):
    accountant = huda()
    view = view_of(accountant, name="أ")
    view_of(accountant, name="أ", report="discounts")
    view_of(huda(), name="أ")
    for again in ("أ", " أ ", "\u202eأ\u202c"):
        with pytest.raises(DomainError) as refused:
            view_of(accountant, name=again)
        assert refused.value.code == "name_taken"
    other = view_of(accountant, name="ب")
    with pytest.raises(DomainError):
        change_view(other.pk, name="أ", group=None, by=accountant)
    assert change_view(view.pk, name="أ", group=group("Accountants"), by=accountant).group is not None


@pytest.mark.parametrize(
    "name", ["", "   ", "\u202e\u200b", "س" * 10_000], ids=["empty", "spaces", "unseen", "endless"]
)
def test_a_name_that_cant_be_is_refused_beside_its_field_and_nothing_is_lost(client, name):
    client.force_login(huda())
    answer = save(client, "receivables", name, "standing=")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count('class="report-error"') == 1
    assert 'name="group"' in page
    assert not SavedView.objects.exists()


def test_a_hostile_name_is_text_and_stays_on_its_line(client):
    client.force_login(huda())
    save(client, "receivables", "<script>alert(1)</script>\u202e\n{{ 7 }}")
    page = client.get(reverse("report", args=["receivables"])).content.decode()
    assert "<script>alert" not in page
    assert SavedView.objects.get().name == "<script>alert(1)</script> {{ 7 }}"


def test_one_person_keeps_so_many_views_and_no_more(client):
    accountant = huda()
    SavedView.objects.bulk_create(
        SavedView(owner=accountant, report="receivables", name=f"ع {n}") for n in range(MOST_VIEWS)
    )
    client.force_login(accountant)
    assert str(MOST_VIEWS) in save(client, "receivables").content.decode()
    assert SavedView.objects.count() == MOST_VIEWS


def test_wrong_filters_are_not_kept_and_filters_of_what_is_gone_have_their_sentence(client):
    accountant, course = huda(), make_course()
    client.force_login(accountant)
    answer = save(client, "receivables", address="day=x")
    assert answer.url == reverse("report", args=["receivables"]) + "?day=x"
    assert not SavedView.objects.exists()
    link = save(client, "receivables", address=f"course={course.pk}").url
    course.delete()
    answer = client.get(link)
    assert answer.status_code == 200
    assert 'class="report-error"' in answer.content.decode()


def test_deleting_asks_first_and_says_who_loses_it_too(client):
    accountant = huda()
    client.force_login(accountant)
    mine, shared = view_of(accountant, name="لي وحدي"), view_of(accountant, name="لنا", shared="Accountants")
    with translation.override("ar"):
        group_said = group_name(group("Accountants"))
    for view, is_shared in ((mine, False), (shared, True)):
        link = reverse("report-view-delete", args=[view.pk])
        assert f'href="{link}"' in client.get(reverse("report-view", args=[view.pk])).content.decode()
        page = client.get(link).content.decode()
        assert view.name in page
        assert (f"«{group_said}»" in page) == is_shared
    assert SavedView.objects.count() == 2
    client.post(reverse("report-view-delete", args=[shared.pk]))
    assert SavedView.objects.get() == mine


def test_renaming_and_deleting_are_in_the_trail_and_only_by_post(client):
    accountant = huda()
    view = view_of(accountant)
    client.force_login(accountant)
    assert client.get(reverse("report-view-delete", args=[view.pk])).status_code == 200
    assert client.post(reverse("report-view", args=[view.pk]), {"name": "اسم آخر"}).status_code == 302
    assert client.post(reverse("report-view-delete", args=[view.pk])).status_code == 302
    actions = AuditEntry.objects.filter(model="reports.savedview").order_by("at").values_list("action", flat=True)
    assert list(actions) == ["create", "update", "delete"]
    with pytest.raises(DomainError):
        delete_view(view.pk, by=accountant)


def test_a_page_with_many_views_asks_the_database_no_more_often(client, django_assert_num_queries):
    accountant = huda()
    view_of(accountant, name="1", shared="Accountants")
    client.force_login(accountant)
    client.get(reverse("reports"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse("reports"))
    for n in range(5):
        view_of(accountant, name=f"ع{n}", shared="Accountants")
    with django_assert_num_queries(len(one)):
        client.get(reverse("reports"))
