"""A drawer is counted blind: no screen adds up for its cashier what lies in it, and each payment can be looked at."""

from decimal import Decimal

import pytest
from django.urls import reverse

from backoffice.payments.models import AccountTask
from backoffice.payments.selectors.pots import family_of
from backoffice.payments.services import close_cash_session, record_credit
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import huda, karima, manager

pytestmark = pytest.mark.django_db

LIST = reverse("admin:payments_payment_changelist")
RECEIPTS = reverse("admin:payments_receipt_changelist")
TASKS = reverse("admin:payments_accounttask_changelist")
HOME = reverse("admin:index")
DOTS = "•••"


def address(row, name="change"):
    return reverse(f"admin:payments_{row._meta.model_name}_{name}", args=[row.pk])


@pytest.fixture
def day():
    """A float of 217, and 83.25 and 41.10 in cash; 55.55 by card beside it. The drawer should hold 341.35."""
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal(217))
    cash = make_payment(by=cashier, amount=Decimal("83.25"))
    family = family_of(cash.enrollment)
    credit = record_credit(family, amount=Decimal("41.10"), method="cash", why="مقدم", by=cashier)
    card = make_payment(by=cashier, method="card", amount=Decimal("55.55"))
    return {"cashier": cashier, "session": session, "cash": cash, "credit": credit, "card": card}


def test_the_page_of_an_open_session_shows_neither_payments_nor_sums_to_anybody(client, day):
    session = day["session"]
    for user in (day["cashier"], huda(), manager()):
        client.force_login(user)
        for name in ("change", "history", "close"):
            shown = client.get(address(session, name)).text
            for told in ("83.25", "41.10", "124.35", "341.35", day["cash"].receipt.number):
                assert told not in shown, (user, name, told)
    assert "بعد عد الخزينة" in client.get(address(session)).text


def test_once_the_drawer_is_counted_its_page_shows_both(client, day):
    close_cash_session(day["session"].pk, counted=Decimal(341), by=day["cashier"])
    client.force_login(day["cashier"])
    shown = client.get(address(day["session"])).text
    for told in ("83.25", "41.10", "341.35", "341.00", day["cash"].receipt.number):
        assert told in shown


@pytest.mark.parametrize(
    "query", [{}, {"method__exact": "cash"}, {"q": "0101"}, {"o": "6"}, {"all": ""}, "session", "session_id"]
)
def test_a_list_shows_its_cashier_no_amounts_of_the_open_drawer(client, day, query):
    if isinstance(query, str):
        name = {"session": "cash_session__exact", "session_id": "cash_session__id__exact"}[query]
        query = {name: str(day["session"].pk)}
    client.force_login(day["cashier"])
    shown = client.get(LIST, query).text
    for told in ("83.25", "41.10", "124.35"):
        assert told not in shown
    for line in (RECEIPTS, TASKS):
        shown = client.get(line).text
        assert DOTS in shown
        assert "41.10" not in shown


def test_the_list_shows_all_other_amounts_and_all_of_them_to_others(client, day):
    other = karima()
    elsewhere = make_payment(by=open_session(other).cashier, amount=Decimal("12.34"))
    client.force_login(day["cashier"])
    shown = client.get(LIST).text
    assert (DOTS in shown, "55.55" in shown, "12.34" in shown) == (True, True, True)
    client.force_login(huda())
    shown = client.get(LIST).text
    assert (DOTS in shown, "83.25" in shown, "12.34" in shown) == (False, True, True)
    close_cash_session(day["session"].pk, counted=Decimal(341), by=day["cashier"])
    client.force_login(day["cashier"])
    assert "83.25" in client.get(LIST).text
    assert elsewhere.cash_session.closed_at is None


def test_a_cashier_finds_a_payment_and_sees_its_page_and_its_receipt(client, day):
    cash = day["cash"]
    client.force_login(day["cashier"])
    found = client.get(LIST, {"q": cash.receipt.number})
    assert list(found.context["cl"].result_list) == [cash]
    for page in (address(cash), address(cash, "receipt"), address(cash.receipt)):
        assert "83.25" in client.get(page).text
    place = reverse("admin:enrollments_enrollment_change", args=[cash.enrollment_id])
    assert "83.25" in client.get(place).text
    assert "41.10" in client.get(address(AccountTask.objects.get())).text


def test_the_first_page_adds_nothing_up_for_who_has_a_drawer_open(client, day):
    client.force_login(day["cashier"])
    shown = client.get(HOME).text
    for told in ("55.55", "83.25", "124.35", "179.90", "341.35"):
        assert told not in shown
    client.force_login(huda())
    assert "179.90" in client.get(HOME).text


@pytest.mark.parametrize("kind", ["preview", "csv", "xlsx"])
def test_who_may_export_waits_until_the_own_drawer_is_counted(client, kind):
    boss = manager()
    session = open_session(boss)
    make_payment(by=boss, amount=Decimal("83.25"))
    client.force_login(boss)
    sheet = reverse("admin:payments_payment_sheet", args=[kind])
    answer = client.get(sheet, {"method__exact": "cash"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?method__exact=cash", 302)]
    assert "أغلق ورديتك أولا" in answer.text
    close_cash_session(session.pk, counted=Decimal(283), by=boss)
    assert client.get(sheet).status_code == 200
