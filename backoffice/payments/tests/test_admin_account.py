"""Screens of families' accounts: credits, splits, statements, and the checks of the ledger."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger.run import run_ledger_check
from backoffice.payments.models import AccountTask, Payment
from backoffice.payments.selectors import balance_of
from backoffice.payments.selectors.pots import credit_of, family_of
from backoffice.payments.selectors.statement import statement_of_family
from backoffice.payments.services import approve_refund, process_refund, record_credit, request_refund, use_credit
from backoffice.payments.tests.makers import make_payment, next_reference
from backoffice.users.tests.makers import huda, karima, make_child, make_staff, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_enrollment(make_course(price=Decimal(500), capacity=5))


def credit(place, amount="300"):
    return record_credit(
        family_of(place), amount=amount, method="instapay", why="بعد الاكتمال", by=None, reference_number="TX1"
    )


def page_of(place, button="change"):
    return reverse(f"admin:enrollments_enrollment_{button}", args=[place.pk])


def statement_of(kind, pk):
    return reverse("admin:payments_payment_statement", args=[kind, pk])


def test_money_for_no_place_is_recorded_once_however_often_the_form_is_sent(client, place):
    client.force_login(karima())
    address = reverse("admin:payments_accounttask_add")
    sent = {
        "parent": place.child.primary_parent.pk,
        "amount": "١٥٠",
        "method": "instapay",
        "reference_number": "tx 9",
        "why": "بعد الاكتمال",
        "idempotency_key": "same",
    }
    for _time in range(2):
        assert client.post(address, sent).status_code == 302
    payment = Payment.objects.get()
    assert (payment.amount, payment.enrollment, payment.reference_number) == (Decimal(150), None, "TX9")
    assert AccountTask.objects.get().why == "بعد الاكتمال"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "-5"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "150,50"}, "amount"),
        ({"amount": "$20"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"amount": "1000000000000"}, "amount"),
        ({"reference_number": ""}, "reference_number"),
        ({"paid_at": "2090-01-01"}, "paid_at"),
        ({"parent": ""}, "parent"),
        ({"why": ""}, "why"),
    ],
)
def test_what_cant_be_taken_is_said_at_its_field_and_nothing_typed_is_lost(client, place, change, field):
    client.force_login(karima())
    sent = {
        "parent": place.child.primary_parent.pk,
        "amount": "150",
        "method": "instapay",
        "reference_number": "TX9",
        "why": "بعد الاكتمال",
        "idempotency_key": "same",
        **change,
    }
    response = client.post(reverse("admin:payments_accounttask_add"), sent)
    assert response.context["form"].errors[field]
    assert response.context["form"]["method"].value() == "instapay"
    assert not Payment.objects.exists()


def test_the_accountant_pays_for_a_place_from_the_account_and_moves_the_rest_back(client, place):
    credit(place)
    client.force_login(huda())
    assert page_of(place, "pay_from_account") in client.get(page_of(place)).text
    client.post(page_of(place, "pay_from_account"), {"amount": "300", "idempotency_key": "k", "_form_submitted": "1"})
    assert balance_of(place).balance == Decimal("200.00")
    client.post(
        page_of(place, "to_account"),
        {"amount": "100", "reason": "خطأ", "idempotency_key": "l", "_form_submitted": "1"},
    )
    assert credit_of(family_of(place)) == Decimal("100.00")


def test_a_cashier_moves_nothing(client, place):
    credit(place)
    client.force_login(karima())
    assert page_of(place, "pay_from_account") not in client.get(page_of(place)).text
    client.post(page_of(place, "pay_from_account"), {"amount": "300", "idempotency_key": "k", "_form_submitted": "1"})
    assert balance_of(place).paid == 0


def test_a_transfer_is_split_over_two_children(client, place):
    brother = make_enrollment(place.course, child=make_child(place.child.primary_parent))
    client.force_login(karima())
    address = reverse("admin:payments_payment_split") + f"?parent={place.child.primary_parent.pk}"
    names = [name for name in client.get(address).context["form"].fields if name.startswith("place_")]
    sent = {"method": "instapay", "reference_number": "TX3", "idempotency_key": "k", names[0]: "500", names[1]: "250"}
    for _time in range(2):
        assert client.post(address, sent).status_code == 302
    assert sorted(balance_of(one).balance for one in (place, brother)) == [Decimal("0.00"), Decimal("250.00")]


def test_a_family_that_owes_for_one_place_needs_no_split(client, place):
    client.force_login(karima())
    response = client.get(reverse("admin:payments_payment_split") + f"?parent={place.child.primary_parent.pk}")
    assert response.status_code == 302


def test_a_statement_has_every_row_and_ends_with_what_is_owed(client, place):
    make_payment(place, method="card", amount=Decimal("120.50"))
    credit(place)
    use_credit(place.pk, amount="79.50", by=huda(), reason="بطلب ولي الأمر")
    client.force_login(huda())
    own = client.get(statement_of("enrollment", place.pk))
    assert [row.amount for row in own.context["rows"]] == [Decimal(500), Decimal("-120.50"), Decimal("-79.50")]
    assert own.context["balance"] == balance_of(place).balance == Decimal("300.00")
    assert "بطلب ولي الأمر" in own.text
    family = client.get(statement_of("parent", place.child.primary_parent.pk))
    assert family.context["balance"] == Decimal("79.50"), "500 charged, 120.50 and 300 came"
    assert family.context["credit"] == Decimal("220.50")


def test_a_statement_of_many_ended_places_asks_no_more_often_than_one_of_one(place):
    family = family_of(place)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            rows = statement_of_family(family)
        return len(queries), rows

    def ended(one):
        payment = make_payment(one, method="card", amount=Decimal(100))
        refund = request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=karima())
        process_refund(approve_refund(refund.pk, by=huda()).pk, by=huda(), reference_number=next_reference())

    ended(place)
    few, rows = asked()
    assert rows[-1].balance == 0, "an ended place owes nothing"
    for _time in range(3):
        ended(make_enrollment(make_course(price=Decimal(500)), child=place.child))
    many, rows = asked()
    assert many == few
    assert rows[-1].balance == 0


def test_who_sees_no_money_sees_no_statement(client, place):
    client.force_login(make_staff("Supervisors"))
    assert client.get(statement_of("enrollment", place.pk)).status_code == 403
    client.force_login(manager())
    assert client.get(statement_of("nothing", place.pk)).status_code == 404


def test_managers_see_what_the_last_check_of_the_ledger_found(client, place):
    type(place.course).objects.filter(pk=place.course.pk).update(enrolled_count=0)
    check, found = run_ledger_check()
    assert check.differences == len(found) == 1
    client.force_login(manager())
    shown = client.get(reverse("admin:payments_ledgercheck_change", args=[check.pk])).text
    assert str(place.course.pk) in shown
    assert reverse("admin:payments_ledgercheck_changelist") in client.get(reverse("admin:index")).text
