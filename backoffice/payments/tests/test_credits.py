"""Money on a family's account: never refused, never lost; it pays for a place or goes back."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.services import drop_enrollment, expire_request, refuse_request
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import AccountTask, Allocation, Payment, RefundRequest
from backoffice.payments.selectors import balance_of
from backoffice.payments.selectors.pots import credit_of, family_of
from backoffice.payments.services import (
    agree_to_refund,
    approve_refund,
    finish_task,
    process_refund,
    record_credit,
    record_payment,
    record_split,
    release_to_account,
    request_refund,
    use_credit,
)
from backoffice.payments.tests.makers import make_payment, next_reference, open_session
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, karima, make_child, manager, omar

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_enrollment(make_course(price=Decimal(500), capacity=5))


def credit(place, amount="300", reference="TX1", **more):
    return record_credit(
        family_of(place), amount=amount, method="instapay", why="جاء بعد امتلاء الدورة", by=karima(),
        reference_number=reference, **more,
    )  # fmt: skip


def test_money_for_no_place_has_a_receipt_and_a_task(place):
    payment = credit(place)
    assert (payment.enrollment, payment.status, credit_of(family_of(place))) == (None, "paid", Decimal("300.00"))
    assert payment.receipt.number
    assert AccountTask.objects.open().get().payment == payment
    assert balance_of(place).paid == 0


def test_it_pays_for_a_place_and_the_task_is_done_when_nothing_is_left(place):
    credit(place)
    use_credit(place.pk, amount="100", by=karima())
    assert (balance_of(place).balance, credit_of(family_of(place))) == (Decimal("400.00"), Decimal("200.00"))
    assert AccountTask.objects.open().exists()
    use_credit(place.pk, amount="200", by=karima())
    assert not AccountTask.objects.open().exists()
    assert list(check_ledger()) == []


def test_more_than_lies_on_the_account_or_is_owed_is_refused(place):
    credit(place)
    with pytest.raises(DomainError) as refused:
        use_credit(place.pk, amount="300.01", by=karima())
    assert (refused.value.code, refused.value.field) == ("not_enough_credit", "amount")
    credit(place, amount="300", reference="TX2")
    with pytest.raises(DomainError, match=r"500\.01"):
        use_credit(place.pk, amount="500.01", by=karima())
    assert not Allocation.objects.exists()


def test_one_key_moves_once(place):
    credit(place)
    first = use_credit(place.pk, amount="100", by=karima(), idempotency_key="k")
    again = use_credit(place.pk, amount="100", by=karima(), idempotency_key="k")
    assert [row.pk for row in first] == [row.pk for row in again]
    assert credit_of(family_of(place)) == Decimal("200.00")
    with pytest.raises(DomainError) as refused:
        use_credit(place.pk, amount="99", by=karima(), idempotency_key="k")
    assert refused.value.code == "idempotency_conflict"


def test_one_key_moves_once_though_it_takes_from_several_payments(place):
    credit(place, "100", "TX1")
    credit(place, "250", "TX2")
    first = use_credit(place.pk, amount="300", by=karima(), idempotency_key="k")
    again = use_credit(place.pk, amount="300", by=karima(), idempotency_key="k")
    assert {row.pk for row in first} == {row.pk for row in again}
    assert len(first) == 2


def test_several_credits_pay_from_the_oldest_on(place):
    one, two = credit(place, "100", "TX1"), credit(place, "250", "TX2")
    rows = use_credit(place.pk, amount="300", by=karima())
    assert [(row.payment, row.amount) for row in rows] == [(one, Decimal(100)), (two, Decimal(200))]


def test_a_credit_goes_back_by_a_refund_that_nobody_can_take_twice(place):
    payment = credit(place)
    use_credit(place.pk, amount="200", by=karima())
    with pytest.raises(DomainError) as refused:
        request_refund(payment.pk, amount=Decimal("100.01"), reason="سفر", by=omar())
    assert refused.value.code == "more_than_paid"
    refund = request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=omar())
    assert credit_of(family_of(place)) == 0, "what is asked for is claimed"
    process_refund(approve_refund(refund.pk, by=huda()).pk, by=huda(), reference_number="out 9")
    refund.refresh_from_db()
    assert (refund.enrollment, refund.reference_number, refund.number[:2]) == (None, "OUT9", "R-")
    assert not AccountTask.objects.open().exists()
    assert list(check_ledger()) == []


def test_credit_that_paid_for_a_place_goes_back_from_that_place_and_ends_it(place):
    payment = credit(place)
    use_credit(place.pk, amount="300", by=karima())
    refund = request_refund(payment.pk, amount=Decimal(300), reason="سفر", by=omar(), enrollment_id=place.pk)
    process_refund(approve_refund(refund.pk, by=huda()).pk, by=huda(), reference_number=next_reference())
    place.refresh_from_db()
    assert place.status == "refunded"
    assert list(check_ledger()) == []


def test_money_of_a_dropped_place_is_moved_to_the_account_and_pays_for_another(place):
    make_payment(place, method="card", amount=Decimal(500))
    drop_enrollment(place.pk, by=None, reason="سفر")
    release_to_account(place.pk, amount="500", by=huda(), reason="ترك الدورة")
    other = make_enrollment(make_course(price=Decimal(400), capacity=5), child=place.child)
    use_credit(other.pk, amount="400", by=huda())
    assert balance_of(place).paid == 0
    assert balance_of(other).balance == 0
    assert credit_of(family_of(place)) == Decimal("100.00")
    assert list(check_ledger()) == []


def test_a_movement_is_never_bent_or_deleted_past_the_services(place):
    credit(place)
    (row,) = use_credit(place.pk, amount="100", by=karima())
    for bend in (lambda: Allocation.objects.filter(pk=row.pk).update(amount=1), row.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            bend()


@pytest.mark.parametrize("close", [
    lambda request: expire_request(request.pk),
    lambda request: refuse_request(request.pk, by=omar(), reason="اكتمل العدد"),
])  # fmt: skip
def test_what_a_sheet_says_was_paid_is_kept_when_its_request_gets_no_place(close):
    request = make_request(make_course())
    EnrollmentRequest.objects.filter(pk=request.pk).update(paid_before=Decimal("150.50"), payment_method="cash")
    close(request)
    payment = Payment.objects.get()
    assert (payment.enrollment, payment.amount, payment.payer_parent) == (
        None, Decimal("150.50"), request.child.primary_parent,
    )  # fmt: skip
    assert str(request.course) in AccountTask.objects.get().why


def test_a_transfer_that_is_in_the_books_already_is_not_recorded_twice_by_a_closed_request(place):
    known = make_payment(place, method="instapay", amount=Decimal(100), reference_number="TX7")
    request = make_request(make_course())
    EnrollmentRequest.objects.filter(pk=request.pk).update(
        paid_before=Decimal(100), payment_method="instapay", reference_number="TX7"
    )
    expire_request(request.pk)
    assert Payment.objects.count() == 1
    assert AccountTask.objects.get().payment == known


def test_a_task_is_finished_with_what_became_of_it(place):
    credit(place)
    task = AccountTask.objects.get()
    with pytest.raises(DomainError):
        finish_task(task.pk, outcome=" ", by=huda())
    accountant = huda()
    assert finish_task(task.pk, outcome="الأسرة تبقي الرصيد", by=accountant).done_by == accountant
    with pytest.raises(DomainError) as refused:
        finish_task(task.pk, outcome="مرة أخرى", by=huda())
    assert refused.value.code == "task_done"


def test_one_transfer_pays_for_two_children_on_purpose_and_not_by_mistake(place):
    cashier = karima()
    brother = make_child(place.child.primary_parent)
    other = make_enrollment(place.course, child=brother)
    record_payment(enrollment_id=place.pk, amount="200", method="instapay", by=cashier, reference_number="TX5")
    with pytest.raises(DomainError) as refused:
        record_payment(enrollment_id=other.pk, amount="200", method="instapay", by=cashier, reference_number="tx 5")
    assert refused.value.code == "reference_used"
    assert str(place.child) in str(refused.value)
    parts = record_split(
        [(place.pk, "300"), (other.pk, "250.50")], method="instapay", by=cashier, reference_number="TX6",
        idempotency_key="s",
    )  # fmt: skip
    assert [part.amount for part in parts] == [Decimal(300), Decimal("250.50")]
    assert [part.split_of for part in parts] == [None, parts[0]]
    assert len({part.receipt.number for part in parts}) == 2
    again = record_split(
        [(place.pk, "300"), (other.pk, "250.50")], method="instapay", by=cashier, reference_number="TX6",
        idempotency_key="s",
    )  # fmt: skip
    assert {part.pk for part in again} == {part.pk for part in parts}
    assert list(check_ledger()) == []


def test_a_split_is_all_or_nothing_and_of_one_family(place):
    stranger = make_enrollment(place.course)
    with pytest.raises(DomainError) as refused:
        record_split([(place.pk, "10"), (stranger.pk, "10")], method="instapay", by=karima(), reference_number="T")
    assert refused.value.code == "not_one_family"
    brother = make_enrollment(place.course, child=make_child(place.child.primary_parent))
    with pytest.raises(DomainError) as refused:
        record_split([(place.pk, "10"), (brother.pk, "501")], method="instapay", by=karima(), reference_number="T")
    assert refused.value.code == "more_than_balance"
    assert not Payment.objects.exists()


def test_a_refund_above_the_limit_needs_a_manager_as_well(settings, place):
    settings.REFUND_NEEDS_MANAGER_ABOVE = 100
    accountant, boss, registrar = huda(), manager(), omar()
    payment = make_payment(place, method="card", amount=Decimal(300), by=karima())
    refund = request_refund(payment.pk, amount=Decimal("100.01"), reason="سفر", by=registrar)
    with pytest.raises(DomainError) as refused:
        agree_to_refund(refund.pk, by=boss)
    assert refused.value.code == "no_manager_needed", "not before somebody approved it"
    approve_refund(refund.pk, by=accountant)
    with pytest.raises(DomainError) as refused:
        agree_to_refund(refund.pk, by=accountant)
    assert refused.value.code == "not_allowed"
    with pytest.raises(DomainError) as refused:
        process_refund(refund.pk, by=accountant)
    assert refused.value.code == "manager_missing"
    for same in (accountant, registrar, payment.recorded_by):
        with pytest.raises(IntegrityError), transaction.atomic():
            RefundRequest.objects.filter(pk=refund.pk).update(manager_by=same, manager_at=refund.requested_at)
    agree_to_refund(refund.pk, by=boss)
    assert process_refund(refund.pk, by=accountant, reference_number=next_reference()).number


def test_no_manager_agrees_to_what_the_same_manager_asked_for_or_approved(settings, place):
    settings.REFUND_NEEDS_MANAGER_ABOVE = 100
    boss = manager()
    payment = make_payment(place, method="card", amount=Decimal(300))
    refund = request_refund(payment.pk, amount=Decimal(200), reason="سفر", by=omar())
    approve_refund(refund.pk, by=boss)
    with pytest.raises(DomainError) as refused:
        agree_to_refund(refund.pk, by=boss)
    assert refused.value.code == "four_eyes"


def test_a_refund_up_to_the_limit_needs_none(settings, place):
    settings.REFUND_NEEDS_MANAGER_ABOVE = 100
    payment = make_payment(place, method="card", amount=Decimal(300))
    assert not request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=omar()).needs_manager


@pytest.mark.parametrize("change", [{"amount": 1}, {"reason": "غير"}, {"needs_manager": True}])
def test_a_refund_is_never_bent_or_deleted_past_the_services(place, change):
    payment = make_payment(place, method="card", amount=Decimal(300))
    refund = request_refund(payment.pk, amount=Decimal(100), reason="سفر", by=omar())
    with pytest.raises(IntegrityError), transaction.atomic():
        RefundRequest.objects.filter(pk=refund.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        refund.delete()


def test_cash_for_the_account_goes_into_an_open_session(place):
    cashier = karima()
    with pytest.raises(DomainError) as refused:
        record_credit(family_of(place), amount="50", method="cash", why="سبب", by=cashier)
    assert refused.value.code == "no_open_session"
    session = open_session(cashier)
    payment = record_credit(family_of(place), amount="50", method="cash", why="سبب", by=cashier)
    assert payment.cash_session == session
