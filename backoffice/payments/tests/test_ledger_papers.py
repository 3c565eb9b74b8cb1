"""Numbers of day sheets and the kept e-receipts: what was tampered with is found, and what was proved stays sealed."""

import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from backoffice.payments import ereceipt
from backoffice.payments.ledger import check_ledger, ereceipts
from backoffice.payments.ledger.run import run_ledger_check
from backoffice.payments.models import CashSession, LedgerCheck, Receipt
from backoffice.payments.services import close_cash_session
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import Counter
from backoffice.users.tests.makers import karima

pytestmark = pytest.mark.django_db


def codes():
    return sorted({difference.code for difference in check_ledger()})


@pytest.fixture
def without_triggers():
    """As somebody would tamper who has the database in the hand."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("payments_receipt", "payments_cashsession", "payments_ledgercheck"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT LIKE 'shared_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


# --- day sheets -------------------------------------------------------------------------------------------------


@pytest.fixture
def three_days():
    cashier = karima()
    for _day in range(3):
        close_cash_session(open_session(cashier).pk, counted=Decimal(200), by=cashier)


def test_day_sheets_that_are_numbered_one_after_the_other_add_up(three_days):
    assert codes() == []


def test_a_day_sheet_that_is_gone_is_found(three_days, without_triggers):
    CashSession.objects.filter(number__endswith="2")._raw_delete("default")
    assert codes() == ["zsheet_gap"]


def test_the_last_day_sheet_that_is_gone_is_found_by_its_counter(three_days, without_triggers):
    CashSession.objects.filter(number__endswith="3")._raw_delete("default")
    assert codes() == ["zsheet_counter"]


def test_a_day_sheet_with_another_number_is_found(three_days, without_triggers):
    last = CashSession.objects.get(number__endswith="3")
    CashSession.objects.filter(pk=last.pk).update(number=last.number.replace("000003", "000005"))
    assert codes() == ["zsheet_counter", "zsheet_gap"]


def test_a_counter_of_day_sheets_that_stands_elsewhere_is_found(three_days):
    Counter.objects.filter(key__startswith="zsheet").update(value=9)
    assert codes() == ["zsheet_counter"]


# --- e-receipts -------------------------------------------------------------------------------------------------


@pytest.fixture
def receipts():
    """Three receipts, in their order."""
    for amount in ("100", "150.50", "20"):
        make_payment(amount=Decimal(amount))
    return list(Receipt.objects.order_by("serial"))


def put(receipt, **change):
    Receipt.objects.filter(pk=receipt.pk).update(**change)


def said_otherwise(receipt, *, total=None, previous=None):
    """The receipt's document with another sum or another receipt before it, and with the UUID that fits it."""
    document = json.loads(receipt.e_receipt)
    if total is not None:
        document["totalAmount"] = total
    if previous is not None:
        document["header"]["previousUUID"] = previous
    uuid = ereceipt.uuid_of(document)
    document["header"]["uuid"] = uuid
    text = json.dumps(document, ensure_ascii=False)
    return {"e_receipt": text, "e_uuid": uuid, "e_qr": receipt.e_qr.replace(receipt.e_uuid, uuid)}


TAMPERED = [
    ("e_receipt_uuid", lambda one: {"e_receipt": one.e_receipt.replace("150.5", "15.5")}),
    ("e_receipt_uuid", lambda one: {"e_uuid": "0" * 64}),
    ("e_receipt_uuid", lambda one: {"e_qr": one.e_qr.replace(one.e_uuid, "0" * 64)}),
    ("e_receipt_unreadable", lambda one: {"e_receipt": "{"}),
    ("e_receipt_unreadable", lambda one: {"e_receipt": "[]"}),
    ("e_receipt_missing", lambda one: {"e_receipt": "", "e_uuid": None}),
    # With a UUID that fits: what gives it away is what stands beside it, or comes after it.
    ("e_receipt_says_otherwise", lambda one: said_otherwise(one, total=15.5)),
    ("e_receipt_chain", lambda one: said_otherwise(one, total=15.5)),
    ("e_receipt_chain", lambda one: said_otherwise(one, previous="0" * 64)),
]
IDS = [f"{code}-{n}" for n, (code, _change) in enumerate(TAMPERED)]


def test_e_receipts_as_they_were_issued_add_up(receipts):
    assert codes() == []


@pytest.mark.parametrize(("code", "change"), TAMPERED, ids=IDS)
def test_an_e_receipt_that_was_tampered_with_is_found(receipts, without_triggers, code, change):
    put(receipts[1], **change(receipts[1]))
    assert code in codes()


@pytest.mark.parametrize(("code", "change"), TAMPERED, ids=IDS)
def test_it_is_found_behind_a_seal_as_well(receipts, without_triggers, code, change):
    check, _found = run_ledger_check()
    assert (check.sealed_serial, check.differences) == (3, 0)
    put(receipts[1], **change(receipts[1]))
    assert code in codes()


def test_a_clean_check_hashes_only_what_came_since_the_last_one(receipts, monkeypatch):
    run_ledger_check()
    new = make_payment(amount=Decimal(5))
    hashed = []
    uuid_of = ereceipt.uuid_of
    monkeypatch.setattr(
        ereceipt, "uuid_of", lambda document: hashed.append(document["header"]["receiptNumber"]) or uuid_of(document)
    )
    check, found = run_ledger_check()
    assert (found, hashed, check.sealed_serial) == ([], [new.receipt.number], 4)
    assert run_ledger_check()[0].seal == check.seal


def test_a_check_that_found_something_seals_nothing_and_the_next_goes_on_from_the_last_clean_one(receipts):
    clean, _found = run_ledger_check()
    make_payment(amount=Decimal(5))
    Counter.objects.filter(key__startswith="receipt").update(value=9)
    check, found = run_ledger_check()
    assert (len(found), check.seal, check.sealed_serial) == (1, "", None)
    assert str(ereceipts.last_seal().total) == clean.seal


def test_hashes_that_were_all_made_anew_to_fit_each_other_break_the_seal(receipts, without_triggers):
    run_ledger_check()
    previous = ""
    for receipt in receipts:
        document = json.loads(receipt.e_receipt)
        document["buyer"]["name"] = "اسم آخر"
        receipt.e_receipt = json.dumps(document, ensure_ascii=False)
        change = said_otherwise(receipt, previous=previous)
        previous = change["e_uuid"]
        put(receipt, **change)
    assert codes() == ["e_receipt_seal"]


def test_a_seal_that_was_bent_is_found(receipts, without_triggers):
    check, _found = run_ledger_check()
    LedgerCheck.objects.filter(pk=check.pk).update(seal="1")
    assert codes() == ["e_receipt_seal"]


def test_checks_of_the_ledger_are_never_changed_or_deleted(receipts):
    check, _found = run_ledger_check()
    rows = LedgerCheck.objects.filter(pk=check.pk)
    for bend in (lambda: rows.update(seal="1"), lambda: rows._raw_delete("default")):
        with pytest.raises(IntegrityError), transaction.atomic():
            bend()


def test_the_databases_fingerprint_is_the_sum_of_each_texts_hash(receipts):
    plain = sum(ereceipts._number(one.e_uuid, one.e_qr, one.e_receipt) for one in receipts)
    assert ereceipts.fingerprint(Receipt.objects.all()) == plain


def test_receipts_of_before_there_were_e_receipts_need_none(receipts, without_triggers):
    first, second, third = receipts
    put(first, e_receipt="", e_uuid=None, e_qr="")
    put(second, **said_otherwise(second, previous=""))
    assert codes() == ["e_receipt_chain"], "the third is chained to another second"
    put(second, e_receipt="", e_uuid=None, e_qr="")
    put(third, **said_otherwise(third, previous=""))
    assert codes() == []
