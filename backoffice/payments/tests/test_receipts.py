"""Receipts: numbered without a gap or a double, and saying for ever what they said on the day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Receipt
from backoffice.payments.services import print_receipt
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry, Counter
from backoffice.users.tests.makers import karima, make_child, make_parent

pytestmark = pytest.mark.django_db


def test_numbers_go_up_by_one_within_the_year():
    year = timezone.localdate().year
    numbers = [make_payment().receipt.number for _ in range(3)]
    assert numbers == [f"{year}-000001", f"{year}-000002", f"{year}-000003"]


def test_a_payment_that_is_rolled_back_gives_its_number_back():
    make_payment()
    with transaction.atomic():
        make_payment()
        transaction.set_rollback(True)
    assert make_payment().receipt.serial == 2


@pytest.mark.parametrize(
    ("utc", "year"),
    [("2026-12-31T21:59:59+00:00", 2026), ("2026-12-31T22:00:00+00:00", 2027)],
)
def test_the_year_is_that_of_the_day_in_cairo(monkeypatch, utc, year):
    enrollment = make_enrollment()
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.fromisoformat(utc))
    receipt = make_payment(enrollment).receipt
    assert (receipt.year, receipt.number) == (year, f"{year}-000001")


def test_a_receipt_of_the_millionth_payment_has_seven_digits():
    Counter.objects.create(key=f"receipt:{timezone.localdate().year}", value=999_999)
    assert make_payment().receipt.number == f"{timezone.localdate().year}-1000000"


def test_the_paper_says_who_paid_what_for_whom_and_what_is_still_owed():
    cashier = karima()
    open_session(cashier)
    parent = make_parent(first_name="منى أحمد", last_name="حسن علي")
    enrollment = make_enrollment(make_course(name="نور البيان"), child=make_child(parent, name="يوسف"))
    make_payment(enrollment, amount=Decimal("100"), by=cashier)
    content = make_payment(enrollment, amount=Decimal("120.50"), by=cashier).receipt.content
    assert content["seller"] == "واحة الرضوان"
    assert content["payer"] == "منى أحمد حسن علي"
    assert content["payer_phone"] == str(parent.user.phone_number1)
    assert (content["participant"], content["course"]) == ("يوسف", "نور البيان")
    assert (content["amount"], content["currency"], content["method"]) == ("120.50", "EGP", "cash")
    assert (content["price"], content["paid"], content["balance"]) == ("500.00", "220.50", "279.50")
    assert content["cashier"] == str(cashier)


def test_a_receipt_is_never_changed_whatever_happens_to_the_names():
    payment = make_payment()
    name = payment.receipt.content["participant"]
    child = payment.enrollment.child
    child.name = "اسم آخر"
    child.save()
    receipt = Receipt.objects.get(payment=payment)
    assert receipt.content["participant"] == name
    for change in ({"number": "2026-999999"}, {"serial": 9}, {"content": {}}, {"year": 1999}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.filter(pk=receipt.pk).update(**change)


def test_each_print_is_counted_and_stands_in_the_trail():
    payment, cashier = make_payment(), karima()
    assert print_receipt(payment.pk, by=cashier).times_printed == 1
    assert print_receipt(payment.pk, by=cashier).times_printed == 2
    prints = AuditEntry.objects.filter(object_id=str(payment.receipt.pk), action="view")
    assert [entry.changes["times_printed"] for entry in prints] == [[1, 2], [0, 1]]
    assert {entry.actor for entry in prints} == {cashier}
