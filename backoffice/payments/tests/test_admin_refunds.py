"""The screen of refunds: with the number that carries the money back, and taken back by whoever asked."""

from decimal import Decimal

import pytest
from django.urls import reverse

from backoffice.payments.services import approve_refund, request_refund
from backoffice.payments.tests.makers import make_payment
from backoffice.users.tests.makers import huda, karima, omar

pytestmark = pytest.mark.django_db


def address(refund, name="change"):
    return reverse(f"admin:payments_refundrequest_{name}", args=[refund.pk])


def press(client, refund, name, **typed):
    return client.post(address(refund, name), {"_form_submitted": "1", **typed})


def asked_refund(by, payment=None):
    return request_refund((payment or make_payment()).pk, amount=Decimal("100"), reason="سفر", by=by)


def test_a_transfer_goes_back_with_its_number_and_cash_is_asked_for_none(client):
    cash = approve_refund(asked_refund(karima()).pk, by=huda())
    transfer = approve_refund(asked_refund(karima(), make_payment(method="instapay")).pk, by=huda())
    client.force_login(huda())
    assert "reference_number" not in client.get(address(cash, "pay_back")).context["form"].fields
    for typed in ({}, {"reference_number": " "}):
        assert list(press(client, transfer, "pay_back", **typed).context["form"].errors) == ["reference_number"]
    press(client, transfer, "pay_back", reference_number="out ٩")
    transfer.refresh_from_db()
    assert (transfer.status, transfer.reference_number) == ("processed", "OUT9")


def test_who_asked_takes_a_request_back_and_nobody_else(client):
    cashier = karima()
    refund = asked_refund(cashier)
    for other in (huda(), omar()):
        client.force_login(other)
        assert address(refund, "take_back") not in client.get(address(refund)).text
        assert press(client, refund, "take_back").context["form"].non_field_errors()
    client.force_login(cashier)
    assert address(refund, "take_back") in client.get(address(refund)).text
    press(client, refund, "take_back", reason="خطأ في المبلغ")
    refund.refresh_from_db()
    assert (refund.status, refund.decision_reason) == ("cancelled", "خطأ في المبلغ")
    shown = client.get(address(refund)).text
    assert "خطأ في المبلغ" in shown
    for gone in ("take_back", "approve"):
        assert address(refund, gone) not in shown
