"""Who may have which report sent to whom, how often and about which days."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from backoffice.config import roles
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_staff, manager, omar
from reports.models import ReportSchedule
from reports.periods import days_of, filters_on
from reports.registry import reports
from reports.sending.due import latest_due, next_due
from reports.services import change_schedule, delete_schedule, make_schedule, pause_schedule, resume_schedule

from .makers import accountant, make_report_schedule, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]
DAY = dt.date


@pytest.fixture(autouse=True)
def without_menu(monkeypatch):
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])


def refused(call):
    with pytest.raises(DomainError) as error:
        call()
    return error.value.code


@pytest.mark.parametrize("role", [roles.MANAGERS, *roles.TABLE])
def test_only_managers_schedule(client, role):
    schedule = make_report_schedule(accountant())
    client.force_login(make_staff(role))
    mine = role == roles.MANAGERS
    for name, args in (
        ("report-schedules", []),
        ("report-schedule", [schedule.pk]),
        ("report-schedule-change", [schedule.pk]),
        ("report-schedule-add", ["receivables"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == (200 if mine else 403), name
    assert client.get(reverse("report-schedule-delete", args=[schedule.pk])).status_code == (200 if mine else 403)
    assert ReportSchedule.objects.exists()
    assert client.post(reverse("report-schedule-delete", args=[schedule.pk])).status_code == (302 if mine else 403)
    assert ReportSchedule.objects.exists() != mine
    index = client.get(reverse("reports"))
    if index.status_code == 200:
        assert (reverse("report-schedules") in index.content.decode()) == mine


def test_who_may_schedule_but_not_see_a_report_finds_no_schedule_of_it(client):
    from django.contrib.auth.models import Permission

    schedule = make_report_schedule(accountant())
    registrar = omar()
    registrar.user_permissions.add(Permission.objects.get(codename="schedule_reports"))
    client.force_login(registrar)
    assert schedule.name not in client.get(reverse("report-schedules")).content.decode()
    assert client.get(reverse("report-schedule", args=[schedule.pk])).status_code == 404
    assert client.post(reverse("report-schedule-step", args=[schedule.pk, "pause"])).status_code == 404
    assert client.get(reverse("report-schedule-delete", args=[schedule.pk])).status_code == 404
    assert client.get(reverse("report-schedule-add", args=["receivables"])).status_code == 404
    for step in (pause_schedule, resume_schedule, delete_schedule):
        assert refused(lambda step=step: step(schedule.pk, by=registrar)) == "not_for_you"
    report = reports()["receivables"]
    assert (
        refused(lambda: make_schedule(report, filters="", plan=plan(accountant(email="x@example.org")), by=registrar))
        == "not_for_you"
    )


def test_a_manager_makes_one_from_the_page_and_it_begins_tomorrow(client):
    reader, boss = accountant(), manager()
    client.force_login(boss)
    address = reverse("report-schedule-add", args=["receivables"]) + "?standing=&page=2"
    page = client.get(address).content.decode()
    assert str(reader) in page
    typed = {
        "name": "كل خميس",
        "rhythm": "week",
        "weekday": "5",
        "period": "day",
        "kind": "pdf",
        "recipients": [reader.pk],
        "month_day": "",
    }
    assert client.post(address, typed | {"weekday": ""}).status_code == 200
    assert client.post(address, typed | {"recipients": []}).status_code == 200
    assert client.post(address, typed).status_code == 302
    made = ReportSchedule.objects.get()
    assert (made.filters, made.weekday, made.month_day, made.made_by) == ("standing=", 5, None, boss)
    assert made.begins_on > dt.date.today()
    entry = AuditEntry.objects.get(model="reports.reportschedule")
    assert entry.changes["recipients"][1] == str(reader)


def test_a_report_is_never_sent_to_an_address_or_a_person_who_may_not_see_it(client):
    boss, report = manager(), reports()["receivables"]
    for person in (
        omar(),
        huda(),
        make_staff("Accountants", email="a@example.org", is_active=False),
        make_staff("Registrars", email="b@example.org"),
    ):
        assert (
            refused(lambda person=person: make_schedule(report, filters="", plan=plan(person), by=boss))
            == "may_not_receive"
        )
    assert refused(lambda: make_schedule(report, filters="", plan=plan(), by=boss)) == "nobody"
    client.force_login(boss)
    typed = {"name": "ن", "rhythm": "day", "period": "saved", "kind": "csv", "recipients": ["spy@example.org"]}
    page = client.post(reverse("report-schedule-add", args=["receivables"]), typed)
    assert page.status_code == 200
    assert not ReportSchedule.objects.exists()


def test_a_report_is_only_sent_to_who_may_see_each_of_its_columns(client):
    """The target of a season is a column of its own permission, which registrars don't hold."""
    registrar, reader = make_staff("Registrars", email="b@example.org"), accountant()
    report, boss = reports()["seasons"], manager()
    assert registrar.has_perm(report.permission)
    for shown in (report, report.seen_by(registrar)):
        assert (
            refused(lambda shown=shown: make_schedule(shown, filters="", plan=plan(registrar), by=boss))
            == "may_not_receive"
        )
    client.force_login(boss)
    page = client.get(reverse("report-schedule-add", args=["seasons"])).content.decode()
    assert str(reader) in page
    assert str(registrar) not in page
    assert make_schedule(report, filters="", plan=plan(reader), by=boss).recipients.get() == reader


def test_a_period_needs_a_report_about_days():
    boss = manager()
    code = refused(
        lambda: make_schedule(reports()["seasons"], filters="", plan=plan(accountant(), period="week"), by=boss)
    )
    assert code == "period_without_days"


def test_another_rhythm_and_a_resumed_one_begin_tomorrow():
    reader, boss = accountant(), manager()
    schedule = make_report_schedule(reader)
    assert change_schedule(schedule.pk, plan=plan(reader, name="آخر"), by=boss).begins_on == DAY(2026, 1, 1)
    assert (
        change_schedule(schedule.pk, plan=plan(reader, rhythm="month", month_day=31), by=boss).begins_on
        > dt.date.today()
    )
    ReportSchedule.objects.update(begins_on=DAY(2026, 1, 1))
    pause_schedule(schedule.pk, by=boss)
    assert resume_schedule(schedule.pk, by=boss).begins_on > dt.date.today()


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("day", DAY(2026, 2, 28), DAY(2026, 2, 28)),
        ("week", DAY(2026, 2, 21), DAY(2026, 2, 27)),
        ("month", DAY(2026, 2, 1), DAY(2026, 2, 28)),
    ],
)
def test_the_days_before_a_morning(period, first, last):
    # The first of March 2026 is a Sunday.
    assert days_of(period, DAY(2026, 3, 1)) == (first, last)
    discounts = filters_on(reports()["discounts"], "first=2020-01-01", period, DAY(2026, 3, 1))
    assert discounts.is_valid()
    assert (discounts.cleaned_data["first"], discounts.cleaned_data["last"]) == (first, last)
    for slug, name, value in (
        ("receivables", "day", last),
        ("instructors", "month", last.replace(day=1)),
        ("revenue-by-month", "year", 2026),
    ):
        filters = filters_on(reports()[slug], "", period, DAY(2026, 3, 1))
        assert filters.is_valid()
        assert filters.cleaned_data[name] == value


def test_a_schedule_is_due_on_its_day_and_the_31st_is_the_last_of_a_shorter_month():
    begins = DAY(2026, 1, 1)
    monthly = ReportSchedule(rhythm="month", month_day=31, begins_on=begins)
    assert [latest_due(monthly, DAY(2026, 3, day)) for day in (1, 30, 31)] == [
        DAY(2026, 2, 28),
        DAY(2026, 2, 28),
        DAY(2026, 3, 31),
    ]
    assert next_due(monthly, DAY(2026, 2, 28)) == DAY(2026, 3, 31)
    thursdays = ReportSchedule(rhythm="week", weekday=5, begins_on=begins)
    assert latest_due(thursdays, DAY(2026, 11, 25)) == DAY(2026, 11, 19)
    assert next_due(thursdays, DAY(2026, 11, 25)) == DAY(2026, 11, 26)
    assert latest_due(ReportSchedule(rhythm="day", begins_on=DAY(2026, 5, 2)), DAY(2026, 5, 1)) is None
