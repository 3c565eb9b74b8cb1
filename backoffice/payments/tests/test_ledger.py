"""The ledger is checked from outside: sound after a long day, and every tampered row is found."""

import copy
import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Allocation, CashSession, Payment, Receipt, RefundRequest
from backoffice.payments.selectors.pots import family_of
from backoffice.payments.services import (
    approve_refund,
    close_cash_session,
    process_refund,
    record_credit,
    record_promise,
    record_split,
    request_refund,
    use_credit,
)
from backoffice.payments.tests.makers import make_payment, next_reference, open_session
from backoffice.shared.models import Counter
from backoffice.users.tests.makers import huda, karima, omar

pytestmark = pytest.mark.django_db

TRIGGERED = (
    "payments_payment",
    "payments_receipt",
    "payments_refundrequest",
    "payments_allocation",
    "payments_cashsession",
    "enrollments_enrollment",
)


def codes():
    return sorted({difference.code for difference in check_ledger()})


def pay_back(payment, amount, by=None):
    refund = request_refund(payment.pk, amount=Decimal(amount), reason="سفر", by=omar())
    return process_refund(approve_refund(refund.pk, by=huda()).pk, by=by or huda(), reference_number=next_reference())


def test_an_empty_ledger_adds_up():
    # First, for the long day's rows stay until the file's end.
    assert not Payment.objects.exists()
    assert codes() == []


@pytest.fixture
def long_day(day_of_module):
    """The long day, as nobody has changed it."""
    return copy.deepcopy(day_of_module)


@pytest.fixture(scope="module")
def day_of_module(once_for_module):
    return once_for_module(live_a_long_day)


def live_a_long_day():
    """A day with everything in it: two cashiers' cash, cards, a promise, refunds, somebody who leaves."""
    cashier = karima()
    session = open_session(cashier)
    course = make_course(capacity=3)
    one, two, three = (make_enrollment(course) for _ in range(3))
    make_request(course)
    cash = make_payment(one, by=cashier, amount=Decimal("150.50"))
    card = make_payment(two, method="card", amount=Decimal("300.10"))
    record_promise(enrollment_id=two.pk, amount=Decimal(5), method="other", by=None)
    pay_back(cash, "50.25", by=cashier)
    pay_back(card, "300.10")
    drop_enrollment(three.pk, by=None, reason="سفر")
    make_payment(three, method="card", amount=Decimal(20))
    close_cash_session(session.pk, counted=Decimal("300.25"), by=cashier)
    return {"course": course, "one": one, "cash": cash, "card": card, "session": session}


@pytest.fixture
def without_triggers():
    """As somebody would tamper who has the database in the hand; what is left are the checks of columns."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TRIGGERED:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name NOT LIKE 'shared_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")


def test_a_ledger_kept_by_the_services_adds_up(long_day, capsys):
    assert list(check_ledger()) == []
    out = io.StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue().strip()


def test_the_command_prints_the_rows_that_differ_and_fails(long_day):
    Course.objects.filter(pk=long_day["course"].pk).update(enrolled_count=3)
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("check_ledger", stdout=out)
    assert failed.value.returncode == 1
    assert str(long_day["course"].pk) in out.getvalue()
    (difference,) = check_ledger()
    assert (difference.code, difference.found, difference.expected) == ("seats", "3", "1")


def test_the_check_takes_as_many_queries_for_many_rows(long_day, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        list(check_ledger())


@pytest.mark.parametrize(
    ("code", "rows", "change"),
    [
        ("enrollment_without_acceptance", lambda day: EnrollmentRequest.objects.filter(enrollment=day["one"]),
         {"status": "pending"}),
        ("accepted_without_enrollment", lambda day: EnrollmentRequest.objects.filter(status="pending"),
         {"status": "accepted"}),
        ("ended_without_time", lambda day: Enrollment.objects.filter(status="dropped"), {"ended_at": None}),
        ("overpaid", lambda day: Enrollment.objects.filter(pk=day["one"].pk), {"price": 50, "list_price": 50}),
        ("money_gone_place_kept", lambda day: Enrollment.objects.filter(status="refunded"), {"status": "dropped"}),
        ("refunded_with_money", lambda day: Enrollment.objects.filter(status="dropped"), {"status": "refunded"}),
        ("payment_state", lambda day: Payment.objects.filter(pk=day["cash"].pk), {"status": "paid"}),
        ("refunds_above_payment", lambda day: RefundRequest.objects.all(), {"amount": 400}),
        ("refund_of_nothing", lambda day: RefundRequest.objects.all(), {"payment": None}),
        ("session_sum", lambda day: RefundRequest.objects.filter(payment=day["cash"]), {"amount": 1}),
        ("refund_counter", lambda day: Counter.objects.filter(key__startswith="refund"), {"value": 9}),
        ("refund_gap", lambda day: RefundRequest.objects.filter(number__endswith="1"), {"number": "R-2020-000004"}),
    ],
)  # fmt: skip
def test_a_row_that_was_tampered_with_is_found(long_day, without_triggers, code, rows, change):
    if change == {"payment": None}:
        change = {"payment": Payment.objects.get(status="pending")}
    rows(long_day).filter(pk=rows(long_day).first().pk).update(**change)
    assert code in codes()


@pytest.mark.parametrize(
    ("code", "rows", "change"),
    [
        ("receipt_says_otherwise", Payment.objects.filter(method="card"), {"amount": 1}),
        ("receipt_says_otherwise", Receipt.objects.all(), {"content": {}}),
        ("session_sum", Payment.objects.filter(method="cash"), {"amount": 149}),
        ("cash_outside_sessions", Payment.objects.filter(method="cash"), {"cash_session": None}),
        ("receipt_without_money", Payment.objects.filter(method="card"), {"status": "pending"}),
        ("paid_without_receipt", Payment.objects.filter(status="pending"),
         {"status": "paid", "paid_at": timezone.now}),
        ("receipt_gap", Receipt.objects.filter(serial=2), {"serial": 7, "number": "2026-000007"}),
        ("receipt_number", Receipt.objects.filter(serial=2), {"number": "2020-000002"}),
    ],
)  # fmt: skip
def test_a_row_that_was_tampered_with_past_the_triggers_is_found(long_day, without_triggers, code, rows, change):
    change = {name: value() if callable(value) else value for name, value in change.items()}
    rows.filter(pk=rows.all().first().pk).update(**change)
    assert code in codes()


def test_a_receipt_that_is_gone_is_found(long_day, without_triggers):
    Receipt.objects.filter(serial=2)._raw_delete("default")
    assert {"receipt_gap", "paid_without_receipt"} <= set(codes())


def test_the_last_receipt_that_is_gone_is_found_by_its_counter(long_day, without_triggers):
    Receipt.objects.filter(pk=Receipt.objects.order_by("serial").last().pk)._raw_delete("default")
    assert "receipt_counter" in codes()


def test_money_put_into_a_closed_session_is_found(long_day):
    session = CashSession.objects.get()
    Payment.objects.bulk_create(
        [
            Payment(
                enrollment=long_day["one"],
                payer_parent=long_day["one"].child.primary_parent,
                amount=5,
                method="cash",
                status="pending",
                cash_session=session,
            )
        ]
    )
    assert "paid_after_closing" in codes()


@pytest.fixture
def family():
    """Two places of one child: a transfer paid for both, and money on the account pays for the second."""
    one = make_enrollment(make_course(price=Decimal(500)))
    two = make_enrollment(make_course(price=Decimal(500)), child=one.child)
    by = karima()
    share = [(one.pk, Decimal(100)), (two.pk, Decimal(50))]
    credit = record_credit(
        family_of(one), amount=Decimal(80), method="instapay", reference_number="CR1", why="زيادة", by=by
    )
    use_credit(two.pk, amount=Decimal(80), by=by)
    record_split(share, method="instapay", reference_number="SP1", by=by)
    first = Payment.objects.get(enrollment=one)
    return {"one": one, "two": two, "credit": credit, "first": first, "by": by}


def test_money_that_moved_within_a_family_adds_up(family):
    assert codes() == []


def test_more_out_of_an_account_than_lay_there_is_found(family, without_triggers):
    Allocation.objects.update(amount=81)
    assert "account_overdrawn" in codes()


def test_more_moved_out_of_a_place_than_lay_there_is_found(family, without_triggers):
    Allocation.objects.create(
        payment=family["first"], source=family["one"], target=family["two"], amount=Decimal("100.01"), reason="نقل"
    )
    assert "place_overdrawn" in codes()


def test_a_part_of_another_transfer_is_found(family, without_triggers):
    Payment.objects.filter(split_of__isnull=False).update(reference_number="SP2")
    assert codes() == ["split_of_another"]


def test_more_money_back_than_came_in_is_found(long_day, without_triggers):
    RefundRequest.objects.filter(payment=long_day["cash"]).update(amount=Decimal(200))
    assert {"over_refunded", "refunds_above_payment"} <= set(codes())
