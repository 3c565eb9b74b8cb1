"""Random histories of two courses, a family and its money: after each step every rule holds, to the piastre."""

import datetime as dt
import os
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import services as places
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.payments import services as money
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment
from backoffice.payments.selectors import balance_of, with_balance
from backoffice.payments.selectors.pots import credit_of
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, make_child, make_parent, manager, omar

piastres = st.integers(1, 30_000).map(lambda value: Decimal(value) / 100)
which = st.integers(0, 9)
SHEET = Decimal("50.05")
MOVES = [places.suspend_enrollment, places.resume_enrollment, places.complete_enrollment]
MOVES += [places.drop_enrollment, places.drop_enrollment, places.reactivate_enrollment]
there_is_a_place = precondition(lambda self: Enrollment.objects.exists())


class Centre(RuleBasedStateMachine):
    """Two small courses; what is owed is kept beside them as plainly as it can be."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        # By place: money of it, money that went back, later changes of its price, the price agreed.
        self.paid, self.refunded, self.changes, self.price = Counter(), Counter(), Counter(), {}
        self.account = Decimal(0)

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.courses = [make_course(capacity=2, price=Decimal(price)) for price in ("299.99", "120.10")]
        self.family = make_parent()
        self.registrar, self.accountant, self.managers = omar(), huda(), [manager(), manager()]
        self.requests, self.payments, self.refunds, self.sheets = [], [], [], []

    def attempt(self, step, *args, **kwargs):
        """What a rule refuses changes nothing; the invariants say whether that is so."""
        try:
            return step(*args, **kwargs)
        except DomainError:
            return None
        finally:
            self.follow_sheets()

    def follow_sheets(self):
        """What a sheet says was paid is the place's when there is one, and the account's when there is none."""
        for request in EnrollmentRequest.objects.filter(pk__in=self.sheets).exclude(
            status__in=("pending", "processing", "waitlisted")
        ):
            self.sheets.remove(request.pk)
            payment = Payment.objects.get(idempotency_key=f"request:{request.pk}")
            self.payments.append(payment.pk)
            if request.status == "accepted":
                self.paid[request.enrollment.pk] += SHEET
            else:
                self.account += SHEET

    def claimed(self, place):
        """What is asked or approved to go back and hasn't yet, of a place or (None) of the account."""
        return sum(
            refund.amount
            for refund in self.refunds
            if refund.enrollment_id == place and refund.pk not in {one.pk for one in self.gone_back()}
        )

    def gone_back(self):
        return [refund for refund in self.refunds if type(refund).objects.get(pk=refund.pk).status == "processed"]

    # Places.
    @rule(index=which, sheet=st.booleans())
    def ask(self, index, sheet):
        course = self.courses[index % 2]
        child = make_child(self.family)
        request = self.attempt(places.submit_request, course_id=course.pk, child=child, by=None)
        self.requests.append(request.pk)
        if sheet:
            EnrollmentRequest.objects.filter(pk=request.pk).update(paid_before=SHEET, payment_method="other")
            self.sheets.append(request.pk)

    @precondition(lambda self: self.requests)
    @rule(index=which, step=st.sampled_from(["accept", "accept", "overbook", "refuse", "cancel", "wait"]))
    def decide(self, index, step):
        request = self.requests[index % len(self.requests)]
        match step:
            case "accept":
                self.attempt(places.accept_request, request, by=self.registrar)
            case "overbook":
                self.attempt(places.accept_request, request, by=self.managers[0], overbook_reason="س")
            case "refuse":
                self.attempt(places.refuse_request, request, by=self.registrar, reason="س")
            case "cancel":
                self.attempt(places.cancel_request, request, by=self.registrar)
            case "wait":
                self.attempt(places.put_on_waiting_list, request, by=self.registrar)

    @rule(index=which)
    def enrol(self, index):
        course = self.courses[index % 2]
        self.attempt(places.enrol_directly, course_id=course.pk, child=make_child(self.family), by=self.registrar)

    @rule()
    def a_day_goes_by(self):
        self.attempt(places.expire_offers, timezone.now() + dt.timedelta(hours=25))

    def place(self, index):
        rows = list(Enrollment.objects.order_by("enrolled_at", "pk").values_list("pk", flat=True))
        return rows[index % len(rows)]

    @there_is_a_place
    @rule(index=which, step=st.sampled_from(MOVES))
    def move(self, index, step):
        self.attempt(step, self.place(index), by=self.registrar, reason="س")

    @there_is_a_place
    @rule(index=which, to=which)
    def transfer(self, index, to):
        old, course = self.place(index), self.courses[to % 2]
        new = self.attempt(places.transfer_enrollment, old, course_id=course.pk, by=self.registrar, reason="س")
        if new:
            there = self.paid[old] - self.refunded[old] - self.claimed(old)
            moved = min(there, course.price)
            self.paid[old] -= there
            self.paid[new.pk] += moved
            self.account += there - moved

    @there_is_a_place
    @rule(index=which, amount=piastres, sign=st.sampled_from([1, -1]))
    def change_price(self, index, amount, sign):
        place = self.place(index)
        if self.attempt(places.change_price, place, amount=sign * amount, reason="س", by=self.managers[0]):
            self.changes[place] += sign * amount

    @rule(index=which)
    def add_a_seat(self, index):
        course = Course.objects.get(pk=self.courses[index % 2].pk)
        if course.capacity < 4:
            Course.objects.filter(pk=course.pk).update(capacity=course.capacity + 1)
            self.attempt(places.seats_added, course.pk, by=self.registrar)

    # Money.
    def took(self, payment):
        """A receipt follows the other, without a gap."""
        self.payments.append(payment.pk)
        assert payment.receipt.serial == len(self.payments)

    @there_is_a_place
    @rule(index=which, amount=piastres)
    def pay(self, index, amount):
        place = self.place(index)
        payment = self.attempt(money.record_payment, enrollment_id=place, amount=amount, method="other", by=None)
        if payment:
            self.paid[place] += amount
            self.took(payment)

    @there_is_a_place
    @rule(index=which, amount=piastres, settles=st.booleans())
    def promise(self, index, amount, settles):
        place = self.place(index)
        promise = self.attempt(money.record_promise, enrollment_id=place, amount=amount, method="other", by=None)
        if promise and settles:
            self.took(money.settle_payment(promise.pk, by=None))
            self.paid[place] += amount
        elif promise:
            money.void_payment(promise.pk, by=None, reason="س")

    @precondition(lambda self: Enrollment.objects.count() > 1)
    @rule(index=which, amounts=st.tuples(piastres, piastres))
    def split(self, index, amounts):
        parts = list(zip((self.place(index), self.place(index + 1)), amounts, strict=True))
        for payment in self.attempt(money.record_split, parts, method="other", by=None) or ():
            self.paid[payment.enrollment_id] += payment.amount
            self.took(payment)

    @rule(amount=piastres)
    def credit(self, amount):
        self.took(money.record_credit(self.family, amount=amount, method="other", why="س", by=None))
        self.account += amount

    @there_is_a_place
    @rule(index=which, amount=piastres)
    def use_credit(self, index, amount):
        place = self.place(index)
        if self.attempt(money.use_credit, place, amount=amount, by=self.registrar):
            self.account -= amount
            self.paid[place] += amount

    @there_is_a_place
    @rule(index=which, amount=piastres)
    def release(self, index, amount):
        place = self.place(index)
        if self.attempt(money.release_to_account, place, amount=amount, by=self.registrar, reason="س"):
            self.paid[place] -= amount
            self.account += amount

    @precondition(lambda self: self.payments)
    @rule(index=which, amount=piastres | st.none(), elsewhere=st.none() | which)
    def ask_for_refund(self, index, amount, elsewhere):
        """Of the payment's own place, or of another to which some of it was moved."""
        payment = Payment.objects.get(pk=self.payments[index % len(self.payments)])
        place = self.place(elsewhere) if elsewhere is not None and Enrollment.objects.exists() else None
        asked = {"amount": amount or payment.amount, "reason": "س", "by": self.registrar, "enrollment_id": place}
        if refund := self.attempt(money.request_refund, payment.pk, **asked):
            self.refunds.append(refund)

    @precondition(lambda self: self.refunds)
    @rule(index=which)
    def pay_back(self, index):
        refund = self.refunds[index % len(self.refunds)]
        self.attempt(money.approve_refund, refund.pk, by=self.accountant)
        self.attempt(money.agree_to_refund, refund.pk, by=self.managers[1])
        if self.attempt(money.process_refund, refund.pk, by=self.accountant):
            if refund.enrollment_id is None:
                self.account -= refund.amount
            else:
                self.refunded[refund.enrollment_id] += refund.amount

    # What must hold.
    @invariant()
    def the_ledger_adds_up(self):
        assert list(check_ledger()) == []

    @invariant()
    def balances_equal_a_plain_sum(self):
        for place in with_balance(Enrollment.objects.all()):
            balance, key = balance_of(place), place.pk
            assert self.price.setdefault(key, place.price) == place.price
            assert (balance.paid, balance.refunded) == (self.paid[key], self.refunded[key])
            charged = self.price[key] + self.changes[key]
            assert place.balance == balance.balance == charged - self.paid[key] + self.refunded[key]
            assert balance.refunded <= balance.paid
            assert 0 <= balance.balance <= charged

    @invariant()
    def the_account_equals_a_plain_sum(self):
        if hasattr(self, "family"):
            assert credit_of(self.family) == self.account - self.claimed(None)

    @invariant()
    def nobody_waits_beside_a_free_seat_and_no_seat_is_promised_twice(self):
        for course in Course.objects.all():
            claimed = EnrollmentRequest.objects.called().filter(course=course).count()
            assert course.enrolled_count + claimed <= course.capacity + course.overbooked
            waiting = EnrollmentRequest.objects.waitlisted().filter(course=course).exists()
            assert not waiting or course.enrolled_count + claimed >= course.capacity


@pytest.mark.django_db
def test_random_histories_keep_every_rule(settings_of_money):
    postgresql = connection.vendor == "postgresql"
    run_state_machine_as_test(
        Centre,
        settings=settings(
            # HISTORIES=300 looks further.
            max_examples=int(os.environ.get("HISTORIES", "25" if postgresql else "4")),
            stateful_step_count=30 if postgresql else 18,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_money(settings):
    """So that some refunds need a manager and most don't."""
    settings.REFUND_NEEDS_MANAGER_ABOVE = Decimal(200)
