"""What a sheet says was paid becomes a payment when its request is accepted: once, safely, outside every session."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import Discount, accept_many, accept_request
from backoffice.enrollments.tests.makers import make_request
from backoffice.payments.models import Payment
from backoffice.payments.services import record_paid_before
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.errors import DomainError
from backoffice.shared.models import ImportBatch
from backoffice.users.tests.makers import make_child, manager, omar

pytestmark = pytest.mark.django_db


def make_batch():
    return ImportBatch.objects.create(kind="children", file_name="الأطفال.xlsx", sha256="0" * 64)


def imported_request(**overrides):
    fields = {"payment_method": "cash", "paid_before": Decimal("120.50"), "import_batch": make_batch()}
    return make_request(**(fields | overrides))


def test_money_of_a_sheet_is_recorded_when_its_request_is_accepted():
    request = imported_request(payment_method="instapay", reference_number="TX 97551269")
    registrar = omar()
    payment = Payment.objects.get(enrollment=accept_request(request.pk, by=registrar))
    assert (payment.amount, payment.method, payment.reference_number) == (Decimal("120.50"), "instapay", "TX97551269")
    assert (payment.status, payment.recorded_by) == ("paid", registrar)
    assert (payment.import_batch, payment.paid_at) == (request.import_batch, request.import_batch.uploaded_at)
    assert payment.receipt.number


def test_cash_of_a_sheet_needs_no_session():
    payment = Payment.objects.get(enrollment=accept_request(imported_request().pk, by=omar()))
    assert (payment.method, payment.cash_session) == ("cash", None)


def test_a_request_without_money_makes_no_payment():
    accept_request(make_request().pk, by=omar())
    assert not Payment.objects.exists()


def test_money_without_a_named_method_is_recorded_as_other():
    accept_request(imported_request(payment_method="").pk, by=omar())
    assert Payment.objects.get().method == "other"


def test_more_than_the_price_stops_the_acceptance_and_the_amount_stays_safe():
    request = imported_request(course=make_course(price=Decimal(100)))
    with pytest.raises(DomainError, match=r"120\.50") as refused:
        accept_request(request.pk, by=omar())
    assert refused.value.code == "paid_more_than_price"
    request.refresh_from_db()
    request.course.refresh_from_db()
    assert (request.status, request.paid_before, request.course.enrolled_count) == ("pending", Decimal("120.50"), 0)
    assert not Enrollment.objects.exists()


def test_a_discount_counts_before_the_money_does():
    request = imported_request(paid_before=Decimal(500))
    with pytest.raises(DomainError) as refused:
        accept_request(request.pk, by=manager(), discount=Discount(Decimal(1), "أخوان"))
    assert refused.value.code == "paid_more_than_price"
    assert accept_request(request.pk, by=manager()).price == 500


def test_a_reference_that_paid_for_another_stops_the_acceptance_with_the_name():
    request = imported_request(payment_method="card", reference_number="A1")
    payment = make_payment(method="card", reference_number="A1")
    with pytest.raises(DomainError, match=str(payment.enrollment.participant)) as refused:
        accept_request(request.pk, by=omar())
    assert refused.value.code == "reference_used"


def test_hearing_of_the_acceptance_twice_records_one_payment():
    request = imported_request()
    enrollment = accept_request(request.pk, by=None)
    record_paid_before(request, enrollment, None)
    assert Payment.objects.count() == 1


def test_one_bad_line_among_many_stops_only_itself():
    good, bad = imported_request(), imported_request(paid_before=Decimal(501))
    outcome = accept_many([good.pk, bad.pk], by=omar())
    assert (outcome.done, [row for row, _why in outcome.refused]) == (1, [bad])
    assert Payment.objects.count() == 1


def test_a_sheets_money_is_above_zero_and_its_reference_stands_once_by_the_database():
    request = imported_request(payment_method="card", reference_number="A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentRequest.objects.filter(pk=request.pk).update(paid_before=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentRequest.objects.create(
            course=request.course,
            child=make_child(),
            payment_method="card",
            reference_number="A1",
            paid_before=5,
        )
