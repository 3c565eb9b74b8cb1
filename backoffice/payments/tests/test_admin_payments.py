"""The screens of payments, receipts, refunds and cash sessions."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import CashSession, Payment, Receipt, RefundRequest
from backoffice.payments.services import approve_refund, record_promise, request_refund
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, make_child, make_parent, make_staff, manager, omar, ziad

pytestmark = pytest.mark.django_db

LIST = reverse("admin:payments_payment_changelist")
ADD = reverse("admin:payments_payment_add")
REFUNDS = reverse("admin:payments_refundrequest_changelist")
SESSIONS = reverse("admin:payments_cashsession_changelist")
OPEN = reverse("admin:payments_cashsession_add")
RECEIPTS = reverse("admin:payments_receipt_changelist")


def address(row, name="change"):
    return reverse(f"admin:payments_{row._meta.model_name}_{name}", args=[row.pk])


def press(client, row, name, **typed):
    return client.post(address(row, name), {"_form_submitted": "1", **typed})


def text(response):
    return response.content.decode()


def promise(**overrides):
    fields = {"amount": Decimal("100"), "method": "cash", "by": None} | overrides
    return record_promise(enrollment_id=make_enrollment().pk, **fields)


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_the_sign_in_and_others_get_403(client):
    payment = make_payment()
    addresses = (LIST, ADD, REFUNDS, SESSIONS, OPEN, RECEIPTS, address(payment), address(payment, "receipt"))
    client.force_login(ziad())
    assert {client.get(one).status_code for one in addresses} == {302}
    for group in ("Instructors", "Supervisors", "Marketing"):
        client.force_login(make_staff(group))
        assert {client.get(one).status_code for one in addresses} == {403}


def test_an_accountant_reads_exports_and_takes_no_money(client):
    payment, promised = make_payment(), promise()
    client.force_login(huda())
    assert client.get(LIST).status_code == 200
    assert 'id="payment-sheet"' in text(client.get(LIST))
    assert client.get(ADD).status_code == 403
    assert press(client, promised, "settle").status_code == 403
    assert address(payment, "ask_refund") in text(client.get(address(payment)))


def test_a_cashier_exports_nothing(client):
    client.force_login(karima())
    assert 'id="payment-sheet"' not in text(client.get(LIST))


def test_nobody_edits_or_deletes_a_payment(client):
    payment = make_payment()
    client.force_login(manager())
    assert client.get(reverse("admin:payments_payment_delete", args=[payment.pk])).status_code == 403
    client.post(address(payment), {"amount": "1", "notes": "x"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [str(payment.pk)], "post": "yes"})
    payment.refresh_from_db()
    assert (payment.amount, payment.notes) == (Decimal("100.00"), "")


# --- the list ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["احمد", "مني", "01001234567", "٠١٠٠١٢٣٤٥٦٧", "tx00ab", "سباحه", "{receipt}", "{end}"]
)
def test_a_payment_is_found_by_anything_of_it(client, typed):
    mother = make_parent(phone_number1="+201001234567", first_name="منى")
    place = make_enrollment(make_course(name="السباحة"), child=make_child(mother, name="أحمد"))
    payment = make_payment(place, method="card", reference_number="TX00AB9")
    make_payment()
    number = payment.receipt.number
    client.force_login(karima())
    typed = typed.format(receipt=number, end=number[-6:])
    assert list(client.get(LIST, {"q": typed}).context["cl"].result_list) == [payment]


def test_the_days_of_the_filter_are_cairos_and_both_included(client):
    # 23:30 on the 10th in Cairo, and half an hour past midnight on the 11th.
    late = make_payment(paid_at=datetime(2026, 1, 10, 21, 30, tzinfo=UTC))
    next_day = make_payment(paid_at=datetime(2026, 1, 10, 22, 30, tzinfo=UTC))
    client.force_login(huda())

    def found(**days):
        return set(client.get(LIST, days).context["cl"].queryset)

    assert found(paid_at_from="10/01/2026", paid_at_to="10/01/2026") == {late}
    assert found(paid_at_from="2026-01-11") == {next_day}
    assert found(paid_at_to="٢٠٢٦-٠١-١١") == {late, next_day}


def test_a_day_that_cant_be_read_shows_no_other_list_instead(client):
    make_payment()
    client.force_login(huda())
    answer = client.get(LIST, {"paid_at_from": "أمس"})
    assert (answer.status_code, answer.url) == (302, f"{LIST}?e=1")


def test_every_filter_answers(client):
    by = huda()
    payment = make_payment()
    course = payment.enrollment.course
    client.force_login(by)
    for query in (
        {"method__exact": "cash"},
        {"status__exact": "paid"},
        {"enrollment__course__id__exact": course.pk},
        {"enrollment__course__season__id__exact": course.season_id},
        {"recorded_by": "none"},
        {"import": "none"},
    ):
        assert list(client.get(LIST, query).context["cl"].result_list) == [payment], query
    for query in ({"recorded_by": str(by.pk)}, {"recorded_by": "nonsense"}, {"import": "nonsense"}):
        assert list(client.get(LIST, query).context["cl"].result_list) == [], query


def test_a_list_makes_as_many_queries_for_thirty_rows_as_for_three(client):
    client.force_login(huda())
    lists = (LIST, REFUNDS, SESSIONS, RECEIPTS)

    def queries(which):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(which).status_code == 200
        return len(counted)

    def more(count):
        for _ in range(count):
            cashier = karima_again()
            open_session(cashier)
            payment = make_payment(by=cashier, amount=Decimal("5"))
            request_refund(payment.pk, amount=Decimal("1"), reason="x", by=cashier)

    more(3)
    client.get(LIST)
    few = {which: queries(which) for which in lists}
    more(27)
    assert {which: queries(which) for which in lists} == few


def karima_again():
    return make_staff("Cashiers")


# --- recording from the list ------------------------------------------------------------------------------------


def test_the_place_is_chosen_first_and_then_paid_for(client):
    place = make_enrollment()
    cashier = karima()
    open_session(cashier)
    client.force_login(cashier)
    assert list(client.get(ADD).context["form"].fields) == ["enrollment"]
    wrong = client.get(ADD, {"enrollment": "x"})
    assert wrong.context["form"].errors["enrollment"]
    step = f"{ADD}?enrollment={place.pk}"
    shown = client.get(step)
    form = shown.context["form"]
    assert form.initial["amount"] == "500"
    typed = {"amount": "200", "method": "cash", "idempotency_key": form["idempotency_key"].value()}
    refused = client.post(step, typed | {"amount": "900", "notes": "باقٍ هنا"})
    assert refused.context["form"].errors["amount"]
    assert "باقٍ هنا" in text(refused)
    answers = [client.post(step, typed), client.post(step, typed)]
    payment = Payment.objects.get()
    assert [one.url for one in answers] == [address(payment), address(payment)]
    assert (payment.amount, payment.recorded_by) == (Decimal("200"), cashier)


# --- a promise --------------------------------------------------------------------------------------------------


def test_a_promise_is_settled_once(client):
    payment = promise()
    cashier = karima()
    open_session(cashier)
    client.force_login(cashier)
    assert address(payment, "receipt") not in text(client.get(address(payment)))
    press(client, payment, "settle")
    again = press(client, payment, "settle")
    assert again.context["form"].non_field_errors()
    payment.refresh_from_db()
    assert payment.status == "paid"
    shown = text(client.get(address(payment)))
    assert address(payment, "receipt") in shown
    for gone in ("settle", "void"):
        assert address(payment, gone) not in shown


def test_a_promise_is_struck_out_with_a_reason_and_a_payment_never(client):
    payment, settled = promise(), make_payment()
    client.force_login(karima())
    assert press(client, payment, "void").context["form"].errors["reason"]
    press(client, payment, "void", reason="خطأ في الإدخال")
    payment.refresh_from_db()
    assert (payment.status, payment.void_reason) == ("void", "خطأ في الإدخال")
    assert press(client, settled, "void", reason="x").context["form"].non_field_errors()
    settled.refresh_from_db()
    assert settled.status == "paid"


# --- the receipt ------------------------------------------------------------------------------------------------


def test_looking_at_a_receipt_prints_nothing(client):
    payment = make_payment(amount=Decimal("120.50"))
    client.force_login(karima())
    shown = text(client.get(address(payment, "receipt")))
    assert payment.receipt.number in shown
    assert "مائة وعشرون جنيهًا مصريًا وخمسون قرشًا فقط لا غير" in shown
    assert "data-printing" not in shown
    assert Receipt.objects.get().times_printed == 0


def test_the_second_print_is_a_copy_and_both_are_in_the_trail(client):
    payment = make_payment()
    client.force_login(karima())
    first, second = (client.post(address(payment, "receipt")) for _ in range(2))
    assert "data-printing" in text(first)
    assert not first.context["paper"].is_copy
    assert second.context["paper"].is_copy
    assert Receipt.objects.get().times_printed == 2
    assert AuditEntry.objects.filter(action="view", object_id=str(payment.receipt.pk)).count() == 2


def test_a_receipt_says_what_was_so_when_it_was_issued(client):
    child = make_child(name="يوسف")
    payment = make_payment(make_enrollment(child=child))
    child.name = "اسم آخر"
    child.save()
    client.force_login(karima())
    assert "يوسف" in text(client.get(address(payment, "receipt")))


def test_a_receipt_is_arabic_for_someone_who_works_in_english(client, settings):
    payment = make_payment()
    client.force_login(karima())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get(address(payment, "receipt"))
    assert '<html lang="ar" dir="rtl">' in text(answer)
    assert "نقد" in text(answer) or "Cash" not in text(answer)


def test_only_who_prints_receipts_opens_one(client):
    payment = make_payment()
    for user, status in ((omar(), 403), (huda(), 200), (ziad(), 302)):
        client.force_login(user)
        assert client.get(address(payment, "receipt")).status_code == status
        assert client.post(address(payment, "receipt")).status_code == status


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_receipt_that_isnt_there_is_404(client, key):
    client.force_login(karima())
    assert client.get(reverse("admin:payments_payment_receipt", args=[key])).status_code == 404
    assert client.get(address(promise(), "receipt")).status_code == 404


# --- refunds ----------------------------------------------------------------------------------------------------


def asked_refund(by, **overrides):
    return request_refund(make_payment().pk, **({"amount": Decimal("100"), "reason": "سفر", "by": by} | overrides))


def test_a_refund_passes_four_eyes_and_three_buttons(client):
    cashier, accountant = karima(), huda()
    refund = asked_refund(cashier)
    open_session(cashier)
    client.force_login(cashier)
    assert press(client, refund, "approve").status_code == 403
    client.force_login(accountant)
    press(client, refund, "approve")
    client.force_login(cashier)
    press(client, refund, "pay_back")
    refund.refresh_from_db()
    assert (refund.status, refund.decided_by, refund.processed_by) == ("processed", accountant, cashier)
    assert refund.number.startswith("R-")
    place = refund.payment.enrollment
    assert place.status == "refunded"


def test_who_asked_is_told_that_somebody_else_decides(client):
    accountant = huda()
    refund = asked_refund(accountant)
    client.force_login(accountant)
    for name in ("approve", "reject"):
        answer = press(client, refund, name, reason="x")
        assert answer.context["form"].non_field_errors()
    refund.refresh_from_db()
    assert refund.status == "requested"


def test_a_refund_is_refused_with_a_reason(client):
    refund = asked_refund(karima())
    client.force_login(huda())
    assert press(client, refund, "reject").context["form"].errors["reason"]
    press(client, refund, "reject", reason="انتهت الدورة")
    refund.refresh_from_db()
    assert (refund.status, refund.decision_reason) == ("rejected", "انتهت الدورة")
    assert address(refund, "approve") not in text(client.get(address(refund)))


def test_a_cashier_asks_for_a_refund_from_the_payment(client):
    payment = make_payment()
    client.force_login(karima())
    for _time in range(2):
        press(client, payment, "ask_refund", amount="٤٠", reason="سفر", idempotency_key="click")
    assert RefundRequest.objects.get().amount == Decimal("40.00")
    approve_refund(RefundRequest.objects.get().pk, by=huda())
    shown = text(client.get(address(payment)))
    assert "سفر" in shown


# --- a cashier's day --------------------------------------------------------------------------------------------


def test_a_day_is_opened_with_a_float_and_only_once(client):
    cashier = karima()
    client.force_login(cashier)
    key = {"idempotency_key": client.get(OPEN).context["form"]["idempotency_key"].value()}
    assert client.post(OPEN, {"opening_float": "كثير"} | key).context["form"].errors["opening_float"]
    answer = client.post(OPEN, {"opening_float": "٢٠٠"} | key)
    session = CashSession.objects.get()
    assert answer.url == address(session)
    assert (session.cashier, session.opening_float) == (cashier, Decimal("200.00"))
    assert client.post(OPEN, {"opening_float": "200"} | key).url == address(session)
    again = client.post(OPEN, {"opening_float": "200", "idempotency_key": "another"})
    assert again.context["form"].non_field_errors()
    press(client, session, "close", counted="200")
    # The form of the morning, sent again at night.
    assert client.post(OPEN, {"opening_float": "200"} | key).url == address(session)
    assert CashSession.objects.count() == 1


def test_the_count_is_blind(client):
    cashier = karima()
    session = open_session(cashier)
    make_payment(by=cashier, amount=Decimal("123.45"))
    client.force_login(cashier)
    for shown in (client.get(address(session)), client.get(address(session, "close"))):
        assert "323.45" not in text(shown)
    press(client, session, "close", counted="300")
    session.refresh_from_db()
    assert (session.expected, session.difference) == (Decimal("323.45"), Decimal("-23.45"))
    shown = text(client.get(address(session)))
    assert "323.45" in shown
    assert address(session, "close") not in shown


def test_an_even_count_closes_without_a_reason(client):
    cashier = karima()
    session = open_session(cashier)
    client.force_login(cashier)
    press(client, session, "close", counted="200")
    session.refresh_from_db()
    assert session.difference == 0


def test_a_cashier_sees_and_closes_the_own_sessions_only(client):
    other = open_session(make_staff("Cashiers"))
    cashier = karima()
    own = open_session(cashier)
    client.force_login(cashier)
    assert list(client.get(SESSIONS).context["cl"].result_list) == [own]
    assert client.get(address(other)).status_code == 302
    assert press(client, other, "close", counted="200").status_code == 404
    other.refresh_from_db()
    assert other.closed_at is None
    client.force_login(huda())
    assert client.get(SESSIONS).context["cl"].result_count == 2


def test_a_session_lists_its_payments_once_it_is_counted(client):
    cashier = karima()
    session = open_session(cashier)
    payment = make_payment(by=cashier)
    client.force_login(cashier)
    assert payment.receipt.number not in text(client.get(address(session)))
    press(client, session, "close", counted="300")
    assert payment.receipt.number in text(client.get(address(session)))
