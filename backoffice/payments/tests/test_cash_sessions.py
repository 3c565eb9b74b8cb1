"""A cashier's day: one at a time, counted at its end, and closed for good."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import CashSession, Payment
from backoffice.payments.selectors import expected_cash
from backoffice.payments.selectors.drawers import open_drawers
from backoffice.payments.services import (
    approve_refund,
    close_cash_session,
    confirm_cash_session,
    explain_difference,
    open_cash_session,
    print_z_sheet,
    process_refund,
    record_promise,
    request_refund,
    void_payment,
)
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.payments.zsheet import z_sheet_of
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, manager, omar

pytestmark = pytest.mark.django_db


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def test_a_cashier_has_one_open_session():
    session = open_session()
    assert refusal_of(open_cash_session, opening_float=Decimal(0), by=session.cashier) == "session_open_already"
    with pytest.raises(IntegrityError), transaction.atomic():
        CashSession.objects.create(cashier=session.cashier, opening_float=0)


def test_the_drawer_should_hold_the_float_and_cash_taken_less_cash_paid_back():
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal("200"))
    payment = make_payment(by=cashier, amount=Decimal("150.50"))
    make_payment(by=cashier, method="card", amount=Decimal(70))
    make_payment(by=None, amount=Decimal(30))
    refund = request_refund(payment.pk, amount=Decimal("50.25"), reason="خطأ", by=omar())
    process_refund(approve_refund(refund.pk, by=huda()).pk, by=cashier)
    assert expected_cash(session) == Decimal("300.25")
    drawer = open_drawers().get(pk=session.pk)
    assert (drawer.taken, drawer.given, drawer.due) == (Decimal("150.50"), Decimal("50.25"), Decimal("300.25"))
    closed = close_cash_session(session.pk, counted=Decimal("300.25"), by=cashier)
    assert (closed.expected, closed.counted, closed.difference) == (Decimal("300.25"), Decimal("300.25"), 0)


def closed_short(cashier=None, counted="194.50"):
    """A closed session whose count is 5.50 EGP short."""
    session = open_session(cashier)
    return close_cash_session(session.pk, counted=Decimal(counted), by=session.cashier)


def test_a_count_is_blind_whatever_it_is_it_ends_the_session():
    session = open_session()
    row = CashSession.objects.get(pk=session.pk)
    assert (row.expected, row.counted, row.difference, row.number) == (None, None, None, None)
    closed = close_cash_session(session.pk, counted=Decimal("194.50"), by=session.cashier)
    assert (closed.expected, closed.difference, closed.difference_reason) == (Decimal(200), Decimal("-5.50"), "")
    assert refusal_of(close_cash_session, session.pk, counted=Decimal(200), by=session.cashier) == "session_closed"


def test_a_difference_is_explained_once_by_its_cashier():
    session = closed_short()
    assert refusal_of(explain_difference, session.pk, reason=" ", by=session.cashier) == "reason_missing"
    assert refusal_of(explain_difference, session.pk, reason="فكة", by=huda()) == "not_your_session"
    assert explain_difference(session.pk, reason=" فكة ", by=session.cashier).difference_reason == "فكة"
    assert refusal_of(explain_difference, session.pk, reason="غيره", by=session.cashier) == "difference_explained"
    assert AuditEntry.objects.get(object_id=str(session.pk), action="update").reason == "فكة"


def test_a_count_that_is_right_is_neither_explained_nor_confirmed():
    session = closed_short(counted="200")
    assert refusal_of(explain_difference, session.pk, reason="فكة", by=session.cashier) == "nothing_to_explain"
    assert refusal_of(confirm_cash_session, session.pk, by=huda()) == "nothing_to_confirm"


def test_whoever_has_not_said_why_opens_no_other_session():
    session = closed_short()
    assert refusal_of(open_cash_session, opening_float=Decimal(0), by=session.cashier) == "difference_unexplained"
    explain_difference(session.pk, reason="فكة", by=session.cashier)
    assert open_cash_session(opening_float=Decimal(0), by=session.cashier).closed_at is None


def test_a_difference_is_confirmed_by_a_second_person_after_its_reason():
    session = closed_short()
    assert refusal_of(confirm_cash_session, session.pk, by=huda()) == "difference_unexplained"
    explain_difference(session.pk, reason="فكة", by=session.cashier)
    assert refusal_of(confirm_cash_session, session.pk, by=karima()) == "not_your_session"
    accountant = huda()
    confirmed = confirm_cash_session(session.pk, by=accountant, note="راجعت")
    assert (confirmed.confirmed_by, confirmed.confirmation_note) == (accountant, "راجعت")
    assert refusal_of(confirm_cash_session, session.pk, by=manager()) == "nothing_to_confirm"


def test_nobody_confirms_their_own_drawer_not_even_a_superuser():
    boss = manager()
    boss.is_superuser = True
    boss.save()
    session = closed_short(boss)
    explain_difference(session.pk, reason="فكة", by=boss)
    assert refusal_of(confirm_cash_session, session.pk, by=boss) == "four_eyes"
    with pytest.raises(IntegrityError), transaction.atomic():
        CashSession.objects.filter(pk=session.pk).update(confirmed_by=boss, confirmed_at=session.closed_at)


def test_who_counted_a_forgotten_drawer_does_not_confirm_it():
    session, accountant = open_session(), huda()
    closed = close_cash_session(session.pk, counted=Decimal(190), by=accountant)
    assert closed.closed_by == accountant
    explain_difference(session.pk, reason="نسيت", by=session.cashier)
    assert refusal_of(confirm_cash_session, session.pk, by=accountant) == "four_eyes"
    assert confirm_cash_session(session.pk, by=manager()).confirmed_at


@pytest.mark.parametrize(
    "change",
    [
        {"opening_float": 1},
        {"counted": 200, "difference": 0},
        {"expected": "194.50", "difference": 0},
        {"closed_at": None, "expected": None, "counted": None, "difference": None, "number": None},
        {"number": "Z-1999-000001"},
        {"difference_reason": "غيره"},
        {"confirmed_by": None, "confirmed_at": None},
        {"confirmation_note": "غيره"},
    ],
)
def test_the_database_itself_bends_nothing_of_a_session(change):
    session = closed_short()
    explain_difference(session.pk, reason="فكة", by=session.cashier)
    confirm_cash_session(session.pk, by=huda())
    with pytest.raises(IntegrityError), transaction.atomic():
        CashSession.objects.filter(pk=session.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CashSession.objects.filter(pk=session.pk)._raw_delete("default")


def test_an_open_session_keeps_its_cashier_its_hour_and_its_float():
    session = open_session()
    for change in ({"cashier": karima()}, {"opening_float": 1}, {"opened_at": session.opened_at.replace(year=2001)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CashSession.objects.filter(pk=session.pk).update(**change)


def test_z_numbers_go_up_by_one_and_a_rolled_back_closing_gives_its_number_back():
    year = timezone.localdate().year
    assert closed_short(counted="200").number == f"Z-{year}-000001"
    with transaction.atomic():
        closed_short(counted="200")
        transaction.set_rollback(True)
    assert closed_short(counted="200").number == f"Z-{year}-000002"


def test_a_clock_that_is_set_back_ends_no_session_before_its_money():
    cashier = karima()
    session = open_session(cashier)
    payment = make_payment(by=cashier)
    later = timezone.now() + dt.timedelta(hours=1)
    Payment.objects.filter(pk=payment.pk).update(recorded_at=later)
    closed = close_cash_session(session.pk, counted=300, by=cashier)
    assert closed.closed_at == later
    assert list(check_ledger()) == []
    # One that took nothing isn't over before it began.
    begun = open_session(cashier, at=later)
    assert close_cash_session(begun.pk, counted=200, by=cashier).closed_at == later


def test_cash_is_neither_taken_nor_paid_back_without_an_open_session():
    cashier = karima()
    assert refusal_of(make_payment, by=cashier) == "no_open_session"
    session = open_session(cashier)
    payment = make_payment(by=cashier)
    refund = approve_refund(request_refund(payment.pk, amount=Decimal(10), reason="خطأ", by=omar()).pk, by=huda())
    close_cash_session(session.pk, counted=Decimal(300), by=cashier)
    assert refusal_of(process_refund, refund.pk, by=cashier) == "no_open_session"


def test_the_sheet_adds_up_the_day():
    cashier = karima()
    session = open_session(cashier)
    first, last = make_payment(by=cashier, amount=Decimal("150.50")), make_payment(by=cashier, amount=Decimal(30))
    make_payment(by=cashier, method="card", amount=Decimal(70))
    refund = approve_refund(request_refund(first.pk, amount=Decimal(50), reason="خطأ", by=omar()).pk, by=huda())
    number = process_refund(refund.pk, by=cashier).number
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(5), method="other", by=cashier)
    void_payment(promise.pk, by=cashier, reason="لم يصل")
    sheet = z_sheet_of(close_cash_session(session.pk, counted=Decimal("330.50"), by=cashier))
    assert (sheet.taken.count, sheet.taken.sum) == (2, Decimal("180.50"))
    assert (sheet.first_receipt, sheet.last_receipt) == (first.receipt.number, last.receipt.number)
    assert (sheet.paid_back.count, sheet.paid_back.sum, [one.number for one in sheet.refunds]) == (1, 50, [number])
    assert [(one.count, one.sum) for one in sheet.others] == [(1, 70)]
    assert [one.reason for one in sheet.voids] == ["لم يصل"]
    assert sheet.session.difference == 0


def test_each_print_of_the_sheet_is_counted_and_an_open_day_has_none():
    session = open_session()
    assert refusal_of(print_z_sheet, session.pk, by=session.cashier) == "session_open"
    close_cash_session(session.pk, counted=Decimal(200), by=session.cashier)
    assert refusal_of(print_z_sheet, session.pk, by=karima()) == "not_your_session"
    assert [print_z_sheet(session.pk, by=session.cashier).times_printed for _ in range(2)] == [1, 2]
    assert AuditEntry.objects.filter(object_id=str(session.pk), action="view", actor=session.cashier).count() == 2


def test_the_screens_keep_the_count_blind_and_show_the_sheet(client):
    cashier = karima()
    session = open_session(cashier, opening_float=Decimal(217))
    make_payment(by=cashier, amount=Decimal("83.25"))
    client.force_login(cashier)
    page = reverse("admin:payments_cashsession_change", args=[session.pk])
    close = reverse("admin:payments_cashsession_close", args=[session.pk])
    history = reverse("admin:payments_cashsession_history", args=[session.pk])
    for address in (page, close, history, reverse("admin:payments_cashsession_changelist"), reverse("admin:index")):
        answer = client.get(address)
        assert (answer.status_code, "300.25" in answer.text) == (200, False), address
    assert client.get(reverse("admin:payments_cashsession_z_sheet", args=[session.pk])).status_code == 404
    client.post(close, {"_form_submitted": "on", "counted": "300"})
    assert "300.25" in client.get(page).text
    explain = reverse("admin:payments_cashsession_explain", args=[session.pk])
    client.post(explain, {"_form_submitted": "on", "reason": "فكة"})
    sheet = reverse("admin:payments_cashsession_z_sheet", args=[session.pk])
    session.refresh_from_db()
    assert session.number in client.get(sheet).text
    assert session.number in client.post(sheet).text
    client.force_login(huda())
    confirm = reverse("admin:payments_cashsession_confirm", args=[session.pk])
    assert confirm in client.get(page).text
    client.post(confirm, {"_form_submitted": "on", "note": ""})
    session.refresh_from_db()
    assert (session.difference_reason, session.times_printed, session.waits_for_confirmation) == ("فكة", 1, False)


def test_a_closed_session_takes_no_more_and_is_not_closed_again():
    session = open_session()
    close_cash_session(session.pk, counted=Decimal(200), by=session.cashier)
    assert refusal_of(make_payment, by=session.cashier) == "no_open_session"
    assert refusal_of(close_cash_session, session.pk, counted=Decimal(200), by=session.cashier) == "session_closed"
    again = open_session(session.cashier)
    assert make_payment(by=session.cashier).cash_session == again


def test_cashiers_close_their_own_and_managers_anybodys():
    session = open_session()
    for stranger in (karima(), omar()):
        refused = refusal_of(close_cash_session, session.pk, counted=Decimal(200), by=stranger)
        assert refused == "not_your_session"
    assert close_cash_session(session.pk, counted=Decimal(200), by=manager()).closed_at


def test_cashiers_see_their_own_and_accountants_all():
    mine, other = open_session(), open_session()
    assert list(CashSession.objects.all().visible_to(mine.cashier)) == [mine]
    assert set(CashSession.objects.all().visible_to(huda())) == {mine, other}


@pytest.mark.parametrize("amount", [Decimal(-1), Decimal("0.001"), Decimal("1e9")])
def test_a_float_or_count_that_is_no_amount_is_refused_at_its_field(amount):
    with pytest.raises(DomainError) as refused:
        open_session(opening_float=amount)
    assert (refused.value.code.startswith("amount_"), refused.value.field) == (True, "opening_float")
    session = open_session()
    with pytest.raises(DomainError) as refused:
        close_cash_session(session.pk, counted=amount, by=session.cashier)
    assert refused.value.field == "counted"


def test_a_drawer_may_be_empty():
    session = open_session(opening_float=Decimal(0))
    assert close_cash_session(session.pk, counted=Decimal(0), by=session.cashier).difference == 0


def test_the_database_closes_no_session_without_a_count_that_adds_up():
    session = open_session()
    rows = CashSession.objects.filter(pk=session.pk)
    now = session.opened_at
    for wrong in (
        {"closed_at": now},
        {"closed_at": now, "expected": 200, "counted": 100, "difference": 0},
        {"counted": 100},
        {"opening_float": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_only_cash_stands_in_a_session_by_the_database():
    session, enrollment = open_session(), make_enrollment()
    promise = record_promise(enrollment_id=enrollment.pk, amount=Decimal(5), method="other", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=promise.pk).update(cash_session=session)
