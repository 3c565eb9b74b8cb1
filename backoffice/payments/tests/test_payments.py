"""Taking money: within what is owed, once, with its receipt, and never bent afterwards."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.services import drop_enrollment, end_refunded
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.selectors import balance_of
from backoffice.payments.services import record_payment, record_promise, settle_payment, void_payment
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, karima, make_child, make_student, omar

pytestmark = pytest.mark.django_db


def refusal_of(call=None, /, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        (call or make_payment)(*args, **kwargs)
    assert str(refused.value)
    return refused.value.code


def test_a_payment_lowers_what_is_owed_and_has_a_receipt():
    enrollment = make_enrollment()
    payment = make_payment(enrollment, amount=Decimal("120.50"))
    assert (payment.status, payment.payer_parent) == ("paid", enrollment.child.primary_parent)
    assert payment.receipt.number == f"{timezone.localdate().year}-000001"
    assert balance_of(enrollment).balance == Decimal("379.50")


def test_an_adult_student_pays_for_themselves():
    student = make_student()
    enrollment = make_enrollment(make_course(for_adults=True), student=student)
    payment = make_payment(enrollment)
    assert (payment.payer_student, payment.payer_parent) == (student, None)


def test_the_payer_is_exactly_one_by_the_database():
    payment = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(5), method="cash", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(payer_parent=None)


def test_a_place_is_paid_in_parts_and_never_over_its_balance():
    enrollment = make_enrollment()
    make_payment(enrollment, amount=Decimal("300"))
    with pytest.raises(DomainError) as refused:
        make_payment(enrollment, amount=Decimal("200.01"))
    assert (refused.value.code, refused.value.field) == ("more_than_balance", "amount")
    assert "200.00" in str(refused.value)
    make_payment(enrollment, amount=Decimal("200"))
    assert balance_of(enrollment).balance == 0
    assert refusal_of(enrollment=enrollment, amount=Decimal("0.01")) == "more_than_balance"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Decimal(0), "amount_zero"),
        (Decimal(-5), "amount_negative"),
        (Decimal("0.001"), "amount_decimals"),
        (Decimal("1e12"), "amount_too_large"),
        (Decimal("NaN"), "amount_unreadable"),
        (Decimal("100000000"), "amount_too_large"),
        ("150,50", "amount_ambiguous"),
        ("$ 15", "amount_currency"),
    ],
)
def test_an_amount_that_is_none_is_refused_at_its_field(amount, code):
    with pytest.raises(DomainError) as refused:
        make_payment(amount=amount)
    assert (refused.value.code, refused.value.field) == (code, "amount")
    assert not Payment.objects.exists()


def test_an_amount_in_arabic_digits_is_that_amount():
    assert make_payment(amount="١٥٠").amount == Decimal("150.00")


def test_the_database_refuses_an_amount_of_nothing():
    payment = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(5), method="cash", by=None)
    for amount in (0, -5):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(amount=amount)


@pytest.mark.parametrize("method", ["card", "bank_transfer", "instapay", "vodafone_cash"])
def test_methods_that_leave_a_trace_need_its_number(method):
    enrollment = make_enrollment()
    assert refusal_of(enrollment=enrollment, method=method, reference_number=" ") == "reference_missing"
    payment = make_payment(enrollment, method=method)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.bulk_create([Payment(payer_parent=payment.payer_parent, enrollment=enrollment, amount=1,
                                             method=method, status="pending")])  # fmt: skip


def test_cash_and_other_need_no_number_and_keep_one_that_is_given():
    enrollment = make_enrollment()
    assert make_payment(enrollment).reference_number == ""
    assert make_payment(enrollment, method="other", reference_number="شيك 12").reference_number == "شيك12"


def test_a_method_we_do_not_know_is_refused():
    assert refusal_of(method="shells") == "method_unknown"


def test_a_transfers_number_pays_once_in_whatever_spelling_and_says_whose_it_is():
    first = make_payment(
        make_enrollment(child=make_child(name="يوسف عمر")), method="instapay", reference_number="TX 123"
    )
    assert first.reference_number == "TX123"
    with pytest.raises(DomainError, match="يوسف عمر") as refused:
        make_payment(method="instapay", reference_number=" tx١٢٣ ")
    assert (refused.value.code, refused.value.field) == ("reference_used", "reference_number")
    assert make_payment(method="card", reference_number="TX123").status == "paid"
    assert refusal_of(method="card", reference_number="9" * 61) == "reference_too_long"


def test_the_database_holds_a_reference_once_per_method_but_a_void_frees_it():
    promise = record_promise(
        enrollment_id=make_enrollment().pk, amount=Decimal(5), method="card", by=None, reference_number="A1"
    )
    other = record_promise(
        enrollment_id=make_enrollment().pk, amount=Decimal(5), method="card", by=None, reference_number="A2"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=other.pk).update(reference_number="A1")
    void_payment(promise.pk, by=huda(), reason="خطأ")
    assert make_payment(method="card", reference_number="A1").status == "paid"


def test_a_payment_of_tomorrow_is_refused_and_one_of_yesterday_keeps_its_day():
    tomorrow, yesterday = (timezone.now() + dt.timedelta(days=days) for days in (1, -1))
    assert refusal_of(paid_at=tomorrow) == "date_in_future"
    assert make_payment(paid_at=yesterday).paid_at == yesterday


def test_cash_that_a_person_takes_goes_into_the_persons_open_session():
    cashier = karima()
    enrollment = make_enrollment()
    assert refusal_of(enrollment=enrollment, by=cashier) == "no_open_session"
    session = open_session(cashier)
    assert make_payment(enrollment, by=cashier).cash_session == session
    assert refusal_of(enrollment=enrollment, by=omar()) == "no_open_session"
    assert make_payment(enrollment, by=omar(), method="card").cash_session is None


def test_a_refunded_place_takes_no_money_and_a_dropped_one_pays_what_it_owes():
    enrollment = make_enrollment()
    drop_enrollment(enrollment.pk, by=None, reason="سفر")
    assert make_payment(enrollment).status == "paid"
    end_refunded(enrollment.pk, by=None)
    assert refusal_of(enrollment=enrollment) == "enrollment_refunded"


def test_the_same_key_again_gives_the_first_payment():
    enrollment = make_enrollment()
    first = make_payment(enrollment, idempotency_key="k1")
    trail = AuditEntry.objects.count()
    assert make_payment(enrollment, idempotency_key="k1") == first
    assert (Payment.objects.count(), Receipt.objects.count(), AuditEntry.objects.count()) == (1, 1, trail)


def test_the_same_key_again_answers_even_when_everything_is_paid():
    enrollment = make_enrollment()
    first = make_payment(enrollment, amount=Decimal(500), idempotency_key="k1", method="card", reference_number="A1")
    again = make_payment(enrollment, amount=Decimal(500), idempotency_key="k1", method="card", reference_number="a 1")
    assert again == first


@pytest.mark.parametrize("other", [{"amount": Decimal(99)}, {"method": "other"}, {"reference_number": "9"}])
def test_the_same_key_with_other_contents_is_a_conflict(other):
    enrollment = make_enrollment()
    make_payment(enrollment, idempotency_key="k1")
    assert refusal_of(enrollment=enrollment, idempotency_key="k1", **other) == "idempotency_conflict"
    assert refusal_of(idempotency_key="k1") == "idempotency_conflict"
    assert Payment.objects.count() == 1


def test_somebody_elses_key_opens_nothing():
    enrollment = make_enrollment()
    make_payment(enrollment, method="card", reference_number="A1", by=huda(), idempotency_key="k1")
    repeat = {"method": "card", "reference_number": "A1", "by": omar(), "idempotency_key": "k1"}
    assert refusal_of(enrollment=enrollment, **repeat) == "idempotency_conflict"


def test_a_key_that_is_too_long_is_refused():
    assert refusal_of(idempotency_key="k" * 101) == "idempotency_key_too_long"


def test_no_key_means_two_payments():
    enrollment = make_enrollment()
    assert make_payment(enrollment) != make_payment(enrollment, idempotency_key="  ")


@pytest.mark.parametrize("change", [{"amount": 1}, {"method": "other"}, {"reference_number": "X"}, {"paid_at": None}])
def test_a_settled_payment_is_never_changed_by_anyone(change):
    payment = make_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**change)


def test_no_payment_and_no_receipt_is_ever_deleted():
    payment = make_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(payment=payment)._raw_delete("default")
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk)._raw_delete("default")


def test_a_promise_counts_for_nothing_until_it_is_settled():
    enrollment = make_enrollment()
    promise = record_promise(enrollment_id=enrollment.pk, amount=Decimal(500), method="card", by=omar(),
                             reference_number="A1")  # fmt: skip
    assert (promise.status, promise.paid_at, balance_of(enrollment).paid) == ("pending", None, 0)
    assert not Receipt.objects.exists()
    accountant = huda()
    settled = settle_payment(promise.pk, by=accountant)
    assert (settled.status, settled.recorded_by, balance_of(enrollment).paid) == ("paid", accountant, 500)
    assert settled.receipt.serial == 1
    moved = AuditEntry.objects.get(object_id=str(promise.pk), action="transition")
    assert moved.changes["status"] == ["pending", "paid"]


def test_a_promise_that_is_paid_otherwise_meanwhile_is_not_settled():
    enrollment = make_enrollment()
    promise = record_promise(enrollment_id=enrollment.pk, amount=Decimal(500), method="other", by=None)
    make_payment(enrollment)
    assert refusal_of(settle_payment, promise.pk, by=None) == "more_than_balance"


def test_settling_twice_numbers_one_receipt():
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(50), method="other", by=None)
    settle_payment(promise.pk, by=None)
    assert refusal_of(settle_payment, promise.pk, by=None) == "illegal_step"
    assert Receipt.objects.count() == 1


def test_promised_cash_is_settled_into_the_settlers_session():
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(50), method="cash", by=omar())
    cashier = karima()
    assert refusal_of(settle_payment, promise.pk, by=cashier) == "no_open_session"
    session = open_session(cashier)
    assert settle_payment(promise.pk, by=cashier).cash_session == session


def test_only_a_promise_is_void_and_with_a_reason():
    promise = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(50), method="other", by=None)
    assert refusal_of(void_payment, promise.pk, by=None, reason=" ") == "reason_missing"
    assert void_payment(promise.pk, by=huda(), reason="لم يصل").void_reason == "لم يصل"
    assert refusal_of(void_payment, make_payment().pk, by=huda(), reason="خطأ") == "illegal_step"
    other = record_promise(enrollment_id=make_enrollment().pk, amount=Decimal(50), method="other", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=other.pk).update(status="void")


def test_a_payment_that_failed_leaves_nothing_behind():
    trail = AuditEntry.objects.count
    enrollment = make_enrollment()
    before = trail()
    with pytest.raises(DomainError):
        record_payment(enrollment_id=enrollment.pk, amount=Decimal(501), method="cash", by=None)
    assert (Payment.objects.count(), Receipt.objects.count(), trail()) == (0, 0, before)
