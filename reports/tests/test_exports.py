"""A long export is made whole, by the worker, for its owner alone; and nothing else is left of any other."""

import datetime as dt
import errno
import io
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, connections, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from backoffice.config import roles
from backoffice.payments.tests.makers import open_session
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.shared.sheets.read import open_sheet
from backoffice.users.tests.makers import huda, make_staff, manager, omar
from reports import exporting
from reports.exporting import asking, progress, running
from reports.exporting.files import drop_file
from reports.exporting.running import run_export
from reports.models import Export
from reports.registry import reports
from reports.tests.exports import ask, asked, make_owing, now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("password_just_typed")]
PASSWORD = "a-password-of-hers-1"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """A private storage of the test's own."""
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "backoffice.shared.files.PrivateStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        }
    }
    return tmp_path / "private"


def files(folder):
    return [one for one in folder.rglob("*") if one.is_file()]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_an_export_is_made_whole_and_is_in_the_trail_with_its_rows(monkeypatch, folder, kind):
    make_owing()
    accountant = huda()
    export = asked(monkeypatch, accountant, kind=kind)
    assert run_export(str(export.pk)) == "done"
    export = now(export)
    assert (export.rows_done, export.rows_total, export.attempts) == (3, 3, 1)
    assert export.expires_at - export.finished_at == dt.timedelta(days=7)
    (file,) = files(folder)
    assert file.stat().st_size == export.size
    entry = AuditEntry.objects.get(action="export")
    assert (entry.object_id, entry.actor_id, entry.source) == ("receivables", accountant.pk, "admin")
    assert entry.changes["rows"] == [None, 3]
    assert "standing=held" in entry.changes["filters"][1]


def test_what_the_worker_wrote_is_what_the_page_gives_at_once(monkeypatch, client):
    make_owing()
    accountant = huda()
    client.force_login(accountant)
    at_once = b"".join(client.get(reverse("report-file", args=["receivables", "csv"])).streaming_content)
    export = asked(monkeypatch, accountant)
    run_export(str(export.pk))
    response = client.get(reverse("report-export-file", args=[export.pk]))
    assert b"".join(response.streaming_content) == at_once
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(at_once))
    assert AuditEntry.objects.get(action="view", object_id="receivables").changes["export"] == [None, str(export.pk)]


@pytest.mark.parametrize("slug", sorted(reports()))
def test_a_day_that_the_address_left_open_stays_the_day_it_was_asked_on(monkeypatch, slug):
    boss = manager()
    export = asked(monkeypatch, boss, slug=slug)
    report = reports()[slug]
    then, kept = report.filters.read(QueryDict("")), report.filters.read(QueryDict(export.filters))
    assert then.is_valid()
    assert kept.is_valid()
    assert kept.cleaned_data == then.cleaned_data
    assert all(name in QueryDict(export.filters) for name, value in then.data.items() if value)


def test_a_long_one_is_asked_for_by_the_button_and_a_short_one_is_there_at_once(monkeypatch, client):
    make_owing()
    client.force_login(huda())
    address = reverse("report-file", args=["receivables", "csv"])
    assert client.post(address)["Content-Disposition"].startswith("attachment")
    assert not Export.objects.exists()
    monkeypatch.setattr(asking, "LONG_FROM", 3)
    page = client.get(address)
    assert page.status_code == 200
    assert not Export.objects.exists()
    assert f'action="{address}' in page.content.decode()
    assert client.post(address).url == reverse("report-exports")
    assert Export.objects.get().status == "done"  # the queue of the tests works at once


@pytest.mark.parametrize(("rows", "waits"), [(2, False), (3, True), (4, True)])
@pytest.mark.parametrize("slug", ["receivables", "discounts", "payments-and-refunds"])
def test_from_the_limit_on_it_waits_and_no_more_rows_are_counted(monkeypatch, slug, rows, waits):
    from reports.reading import Reading

    reading, most = Reading(reports()[slug], {}), []

    def count(_self, *, at_most):
        most.append(at_most)
        return min(rows, at_most)

    monkeypatch.setattr(asking, "LONG_FROM", 3)
    monkeypatch.setattr(Reading, "count", count)
    assert asking.must_wait(reading, "csv") is waits
    assert most == [4]


@pytest.mark.parametrize("slug", ["receivables", "instructors", "payments-and-refunds"])
def test_rows_are_counted_up_to_a_number(slug):
    from reports.reading import Reading

    make_owing(4)
    filters = reports()[slug].filters.read(QueryDict(""))
    assert filters.is_valid()
    reading = Reading(reports()[slug], filters.cleaned_data)
    every = len(list(reading.rows()))
    assert reading.count() == every
    assert reading.count(at_most=2) == min(every, 2)


def test_asked_twice_it_is_made_once_and_a_person_may_wait_for_three(monkeypatch):
    accountant = huda()
    first = asked(monkeypatch, accountant)
    assert ask(accountant) == first
    ask(accountant, kind="xlsx")
    ask(accountant, kind="pdf")
    with pytest.raises(DomainError) as refused:
        ask(accountant, slug="refunds")
    assert refused.value.code == "too_many_exports"
    assert ask(huda(), slug="refunds").status == "waiting"
    exporting.cancel(first.pk, by=accountant)
    assert ask(accountant, slug="refunds").status == "waiting"


OTHERS = [roles.MANAGERS, *(role for role in roles.TABLE)]


@pytest.mark.parametrize("role", [*OTHERS, "superuser"])
def test_to_everybody_else_it_is_not_there(monkeypatch, client, role):
    export = asked(monkeypatch, huda())
    waiting = asked(monkeypatch, huda())
    run_export(str(export.pk))
    other = make_staff(is_superuser=True) if role == "superuser" else make_staff(role)
    client.force_login(other)
    for one in (export, waiting):
        assert client.get(reverse("report-export-file", args=[one.pk])).status_code == 404
        assert client.get(reverse("report-export-progress", args=[one.pk])).status_code == 404
        assert client.post(reverse("report-export-cancel", args=[one.pk])).status_code == 404
    page = client.get(reverse("report-exports"))
    assert str(export.pk) not in page.content.decode()
    assert now(waiting).status == "waiting"


def test_who_lost_the_permission_finds_nothing_and_the_worker_makes_nothing(monkeypatch, client, folder):
    accountant = huda()
    export, later = asked(monkeypatch, accountant), asked(monkeypatch, accountant, kind="xlsx")
    run_export(str(export.pk))
    accountant.groups.clear()
    assert run_export(str(later.pk)) == "failed"
    assert len(files(folder)) == 1
    client.force_login(accountant)
    assert client.get(reverse("report-export-file", args=[export.pk])).status_code == 404
    assert client.get(reverse("report-export-progress", args=[export.pk])).status_code == 404


def test_the_worker_leaves_out_a_column_that_the_owner_may_not_see(monkeypatch, client):
    make_owing()
    headings = {}
    for owner in (omar(), huda()):
        export = asked(monkeypatch, owner, slug="seasons")
        assert run_export(str(export.pk)) == "done"
        client.force_login(owner)
        response = client.get(reverse("report-export-file", args=[export.pk]))
        headings[owner] = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[0].split(",")
    registrars, accountants = headings.values()
    assert [one for one in accountants if one not in registrars] == ["المستهدف (ج.م)", "نسبة التحقق (%)"]
    assert [one for one in accountants if one in registrars] == registrars


def test_a_drawer_that_was_opened_in_between_is_counted_first(monkeypatch, client, folder):
    boss = manager()
    export, later = asked(monkeypatch, boss), asked(monkeypatch, boss, kind="xlsx")
    run_export(str(export.pk))
    open_session(boss)
    assert run_export(str(later.pk)) == "failed"
    assert len(files(folder)) == 1
    client.force_login(boss)
    answer = client.get(reverse("report-export-file", args=[export.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("report-exports"))


def elsewhere(call):
    """What somebody does in another process; SQLite's database in memory has one connection that writes."""
    if connection.vendor == "sqlite":
        return call()

    def on_its_own_connection():
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(on_its_own_connection).result()


def test_cancelled_in_the_middle_it_stops_and_leaves_nothing(monkeypatch, folder):
    make_owing(12)
    accountant = huda()
    export = asked(monkeypatch, accountant)
    monkeypatch.setattr(progress, "_ROWS", 2)
    monkeypatch.setattr(progress, "_SECONDS", 0)
    taken = []

    class Cancelled(running._Watched):
        def rows(self):
            for row in super().rows():
                taken.append(row)
                if len(taken) == 4:
                    elsewhere(lambda: exporting.cancel(export.pk, by=accountant))
                yield row

    monkeypatch.setattr(running, "_Watched", Cancelled)
    errors = []
    monkeypatch.setattr(running, "drop_file", lambda one: (errors.append(sys.exception()), drop_file(one)))
    assert run_export(str(export.pk)) == "cancelled"
    # While an error is at hand the rows' cursor is open: on a file of SQLite the write would be refused.
    assert errors == [None, None]
    assert len(taken) < 8
    assert files(folder) == []
    assert now(export).stored_as == ""
    assert not AuditEntry.objects.filter(action="export").exists()


def test_cancelled_before_its_turn_it_is_not_begun(monkeypatch, folder, client):
    accountant = huda()
    export = asked(monkeypatch, accountant)
    client.force_login(accountant)
    assert client.post(reverse("report-export-cancel", args=[export.pk])).status_code == 302
    assert run_export(str(export.pk)) == "cancelled"
    assert now(export).attempts == 0
    assert files(folder) == []
    with pytest.raises(DomainError) as refused:
        exporting.cancel(export.pk, by=accountant)
    assert refused.value.code == "illegal_step"


def test_without_room_for_the_file_it_fails_in_words_and_no_half_file_is_left(monkeypatch, folder):
    make_owing()
    accountant = huda()
    export = asked(monkeypatch, accountant)

    def save(name, content):
        path = folder / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content.read(10))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storages["private"], "save", save)
    assert run_export(str(export.pk)) == "failed"
    assert files(folder) == []
    export = now(export)
    assert export.failure_id
    assert export.failure_id in export.error
    assert export.stored_as == ""


def test_what_nobody_can_explain_is_logged_by_the_number_that_is_shown(monkeypatch, caplog, client):
    accountant = huda()
    export = asked(monkeypatch, accountant)
    monkeypatch.setattr(running, "written", lambda *_: 1 / 0)
    assert run_export(str(export.pk)) == "failed"
    export = now(export)
    assert f"number {export.failure_id}" in caplog.text
    client.force_login(accountant)
    page = client.get(reverse("report-exports")).content.decode()
    assert export.failure_id in page
    assert "ZeroDivision" not in page


def test_begun_anew_it_leaves_one_file_and_one_entry(monkeypatch, folder):
    make_owing()
    export = asked(monkeypatch, huda())
    begun = running._begin(export)
    storages["private"].save(begun.stored_as, io.BytesIO(b"half"))
    assert run_export(str(export.pk)) == "done"
    assert run_export(str(export.pk)) == "done"
    assert now(export).attempts == 2
    assert len(files(folder)) == 1
    assert AuditEntry.objects.filter(action="export").count() == 1


def test_what_ends_its_worker_again_and_again_is_given_up(monkeypatch):
    export = asked(monkeypatch, huda())
    for _ in range(running.MOST_ATTEMPTS):
        running._begin(export)
    assert run_export(str(export.pk)) == "failed"


def test_an_export_that_nobody_is_at_is_taken_up(monkeypatch):
    fresh = asked(monkeypatch, huda())
    killed, lost = asked(monkeypatch, huda()), asked(monkeypatch, huda())
    running._begin(killed)
    Export.objects.filter(pk=lost.pk).update(asked_at=timezone.now() - dt.timedelta(minutes=6))
    assert exporting.take_up() == 2
    assert [now(one).status for one in (fresh, killed, lost)] == ["waiting", "done", "done"]


def test_after_a_week_the_file_is_gone_and_the_row_says_so(monkeypatch, folder, client):
    accountant = huda()
    export, fresh = asked(monkeypatch, accountant), asked(monkeypatch, accountant, kind="xlsx")
    for one in (export, fresh):
        run_export(str(one.pk))
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    client.force_login(accountant)
    # Not a second longer, whether the sweep came or not.
    assert client.get(reverse("report-export-file", args=[export.pk])).status_code == 302
    assert exporting.forget_files() == 1
    assert (now(export).status, now(export).stored_as, now(fresh).status) == ("expired", "", "done")
    assert len(files(folder)) == 1
    assert client.get(reverse("report-exports")).status_code == 200


def test_a_notice_is_on_whatever_page_the_owner_is_until_they_have_seen_it(monkeypatch, client):
    make_owing()
    accountant = huda()
    client.force_login(accountant)
    monkeypatch.setattr(asking, "LONG_FROM", 1)
    monkeypatch.setattr(asking, "enqueue_on_commit", lambda *_: None)
    client.post(reverse("report-file", args=["receivables", "csv"]))
    elsewhere = reverse("reports")
    assert "js/export_news.js" in client.get(elsewhere).content.decode()
    export = Export.objects.get()
    run_export(str(export.pk))
    link = reverse("report-export-file", args=[export.pk])
    for _ in range(2):
        assert link in client.get(elsewhere).content.decode()
    assert link in client.get(reverse("report-exports-news")).content.decode()
    assert client.post(reverse("report-exports-seen"), {"next": elsewhere}).url == elsewhere
    assert client.post(reverse("report-exports-seen"), {"next": "https://evil.example/"}).url == reverse("admin:index")
    assert link not in client.get(elsewhere).content.decode()


def test_who_signs_in_elsewhere_is_told_on_each_page(monkeypatch, client):
    accountant = huda()
    accountant.set_password(PASSWORD)
    accountant.save()
    export = asked(monkeypatch, accountant)
    run_export(str(export.pk))
    client.post(reverse("admin:login"), {"username": str(accountant.phone_number1), "password": PASSWORD})
    link = reverse("report-export-file", args=[export.pk])
    assert link in client.get(reverse("admin:index")).content.decode()
    assert link in client.get(reverse("reports")).content.decode()


def test_a_file_keeps_neither_its_owner_nor_its_report_in_its_name(monkeypatch):
    export = asked(monkeypatch, huda())
    run_export(str(export.pk))
    name = now(export).stored_as
    assert str(export.pk.hex) not in name
    assert "receivables" not in name
    assert len(name) > 50


@pytest.mark.parametrize("wrong", [{"status": "done"}, {"status": "failed"}, {"kind": "exe"}])
def test_the_database_refuses_an_export_that_cannot_be(monkeypatch, wrong):
    export = asked(monkeypatch, huda())
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**wrong)


def test_a_workbook_of_the_worker_is_one(monkeypatch, client):
    make_owing(5)
    accountant = huda()
    export = asked(monkeypatch, accountant, kind="xlsx")
    run_export(str(export.pk))
    client.force_login(accountant)
    content = b"".join(client.get(reverse("report-export-file", args=[export.pk])).streaming_content)
    with open_sheet(io.BytesIO(content), name="a.xlsx") as sheet:
        assert sum("نور البيان" in line for _number, line in sheet.rows()) == 5
