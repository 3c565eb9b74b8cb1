"""A key counts once, whoever presses twice at the same moment: refunds that are asked for, sessions that are opened."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import CashSession, RefundRequest
from backoffice.payments.querysets import PaymentQuerySet, RefundRequestQuerySet
from backoffice.payments.services import (
    approve_refund,
    cancel_refund_request,
    open_cash_session,
    paying_back,
    process_refund,
    refunds,
    request_own_refund,
    request_refund,
    sessions,
)
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, omar
from tests.races.harness import Meeting, at_once, take_lock_out

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def faults():
    return sorted({difference.code for difference in check_ledger()})


# Refunds asked for.
def asking_twice():
    payment, registrar = make_payment(method="card", amount=Decimal(300)), omar()
    ask = {"amount": Decimal(60), "reason": "سفر", "by": registrar, "idempotency_key": "click"}
    return payment, [lambda: request_refund(payment.pk, **ask)] * 3


def test_the_same_key_at_once_asks_for_one_refund():
    payment, calls = asking_twice()
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert outcome.done == [RefundRequest.objects.get(payment=payment)] * 3
    assert AuditEntry.objects.filter(model="payments.refundrequest").count() == 1


def test_the_same_key_at_once_asks_for_one_refund_even_past_the_lock(monkeypatch):
    payment, calls = asking_twice()
    take_lock_out(monkeypatch, PaymentQuerySet, Meeting(3).wait)
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert outcome.done == [RefundRequest.objects.get(payment=payment)] * 3


def test_without_looking_again_the_second_click_is_an_error_on_the_screen(monkeypatch):
    _payment, calls = asking_twice()
    take_lock_out(monkeypatch, PaymentQuerySet, Meeting(3).wait)
    monkeypatch.setattr(refunds, "_asked_before", lambda asked: [])
    outcome = at_once(calls)
    assert len(outcome.done) == 1
    assert {type(error) for error in outcome.failed} == {IntegrityError}


def test_without_the_key_three_clicks_ask_for_three_refunds():
    payment, registrar = make_payment(method="card", amount=Decimal(300)), omar()
    at_once([lambda: request_refund(payment.pk, amount=Decimal(60), reason="سفر", by=registrar)] * 3)
    assert RefundRequest.objects.count() == 3


def test_one_key_for_two_payments_at_once_is_refused_in_words():
    payments, registrar, meeting = [make_payment(method="card") for _ in range(2)], omar(), Meeting(2)

    def ask(payment):
        with transaction.atomic():
            # Both are inside their transaction before either writes, each under its own payment's lock.
            payment.refresh_from_db()
            meeting.wait()
            return request_refund(payment.pk, amount=Decimal(60), reason="سفر", by=registrar, idempotency_key="click")

    outcome = at_once([lambda one=one: ask(one) for one in payments])
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["idempotency_conflict"], [])


# A family asks for all of its place's money.
def tapping_twice(**more):
    place = make_enrollment()
    for amount in (300, 200):
        make_payment(place, method="card", amount=Decimal(amount))
    mother = place.child.primary_parent.user
    return [lambda: request_own_refund(place.pk, reason="سفر", by=mother, **more)] * 3


def test_a_family_that_taps_at_once_asks_for_each_payment_once():
    outcome = at_once(tapping_twice(idempotency_key="tap"))
    assert (len(outcome.done), outcome.refused, outcome.failed) == (3, [], [])
    assert sorted(RefundRequest.objects.values_list("amount", flat=True)) == [200, 300]
    assert {tuple(one.pk for one in made) for made in outcome.done} == {tuple(one.pk for one in outcome.done[0])}


def test_even_without_a_key_no_more_is_asked_for_than_was_paid():
    outcome = at_once(tapping_twice())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["nothing_to_refund"] * 2, [])
    assert faults() == []


def test_without_the_payments_locks_more_is_asked_for_than_was_paid(monkeypatch):
    calls = tapping_twice()
    monkeypatch.setattr(refunds, "lock_holding", Meeting(3).after(refunds.lock_holding))
    with monkeypatch.context() as patched:
        # The rows are looked at without being held.
        patched.setattr(PaymentQuerySet, "select_for_update", lambda self, **options: self)
        at_once(calls)
    assert RefundRequest.objects.count() == 6
    assert "refunds_above_payment" in faults()


# Taking a request back while somebody approves it.
def cancelling_while_approving():
    registrar, accountant = omar(), huda()
    refund = request_refund(make_payment(method="card").pk, amount=Decimal(60), reason="سفر", by=registrar)
    return refund, [
        lambda: cancel_refund_request(refund.pk, by=registrar),
        lambda: approve_refund(refund.pk, by=accountant),
    ]


@pytest.mark.parametrize("_round", range(3))
def test_a_request_is_taken_back_or_approved_and_never_both(_round):
    refund, calls = cancelling_while_approving()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["illegal_step"], [])
    refund.refresh_from_db()
    assert refund.status in ("cancelled", "approved")


def test_without_the_lock_it_is_the_databases_rule_that_keeps_them_apart(monkeypatch):
    _refund, calls = cancelling_while_approving()
    take_lock_out(monkeypatch, RefundRequestQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused) == (1, [])
    assert isinstance(outcome.failed[0], IntegrityError)


# One transfer back for two families.
def paying_two_families_back():
    accountant, requested = huda(), []
    for _family in range(2):
        asked = request_refund(make_payment(method="card").pk, amount=Decimal(60), reason="سفر", by=omar())
        requested.append(approve_refund(asked.pk, by=accountant))
    return [lambda one=one: process_refund(one.pk, by=accountant, reference_number="TX1") for one in requested]


def test_one_transfer_goes_back_to_one_family():
    outcome = at_once(paying_two_families_back())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["reference_used"], [])
    assert faults() == []


def test_looking_before_the_counter_is_held_lets_both_through(monkeypatch):
    look, give_back, meeting = paying_back._check_reference, paying_back._give_back, Meeting(2)

    def look_first(held, by):
        look(held.refund, held.payment)
        meeting.wait()
        give_back(held, by)

    monkeypatch.setattr(paying_back, "_check_reference", lambda refund, payment: None)
    monkeypatch.setattr(paying_back, "_give_back", look_first)
    assert len(at_once(paying_two_families_back()).done) == 2


# A cashier's morning.
def opening_twice():
    cashier = karima()
    return [lambda: open_cash_session(opening_float=200, by=cashier, idempotency_key="morning")] * 3


def test_the_same_key_at_once_opens_one_session():
    outcome = at_once(opening_twice())
    assert (outcome.refused, outcome.failed) == ([], [])
    assert outcome.done == [CashSession.objects.get()] * 3


def test_without_looking_again_the_second_click_is_refused(monkeypatch):
    monkeypatch.setattr(sessions, "_opened_before", lambda *asked: None)
    outcome = at_once(opening_twice())
    assert (len(outcome.done), outcome.refused) == (1, ["session_open_already"] * 2)
