"""The page of a place: its money, its story, and the buttons that move both."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.enrollments.services import Discount
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment, RefundRequest
from backoffice.payments.services import approve_refund, process_refund, request_refund
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import huda, karima, make_staff, manager, omar, ziad

pytestmark = pytest.mark.django_db

LIST = reverse("admin:enrollments_enrollment_changelist")


def page(place):
    return reverse("admin:enrollments_enrollment_change", args=[place.pk])


def button(place, name):
    return reverse(f"admin:enrollments_enrollment_{name}", args=[place.pk])


def press(client, place, name, **typed):
    return client.post(button(place, name), {"_form_submitted": "1", **typed})


def text(response):
    return response.content.decode()


def payment_of(client, place, **typed):
    """What the dialog holds when it opens, with what the cashier typed over it."""
    form = client.get(button(place, "take_payment")).context["form"]
    names = [name for name in form.fields if name != "_form_submitted"]
    return {name: str(form.get_initial_for_field(form.fields[name], name) or "") for name in names} | typed


@pytest.fixture
def cashier(client):
    """Karima, signed in, with an open session."""
    user = karima()
    open_session(user)
    client.force_login(user)
    return user


# --- who may ----------------------------------------------------------------------------------------------------


def test_a_stranger_and_an_instructor_see_no_place(client):
    place = make_enrollment()
    client.force_login(ziad())
    assert client.get(page(place)).status_code == 302
    client.force_login(make_staff("Instructors"))
    for address in (LIST, page(place), button(place, "take_payment"), button(place, "drop")):
        assert client.get(address).status_code == 403
    assert press(client, place, "drop", reason="x").status_code == 403
    place.refresh_from_db()
    assert place.status == "active"


def test_a_supervisor_has_no_money(client):
    place = make_enrollment()
    client.force_login(make_staff("Supervisors"))
    assert client.get(page(place)).status_code == 403


def test_a_registrar_takes_no_money_and_a_cashier_drops_nobody(client, cashier):
    place = make_enrollment()
    shown = text(client.get(page(place)))
    assert button(place, "take_payment") in shown
    assert button(place, "drop") not in shown
    assert press(client, place, "drop", reason="x").status_code == 403
    client.force_login(omar())
    shown = text(client.get(page(place)))
    assert button(place, "take_payment") not in shown
    assert button(place, "drop") in shown
    assert press(client, place, "take_payment", amount="1", method="cash").status_code == 403
    assert not Payment.objects.exists()


# --- recording --------------------------------------------------------------------------------------------------


def test_the_dialog_begins_with_what_is_owed(client, cashier):
    place = make_enrollment()
    make_payment(place, amount=Decimal("120.50"))
    assert payment_of(client, place)["amount"] == "379.50"


@pytest.mark.parametrize("typed", ["150.5", "١٥٠٫٥٠", "150.50 جنيه"])
def test_an_amount_is_read_as_it_is_typed(client, cashier, typed):
    place = make_enrollment()
    answer = press(client, place, "take_payment", **payment_of(client, place, amount=typed))
    assert answer.headers["HX-Redirect"] == page(place)
    payment = Payment.objects.get()
    assert (payment.amount, payment.recorded_by) == (Decimal("150.50"), cashier)
    assert payment.cash_session.cashier == cashier


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "150,50"}, "amount"),
        ({"amount": "501"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "9" * 30}, "amount"),
        ({"method": "bank_transfer"}, "reference_number"),
        ({"method": "gold"}, "method"),
        ({"paid_at": "2999-01-01"}, "paid_at"),
        ({"paid_at": "أمس"}, "paid_at"),
        ({"notes": "ملاحظة باقية", "amount": ""}, "amount"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(client, cashier, typed, field):
    place = make_enrollment()
    answer = press(client, place, "take_payment", **payment_of(client, place, **typed))
    assert "HX-Redirect" not in answer.headers
    assert list(answer.context["form"].errors) == [field]
    for value in typed.values():
        assert value in text(answer)
    assert not Payment.objects.exists()


def test_cash_needs_an_open_session(client):
    place = make_enrollment()
    client.force_login(karima())
    answer = press(client, place, "take_payment", **payment_of(client, place))
    assert answer.context["form"].non_field_errors()
    assert not Payment.objects.exists()


def test_a_double_click_records_one_payment(client, cashier):
    place = make_enrollment()
    typed = payment_of(client, place, amount="100")
    press(client, place, "take_payment", **typed)
    again = press(client, place, "take_payment", **typed)
    assert again.headers["HX-Redirect"] == page(place)
    assert Payment.objects.count() == 1
    # The same amount again, on purpose, is another payment.
    press(client, place, "take_payment", **payment_of(client, place, amount="100"))
    assert Payment.objects.count() == 2


def test_a_day_in_the_past_stays_that_day_in_cairo(client, cashier):
    place = make_enrollment()
    press(client, place, "take_payment", **payment_of(client, place, paid_at="05/01/2026"))
    assert Payment.objects.get().paid_at.isoformat() == "2026-01-05T10:00:00+00:00"


def test_who_owes_nothing_has_no_button(client, cashier):
    place = make_enrollment()
    make_payment(place, amount=Decimal("500"))
    assert button(place, "take_payment") not in text(client.get(page(place)))


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_page_shows_price_discount_paid_balance_and_the_story(client):
    place = make_enrollment(by=manager(), discount=Discount(Decimal("50"), "أخ في الدورة"))
    payment = make_payment(place, amount=Decimal("400"))
    refund = request_refund(payment.pk, amount=Decimal("30"), reason="غاب أسبوعًا", by=omar())
    approve_refund(refund.pk, by=huda())
    cashier = karima()
    open_session(cashier)
    process_refund(refund.pk, by=cashier)
    client.force_login(omar())
    answer = client.get(page(place))
    shown = text(answer)
    for said in ("450.00", "500.00", "50.00", "أخ في الدورة", "400.00", "30.00", "80.00", "غاب أسبوعًا"):
        assert said in shown
    assert payment.receipt.number in shown
    assert reverse("admin:payments_payment_receipt", args=[payment.pk]) in shown
    assert answer.context["money"].balance == Decimal("80.00")
    assert [row.code for row in answer.context["history"]][:3] == ["asked", "accepted", "paid"]


def test_a_registrar_asks_for_a_refund_of_one_of_the_payments(client):
    place, other = make_enrollment(), make_enrollment()
    payment, foreign = make_payment(place), make_payment(other)
    by = omar()
    client.force_login(by)
    key = {"idempotency_key": "click"}
    wrong = press(client, place, "ask_refund", payment=foreign.pk, amount="10", reason="x", **key)
    assert wrong.context["form"].errors["payment"]
    too_much = press(client, place, "ask_refund", payment=payment.pk, amount="100.01", reason="x", **key)
    assert too_much.context["form"].errors["amount"]
    for _time in range(2):
        press(client, place, "ask_refund", payment=payment.pk, amount="٤٠", reason="سفر", **key)
    refund = RefundRequest.objects.get()
    assert (refund.payment, refund.amount, refund.requested_by) == (payment, Decimal("40.00"), by)


def test_a_place_rests_goes_on_and_ends(client):
    place = make_enrollment()
    client.force_login(omar())
    for name, status in (("suspend", "suspended"), ("resume", "active"), ("complete", "completed")):
        assert button(place, name) in text(client.get(page(place)))
        press(client, place, name)
        place.refresh_from_db()
        assert place.status == status
    assert button(place, "drop") not in text(client.get(page(place)))


def test_dropping_needs_a_reason(client):
    place = make_enrollment()
    client.force_login(omar())
    assert press(client, place, "drop").context["form"].errors["reason"]
    press(client, place, "drop", reason="انتقل إلى مدينة أخرى")
    place.refresh_from_db()
    assert (place.status, place.status_reason) == ("dropped", "انتقل إلى مدينة أخرى")


def test_nobody_edits_a_place_by_hand(client):
    place = make_enrollment()
    client.force_login(manager())
    assert client.get(reverse("admin:enrollments_enrollment_delete", args=[place.pk])).status_code == 403
    client.post(page(place), {"price": "1", "status": "refunded"})
    place.refresh_from_db()
    assert (place.price, place.status) == (Decimal("500.00"), "active")


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_list_shows_and_filters_by_what_is_owed(client):
    owes, settled = make_enrollment(), make_enrollment()
    make_payment(owes, amount=Decimal("99.90"))
    make_payment(settled, amount=Decimal("500"))
    client.force_login(karima())
    shown = client.get(LIST)
    assert "400.10" in text(shown)
    assert list(client.get(LIST, {"owes": "yes"}).context["cl"].result_list) == [owes]
    assert list(client.get(LIST, {"owes": "no"}).context["cl"].result_list) == [settled]


def test_list_and_page_make_as_many_queries_for_thirty_rows_as_for_three(client):
    client.force_login(huda())
    place = make_enrollment()

    def queries(address):
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    def more(count):
        for _ in range(count):
            make_payment(amount=Decimal("5"))
            make_payment(place, amount=Decimal("5"))

    more(3)
    client.get(LIST)
    few = queries(LIST), queries(page(place))
    more(27)
    assert (queries(LIST), queries(page(place))) == few
