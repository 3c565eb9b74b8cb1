"""Receipts: numbered without a gap or a double, and saying for ever what they said on the day."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ereceipt import canonical, uuid_of
from backoffice.payments.models import Receipt
from backoffice.payments.receipts import paper_of
from backoffice.payments.services import (
    approve_refund,
    print_receipt,
    process_refund,
    record_credit,
    record_promise,
    record_split,
    request_refund,
)
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry, Counter
from backoffice.users.tests.makers import huda, karima, make_child, make_parent, omar

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
    for change in (
        {"number": "2026-999999"},
        {"serial": 9},
        {"content": {}},
        {"year": 1999},
        {"e_receipt": ""},
        {"e_uuid": "0"},
        {"e_qr": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.filter(pk=receipt.pk).update(**change)


def test_each_print_is_counted_and_stands_in_the_trail():
    payment, cashier = make_payment(), karima()
    assert print_receipt(payment.pk, by=cashier).times_printed == 1
    assert print_receipt(payment.pk, by=cashier).times_printed == 2
    prints = AuditEntry.objects.filter(object_id=str(payment.receipt.pk), action="view")
    assert [entry.changes["times_printed"] for entry in prints] == [[1, 2], [0, 1]]
    assert {entry.actor for entry in prints} == {cashier}


def test_a_settled_payment_that_was_wrong_keeps_its_number_and_prints_that_it_was_refunded(client):
    payment = make_payment()
    number = payment.receipt.number
    refund = approve_refund(request_refund(payment.pk, amount=payment.amount, reason="خطأ", by=omar()).pk, by=huda())
    went_back = process_refund(refund.pk, by=_with_session())
    receipt = Receipt.objects.get(payment=payment)
    paper = paper_of(receipt)
    assert (receipt.number, paper.is_refunded, [one.number for one in paper.refunds]) == (
        number,
        True,
        [went_back.number],
    )
    client.force_login(huda())
    assert went_back.number in client.get(reverse("admin:payments_payment_receipt", args=[payment.pk])).text


def _with_session():
    cashier = karima()
    open_session(cashier)
    return cashier


def test_a_reprint_says_which_copy_it_is(client):
    payment, accountant = make_payment(), huda()
    client.force_login(accountant)
    address = reverse("admin:payments_payment_receipt", args=[payment.pk])
    assert "نسخة" not in client.post(address).text.split("<article", 1)[1]
    assert "نسخة" in client.post(address).text.split("<article", 1)[1]
    assert paper_of(Receipt.objects.get(payment=payment)).copy_number == 1


def test_money_on_the_familys_account_says_so():
    parent = make_parent()
    payment = record_credit(family=parent, amount=Decimal(80), method="other", by=None, why="مقدم")
    paper = paper_of(payment.receipt)
    assert (paper.on_account, paper.participant, paper.amount) == (True, "", Decimal(80))


def test_a_part_of_a_transfer_names_the_whole_of_it():
    parent = make_parent()
    places = [make_enrollment(child=make_child(parent)) for _ in range(2)]
    parts = [(place.pk, Decimal(100)) for place in places]
    made = record_split(parts, method="instapay", by=None, reference_number="TX77")
    papers = [paper_of(payment.receipt) for payment in made]
    assert {(paper.transfer, paper.transfer_reference) for paper in papers} == {(Decimal(200), "TX77")}
    assert paper_of(make_payment(places[0]).receipt).transfer is None


def test_the_receipt_holds_its_e_receipt_chained_to_the_one_before():
    receipts = [make_payment(amount=Decimal(amount)).receipt for amount in ("150.50", "70", "0.01")]
    documents = [json.loads(receipt.e_receipt) for receipt in receipts]
    assert [document["header"]["uuid"] for document in documents] == [receipt.e_uuid for receipt in receipts]
    assert [one["header"]["previousUUID"] for one in documents] == ["", receipts[0].e_uuid, receipts[1].e_uuid]
    assert [one["totalAmount"] for one in documents] == [150.5, 70.0, 0.01]
    assert [uuid_of(document) for document in documents] == [receipt.e_uuid for receipt in receipts]
    assert receipts[0].e_qr.endswith("#Total:150.50,IssuerRIN:")


def test_a_changed_e_receipt_no_longer_has_its_uuid():
    receipt = make_payment().receipt
    document = json.loads(receipt.e_receipt)
    document["totalAmount"] = 99.0
    assert uuid_of(document) != receipt.e_uuid


def test_the_canonical_text_is_that_of_the_authoritys_rules():
    document = {"header": {"uuid": "", "total": 0.0}, "items": [{"a": "س"}, {"a": 2}]}
    expected = '"HEADER""UUID""""TOTAL""0.0""ITEMS""ITEMS""A""س""ITEMS""A""2"'
    assert canonical(document) == expected


def test_a_receipt_without_an_e_receipt_can_still_be_written():
    payment = make_payment()
    issue = {"year": 2001, "serial": 1, "number": "2001-000001"}
    promise = record_promise(enrollment_id=payment.enrollment_id, amount=Decimal(5), method="other", by=None)
    receipt = Receipt.objects.create(payment=promise, **issue)
    receipt.refresh_from_db()
    assert (receipt.e_uuid, receipt.e_receipt) == (None, "")
