"""The password asked again: what typed stays, ten minutes of one session, and wrong ones count towards the lock."""

import re
import time
from html import unescape
from types import SimpleNamespace
from unittest import mock

import pytest
from django.conf import settings
from django.urls import reverse

from backoffice.payments.services import approve_refund, request_refund
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.models import AuditEntry
from backoffice.users import fresh_password
from backoffice.users.tests.makers import PASSWORD, huda, karima, manager
from reports.models import Export, ReportSchedule
from reports.registry import reports

pytestmark = pytest.mark.django_db

PAYMENTS = "/courses-admin/payments/payment/sheet/xlsx/?status__exact=paid"
RECEIVABLES = "/courses-admin/reports/receivables/file.csv?search=%D9%85%D9%86%D9%89"
MONTH = "/courses-admin/attendance/instructorattendance/month/csv/?month=2026-01"
ASKS = 'name="password"'


def fields(page):
    """The hidden fields of the page that asks, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.content.decode())
    return {unescape(name): unescape(value) for name, value in found}


def answer(client, address, page, password=PASSWORD):
    return client.post(address, fields(page) | {"password": password})


def taken(answer):
    return "attachment" in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("address", [PAYMENTS, RECEIVABLES, MONTH])
def test_a_sheet_of_people_is_taken_after_the_password_with_its_filters(client, address):
    client.force_login(manager())
    page = client.get(address)
    assert ASKS in page.content.decode()
    assert not taken(page)
    assert "no-store" in page.headers["Cache-Control"]
    onward = answer(client, address, page)
    assert onward.headers["Location"] == address
    assert taken(client.get(address))
    assert taken(client.get(RECEIVABLES)), "once for all of them"


def test_what_was_sent_by_a_form_goes_on_as_it_was_sent(client):
    client.force_login(manager())
    page = client.post(RECEIVABLES, {"some": ["one", '<two> & "three"']})
    assert fields(page)["some"] == '<two> & "three"'
    assert 'value="one"' in page.content.decode()
    done = answer(client, RECEIVABLES, page)
    assert taken(done)
    assert PASSWORD not in str(AuditEntry.objects.values())


def test_a_wrong_one_keeps_what_was_sent_and_five_lock_the_number(client):
    user = manager()
    client.force_login(user)
    page = client.post(RECEIVABLES, {"some": "thing"})
    for _try in range(4):
        page = answer(client, RECEIVABLES, page, "wrong")
        assert "ليست كلمة مرورك" in page.content.decode()
        assert fields(page)["some"] == "thing"
    page = answer(client, RECEIVABLES, page, "wrong")
    assert "مقفول" in page.content.decode() or "15" in page.content.decode()
    assert not taken(answer(client, RECEIVABLES, page)), "locked: the right one doesn't open it either"
    for empty in ("", "x" * 200):
        assert not taken(answer(client, RECEIVABLES, page, empty))


def test_a_right_one_forgets_the_wrong_ones(client):
    client.force_login(manager())
    page = client.get(RECEIVABLES)
    for _round in range(2):
        for _try in range(4):
            answer(client, RECEIVABLES, page, "wrong")
        assert answer(client, RECEIVABLES, page).status_code == 302


def test_it_holds_ten_minutes_of_this_session_and_of_this_person(client):
    user = manager()
    client.force_login(user)
    answer(client, RECEIVABLES, client.get(RECEIVABLES))
    for later, asks in ((9 * 60, False), (10 * 60 + 1, True), (-60, True)):
        clock = SimpleNamespace(time=lambda later=later: time.time() + later)
        with mock.patch.object(fresh_password, "time", clock):
            assert taken(client.get(RECEIVABLES)) is not asks
    given = client.session["password_given"]
    client.force_login(user)
    assert client.session.get("password_given") == given
    other = manager()
    client.force_login(other)
    assert not taken(client.get(RECEIVABLES))
    session = client.session
    for forged in (given, {"by": str(other.pk), "at": "soon"}, True, {"by": str(other.pk), "at": time.time() + 60}):
        session["password_given"] = forged
        session.save()
        assert not taken(client.get(RECEIVABLES)), forged


def test_the_way_on_is_the_address_itself_whatever_is_sent(client):
    client.force_login(manager())
    page = client.get(RECEIVABLES)
    sent = fields(page) | {"password": PASSWORD, "next": "https://evil.example/", "back": "//evil.example"}
    assert client.post(RECEIVABLES, sent, HTTP_REFERER="https://evil.example/").headers["Location"] == RECEIVABLES
    assert taken(client.get(RECEIVABLES))


def test_a_right_password_opens_nothing_that_isnt_ones_own(client):
    clerk = karima()
    client.force_login(clerk)
    for address in (RECEIVABLES, MONTH):
        assert client.post(address, {"password_came_by": "POST", "password": PASSWORD}).status_code in (403, 404)


def test_every_report_with_people_in_it_asks_and_no_other():
    def has_people(report):
        keys = {"participant", "payer", "parent_name", "asked_by"}
        return any(one.kind == "phone" or one.link.startswith("users_") or one.key in keys for one in report.columns)

    assert {slug for slug, one in reports().items() if one.of_people} == {
        slug for slug, one in reports().items() if has_people(one)
    }


def test_a_report_without_people_is_taken_at_once(client):
    client.force_login(manager())
    assert taken(client.get("/courses-admin/reports/courses/file.csv"))


def test_a_file_of_the_worker_is_taken_after_the_password(client):
    user = manager()
    client.force_login(user)
    export = Export.objects.create(owner=user, slug="receivables", kind="csv", filters="", language="ar", said="")
    address = reverse("report-export-file", args=[export.pk])
    assert ASKS in client.get(address).content.decode()
    client.force_login(huda())
    assert client.get(address).status_code == 404


def test_a_report_of_people_is_sent_by_mail_after_the_password_and_the_form_is_as_it_was(client):
    boss = manager()
    boss.email = "boss@example.com"
    boss.save()
    client.force_login(boss)
    address = "/courses-admin/reports/receivables/send/"
    typed = {"name": "كل صباح", "rhythm": "week", "weekday": "5", "period": "day", "kind": "pdf", "month_day": ""}
    typed["recipients"] = [boss.pk]
    page = client.post(address, typed)
    assert ASKS in page.content.decode(), page.context["form"].errors
    assert not ReportSchedule.objects.exists()
    assert answer(client, address, page).status_code == 302
    assert ReportSchedule.objects.get().name == "كل صباح"


# --- refunds --------------------------------------------------------------------------------------------------


def refund_of(amount, method="cash", **asked):
    payment = make_payment(amount=amount, method=method)
    return request_refund(payment.pk, amount=amount, reason="سفر", by=karima(), **asked)


def press(client, refund, name, **typed):
    address = reverse(f"admin:payments_refundrequest_{name}", args=[refund.pk])
    return client.post(address, {"_form_submitted": "1", **typed})


def limit(monkeypatch, amount):
    monkeypatch.setattr(settings, "REFUND_PASSWORD_LIMIT", amount)


def test_a_refund_up_to_the_limit_is_approved_at_once_and_above_it_after_the_password(client, monkeypatch):
    limit(monkeypatch, 300)
    client.force_login(huda())
    small, large = refund_of(300), refund_of(301)
    assert press(client, small, "approve").headers["HX-Redirect"]
    asked = press(client, large, "approve")
    assert list(asked.context["form"].errors) == ["password"]
    large.refresh_from_db()
    assert large.status == "requested"
    assert press(client, large, "approve", password=PASSWORD).headers["HX-Redirect"]
    large.refresh_from_db()
    assert large.status == "approved"


def test_paying_back_and_a_managers_yes_ask_too_and_what_was_typed_stays(client, monkeypatch):
    limit(monkeypatch, 10)
    refund = approve_refund(refund_of(200, "instapay").pk, by=huda())
    client.force_login(huda())
    page = press(client, refund, "pay_back", reference_number="OUT77", password="wrong")
    assert page.context["form"].errors["password"]
    assert 'value="OUT77"' in page.content.decode()
    assert "wrong" not in page.content.decode()
    # The password is right, something else isn't: it isn't asked for a second time.
    page = press(client, refund, "pay_back", password=PASSWORD)
    assert list(page.context["form"].errors) == ["reference_number"]
    assert ASKS not in page.content.decode()
    assert press(client, refund, "pay_back", reference_number="OUT77").headers["HX-Redirect"]
    refund.refresh_from_db()
    assert refund.status == "processed"

    settings.REFUND_NEEDS_MANAGER_ABOVE, before = 100, settings.REFUND_NEEDS_MANAGER_ABOVE
    try:
        large = approve_refund(refund_of(200).pk, by=huda())
    finally:
        settings.REFUND_NEEDS_MANAGER_ABOVE = before
    client.force_login(manager())
    assert list(press(client, large, "agree").context["form"].errors) == ["password"]
    assert press(client, large, "agree", password=PASSWORD).headers["HX-Redirect"]


def test_refusing_a_refund_asks_for_none(client, monkeypatch):
    limit(monkeypatch, 10)
    refund = refund_of(200)
    client.force_login(huda())
    assert press(client, refund, "reject", reason="لا").headers["HX-Redirect"]


def test_wrong_ones_in_a_dialog_lock_the_number_as_well(client, monkeypatch):
    limit(monkeypatch, 10)
    refund = refund_of(200)
    client.force_login(huda())
    for _try in range(5):
        press(client, refund, "approve", password="wrong")
    press(client, refund, "approve", password=PASSWORD)
    refund.refresh_from_db()
    assert refund.status == "requested"


def test_no_door_of_the_apps_decides_on_refunds():
    for file in (settings.BASE_DIR / "api").rglob("*.py"):
        if "tests" in file.parts:
            continue
        assert not re.search(r"\b(approve_refund|agree_to_refund|process_refund)\b", file.read_text()), file
