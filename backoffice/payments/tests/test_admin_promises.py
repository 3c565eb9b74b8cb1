"""Money that was announced: noted from the place's page, settled when it is here, struck out when it never comes."""

from decimal import Decimal

import pytest
from django.urls import reverse

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.selectors import balance_of
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import huda, karima, make_staff, omar, ziad

pytestmark = pytest.mark.django_db


def page(place, button="change"):
    return reverse(f"admin:enrollments_enrollment_{button}", args=[place.pk])


def of(payment, button="change"):
    return reverse(f"admin:payments_payment_{button}", args=[payment.pk])


def press(client, address, **typed):
    return client.post(address, {"_form_submitted": "1", **typed})


def note(client, place, **typed):
    form = client.get(page(place, "note_promise")).context["form"]
    key = form["idempotency_key"].value()
    fields = {"amount": "300", "method": "instapay", "reference_number": "ipn 9", "idempotency_key": key}
    return press(client, page(place, "note_promise"), **(fields | typed))


@pytest.fixture
def cashier(client):
    """Karima, signed in."""
    user = karima()
    client.force_login(user)
    return user


def test_a_promise_is_noted_from_the_places_page_and_counts_for_nothing(client, cashier):
    place = make_enrollment()
    assert page(place, "note_promise") in client.get(page(place)).text
    form = client.get(page(place, "note_promise")).context["form"]
    assert (form["amount"].value(), form["method"].value(), "paid_at" in form.fields) == ("500", "instapay", False)
    answer = note(client, place, amount="٣٠٠", notes="الأم، يوم الخميس")
    assert answer.headers["HX-Redirect"] == page(place)
    promise = Payment.objects.get()
    assert (promise.status, promise.amount, promise.reference_number) == ("pending", Decimal(300), "IPN9")
    assert (promise.notes, promise.recorded_by) == ("الأم، يوم الخميس", cashier)
    assert (balance_of(place).balance, Receipt.objects.count()) == (500, 0)
    shown = client.get(page(place)).text
    assert of(promise) in shown
    assert "الأم، يوم الخميس" in shown


def test_a_double_click_notes_one_promise(client, cashier):
    place = make_enrollment()
    for _time in range(2):
        assert note(client, place, idempotency_key="click").headers["HX-Redirect"] == page(place)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "150,50"}, "amount"),
        ({"amount": "500.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"reference_number": ""}, "reference_number"),
        ({"method": "gold"}, "method"),
    ],
)
def test_what_cant_be_promised_is_said_at_its_field(client, cashier, typed, field):
    answer = note(client, make_enrollment(), **typed)
    assert list(answer.context["form"].errors) == [field]
    assert not Payment.objects.exists()


def test_the_money_comes_and_the_promise_is_settled_from_its_own_page(client, cashier):
    place = make_enrollment()
    open_session(cashier)
    note(client, place)
    promise = Payment.objects.get()
    shown = client.get(of(promise)).text
    assert of(promise, "settle") in shown
    assert of(promise, "void") in shown
    press(client, of(promise, "settle"))
    assert balance_of(place).balance == 200
    assert Receipt.objects.get().payment == promise
    again = press(client, of(promise, "settle"))
    assert again.context["form"].non_field_errors()
    assert Receipt.objects.count() == 1


def test_the_money_never_comes_and_its_number_is_free_again(client, cashier):
    place = make_enrollment()
    note(client, place)
    promise = Payment.objects.get()
    assert press(client, of(promise, "void")).context["form"].errors["reason"]
    for _time in range(2):
        press(client, of(promise, "void"), reason="لم يصل")
    promise.refresh_from_db()
    assert (promise.status, promise.void_reason) == ("void", "لم يصل")
    assert make_payment(place, method="instapay", reference_number="IPN9").status == "paid"


def test_who_takes_no_money_notes_no_promise(client):
    place = make_enrollment()
    for user, status in ((omar(), 403), (huda(), 403), (make_staff("Instructors"), 403), (ziad(), 302)):
        client.force_login(user)
        assert client.get(page(place, "note_promise")).status_code == status
        assert press(client, page(place, "note_promise"), amount="1", method="cash").status_code == status
    client.force_login(omar())
    assert page(place, "note_promise") not in client.get(page(place)).text
    assert not Payment.objects.exists()


def test_a_place_that_owes_nothing_is_promised_nothing(client, cashier):
    place = make_enrollment()
    make_payment(place, amount=Decimal(500))
    assert page(place, "note_promise") not in client.get(page(place)).text
