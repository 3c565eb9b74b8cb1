"""Money going back: by four eyes, never more than came in, and the last of it ends the place."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import Payment, RefundRequest
from backoffice.payments.selectors import balance_of
from backoffice.payments.services import (
    approve_refund,
    process_refund,
    record_promise,
    reject_refund,
    request_refund,
    void_payment,
)
from backoffice.payments.tests.makers import make_payment, next_reference, open_session
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, make_user, manager, omar

pytestmark = pytest.mark.django_db


def refusal_of(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def ask(payment, amount="100", by=None):
    return request_refund(payment.pk, amount=Decimal(amount), reason="سفر", by=by or omar())


def pay_back(payment, amount="100"):
    """A refund through all its steps, each by another person."""
    refund = approve_refund(ask(payment, amount).pk, by=huda())
    return process_refund(refund.pk, by=huda(), reference_number=next_reference())


def card(enrollment=None, **fields):
    return make_payment(enrollment, **({"method": "card"} | fields))


def test_a_refund_goes_from_asking_to_approval_to_paying_back_with_a_number():
    payment = card(amount=Decimal(300))
    refund = pay_back(payment, "100")
    payment.refresh_from_db()
    assert refund.number == f"R-{timezone.localdate().year}-000001"
    assert (refund.status, payment.status) == ("processed", "partially_refunded")
    assert balance_of(payment.enrollment).balance == Decimal(300)
    steps = AuditEntry.objects.filter(object_id=str(refund.pk)).values_list("action", flat=True)
    assert sorted(steps) == ["create", "transition", "transition"]


def test_refund_numbers_have_no_gap():
    numbers = [pay_back(card(amount=Decimal(200))).number[-6:] for _ in range(3)]
    assert numbers == ["000001", "000002", "000003"]


def test_who_asked_does_not_approve_whoever_it_is():
    for person in (huda(), manager(), make_user(is_superuser=True, is_staff=True)):
        refund = ask(card(), by=person)
        assert refusal_of(approve_refund, refund.pk, by=person) == "four_eyes"
        assert refusal_of(reject_refund, refund.pk, by=person, reason="س") == "four_eyes"


def test_who_took_the_money_does_not_approve_its_refund():
    recorder = manager()
    refund = ask(card(by=recorder))
    assert refusal_of(approve_refund, refund.pk, by=recorder) == "four_eyes"
    assert approve_refund(refund.pk, by=huda()).status == "approved"


def test_the_database_itself_holds_the_four_eyes():
    refund = ask(card(by=manager()))
    rows = RefundRequest.objects.filter(pk=refund.pk)
    for person in (refund.requested_by, refund.recorded_by):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status="approved", decided_by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="processed", decided_by=huda())


def test_refunds_of_one_payment_never_exceed_it_and_open_ones_count():
    payment = card(amount=Decimal(300))
    pay_back(payment, "100")
    ask(payment, "150")
    with pytest.raises(DomainError, match=r"50\.00") as refused:
        ask(payment, "50.01")
    assert (refused.value.code, refused.value.field) == ("more_than_paid", "amount")
    assert ask(payment, "50").status == "requested"


def test_a_refused_refund_frees_its_claim_and_says_why():
    payment = card()
    refund = ask(payment)
    assert refusal_of(reject_refund, refund.pk, by=huda(), reason=" ") == "reason_missing"
    assert reject_refund(refund.pk, by=huda(), reason="فات الموعد").decision_reason == "فات الموعد"
    assert ask(payment).status == "requested"


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e12"])
def test_a_refund_of_no_amount_is_refused(amount):
    assert refusal_of(ask, card(), amount).startswith("amount_")


def test_a_refund_says_why():
    assert refusal_of(request_refund, card().pk, amount=Decimal(5), reason=" ", by=omar()) == "reason_missing"


def test_only_money_that_was_taken_goes_back():
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(100), method="other", by=None)
    assert refusal_of(ask, promise) == "payment_not_settled"
    void_payment(promise.pk, by=None, reason="خطأ")
    assert refusal_of(ask, promise) == "payment_not_settled"


def test_a_refund_is_paid_back_once_and_only_after_approval():
    refund = ask(card())
    assert refusal_of(process_refund, refund.pk, by=huda()) == "illegal_step"
    approve_refund(refund.pk, by=huda())
    process_refund(refund.pk, by=huda(), reference_number=next_reference())
    assert refusal_of(process_refund, refund.pk, by=huda()) == "illegal_step"
    assert refusal_of(approve_refund, refund.pk, by=huda()) == "illegal_step"


def test_cash_is_paid_back_out_of_the_open_session_of_whoever_pays_it():
    payment, cashier = make_payment(), karima()
    refund = approve_refund(ask(payment).pk, by=huda())
    assert refusal_of(process_refund, refund.pk, by=cashier) == "no_open_session"
    assert refusal_of(process_refund, refund.pk, by=None) == "no_open_session"
    session = open_session(cashier)
    assert process_refund(refund.pk, by=cashier).cash_session == session


def test_a_part_that_goes_back_leaves_the_place():
    payment = card(amount=Decimal(300))
    pay_back(payment, "299.99")
    payment.enrollment.refresh_from_db()
    assert payment.enrollment.status == "active"


def test_the_last_of_the_money_ends_the_place_and_calls_the_waiting_list():
    course = make_course(capacity=1)
    enrollment = make_enrollment(course)
    waiting = make_request(course)
    first, second = card(enrollment, amount=Decimal(300)), card(enrollment, amount=Decimal(200))
    pay_back(first, "300")
    enrollment.refresh_from_db()
    first.refresh_from_db()
    assert (first.status, enrollment.status) == ("refunded", "active")
    pay_back(second, "150")
    pay_back(second, "50")
    for row in (enrollment, second, waiting):
        row.refresh_from_db()
    assert (second.status, enrollment.status, waiting.status) == ("refunded", "refunded", "pending")
    assert Course.objects.get(pk=course.pk).enrolled_count == 0


def test_who_left_before_is_refunded_without_freeing_a_second_seat():
    course = make_course(capacity=3)
    payment = card(make_enrollment(course))
    make_enrollment(course)
    drop_enrollment(payment.enrollment_id, by=None, reason="سفر")
    pay_back(payment)
    payment.enrollment.refresh_from_db()
    assert payment.enrollment.status == "refunded"
    assert Course.objects.get(pk=course.pk).enrolled_count == 1


def test_a_refund_that_fails_at_the_end_leaves_everything_as_it_was():
    payment = make_payment()
    refund = approve_refund(ask(payment).pk, by=huda())
    with pytest.raises(DomainError):
        process_refund(refund.pk, by=karima())
    for row in (refund, payment, payment.enrollment):
        row.refresh_from_db()
    assert (refund.status, payment.status, payment.enrollment.status) == ("approved", "paid", "active")


def test_paying_back_more_than_came_in_is_refused_even_if_two_were_approved_somehow():
    payment = card()
    one = approve_refund(ask(payment).pk, by=huda())
    two = RefundRequest.objects.create(
        payment=payment, amount=1, reason="س", requested_by=omar(), status="approved", decided_by=huda()
    )
    process_refund(one.pk, by=huda(), reference_number=next_reference())
    refused = refusal_of(process_refund, two.pk, by=huda(), reference_number=next_reference())
    assert refused in ("more_than_paid", "illegal_step")
    assert Payment.objects.get(pk=payment.pk).status == "refunded"


def approved(payment, amount="100"):
    return approve_refund(ask(payment, amount).pk, by=huda())


@pytest.mark.parametrize("method", ["card", "bank_transfer", "instapay", "vodafone_cash"])
def test_what_goes_back_by_card_or_transfer_needs_its_number(method):
    refund = approved(make_payment(method=method))
    with pytest.raises(DomainError) as refused:
        process_refund(refund.pk, by=huda(), reference_number=" ")
    assert (refused.value.code, refused.value.field) == ("reference_missing", "reference_number")
    assert process_refund(refund.pk, by=huda(), reference_number="tx ٩-1").reference_number == "TX9-1"


def test_what_goes_back_otherwise_needs_none():
    assert process_refund(approved(make_payment(method="other")).pk, by=huda()).reference_number == ""


def test_one_transfer_may_carry_several_refunds_of_a_family_and_none_of_another():
    place = make_enrollment()
    family = [approved(card(place)), approved(card(place))]
    for refund in family:
        process_refund(refund.pk, by=huda(), reference_number="TX 1")
    stranger = approved(card())
    with pytest.raises(DomainError, match=family[0].payment.payer.user.first_name) as refused:
        process_refund(stranger.pk, by=huda(), reference_number="tx1")
    assert (refused.value.code, refused.value.field) == ("reference_used", "reference_number")
    stranger.refresh_from_db()
    assert (stranger.status, stranger.payment.status) == ("approved", "paid")
    # Another method is another series of numbers.
    assert process_refund(approved(make_payment(method="instapay")).pk, by=huda(), reference_number="TX1").number
