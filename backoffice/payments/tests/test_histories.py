"""Random histories of a course and its money: after each step every rule holds, to the piastre."""

from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
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
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.enrollments.services import (
    accept_request,
    cancel_request,
    complete_enrollment,
    drop_enrollment,
    put_on_waiting_list,
    refuse_request,
    resume_enrollment,
    seats_added,
    submit_request,
    suspend_enrollment,
)
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment
from backoffice.payments.selectors import balance_of, with_balance
from backoffice.payments.services import (
    approve_refund,
    process_refund,
    record_payment,
    record_promise,
    request_refund,
    settle_payment,
    void_payment,
)
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, make_child, omar

piastres = st.integers(1, 30_000).map(lambda value: Decimal(value) / 100)
which = st.integers(0, 9)


class Centre(RuleBasedStateMachine):
    """One small course; what is owed is kept beside it as plainly as it can be."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.paid, self.refunded = Counter(), Counter()

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.course = make_course(capacity=2, price=Decimal("299.99"))
        self.registrar, self.accountant = omar(), huda()
        self.requests, self.payments, self.refunds = [], [], []

    def attempt(self, step, *args, **kwargs):
        """What a rule refuses changes nothing; the invariants say whether that is so."""
        try:
            return step(*args, **kwargs)
        except DomainError:
            return None

    @rule()
    def ask(self):
        self.requests.append(submit_request(course_id=self.course.pk, child=make_child(), by=None).pk)

    @precondition(lambda self: self.requests)
    @rule(index=which, step=st.sampled_from(["accept", "accept", "refuse", "cancel", "wait"]))
    def decide(self, index, step):
        request = self.requests[index % len(self.requests)]
        match step:
            case "accept":
                self.attempt(accept_request, request, by=self.registrar)
            case "refuse":
                self.attempt(refuse_request, request, by=self.registrar, reason="س")
            case "cancel":
                self.attempt(cancel_request, request, by=self.registrar)
            case "wait":
                self.attempt(put_on_waiting_list, request, by=self.registrar)

    def place(self, index):
        places = list(Enrollment.objects.order_by("enrolled_at", "pk").values_list("pk", flat=True))
        return places[index % len(places)]

    @precondition(lambda self: Enrollment.objects.exists())
    @rule(
        index=which, step=st.sampled_from([suspend_enrollment, resume_enrollment, complete_enrollment, drop_enrollment])
    )
    def move(self, index, step):
        self.attempt(step, self.place(index), by=self.registrar, reason="س")

    @precondition(lambda self: Enrollment.objects.exists())
    @rule(index=which, amount=piastres)
    def pay(self, index, amount):
        place = self.place(index)
        if self.attempt(record_payment, enrollment_id=place, amount=amount, method="other", by=None):
            self.paid[place] += amount
            self.payments.append(Payment.objects.get(enrollment=place, receipt__serial=len(self.payments) + 1).pk)

    @precondition(lambda self: Enrollment.objects.exists())
    @rule(index=which, amount=piastres, settles=st.booleans())
    def promise(self, index, amount, settles):
        place = self.place(index)
        promise = self.attempt(record_promise, enrollment_id=place, amount=amount, method="other", by=None)
        if promise and settles:
            settle_payment(promise.pk, by=None)
            self.paid[place] += amount
            self.payments.append(promise.pk)
        elif promise:
            void_payment(promise.pk, by=None, reason="س")

    @precondition(lambda self: self.payments)
    @rule(index=which, amount=piastres | st.none())
    def ask_for_refund(self, index, amount):
        payment = Payment.objects.get(pk=self.payments[index % len(self.payments)])
        wanted = amount or payment.amount
        refund = self.attempt(request_refund, payment.pk, amount=wanted, reason="س", by=self.registrar)
        if refund:
            self.refunds.append(refund)

    @precondition(lambda self: self.refunds)
    @rule(index=which)
    def pay_back(self, index):
        refund = self.refunds[index % len(self.refunds)]
        self.attempt(approve_refund, refund.pk, by=self.accountant)
        if self.attempt(process_refund, refund.pk, by=self.accountant):
            self.refunded[refund.payment.enrollment_id] += refund.amount

    @rule()
    def add_a_seat(self):
        course = Course.objects.get(pk=self.course.pk)
        if course.capacity < 4:
            Course.objects.filter(pk=course.pk).update(capacity=course.capacity + 1)
            seats_added(course.pk, by=self.registrar)

    @invariant()
    def the_ledger_adds_up(self):
        assert list(check_ledger()) == []

    @invariant()
    def balances_equal_a_plain_sum(self):
        for place in with_balance(Enrollment.objects.all()):
            balance = balance_of(place)
            assert (balance.paid, balance.refunded) == (self.paid[place.pk], self.refunded[place.pk])
            assert place.balance == balance.balance == place.price - self.paid[place.pk] + self.refunded[place.pk]
            assert balance.refunded <= balance.paid
            assert 0 <= balance.balance <= place.price

    @invariant()
    def nobody_waits_beside_a_free_seat_and_no_seat_is_promised_twice(self):
        course = Course.objects.filter(pk=getattr(getattr(self, "course", None), "pk", None)).first()
        if course is not None:
            claimed = EnrollmentRequest.objects.called().filter(course=course).count()
            assert course.enrolled_count + claimed <= course.capacity
            waiting = EnrollmentRequest.objects.waitlisted().filter(course=course).exists()
            assert not waiting or course.enrolled_count + claimed == course.capacity


@pytest.mark.django_db
def test_random_histories_keep_every_rule():
    run_state_machine_as_test(
        Centre,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
