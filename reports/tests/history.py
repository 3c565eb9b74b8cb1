"""A centre's random history: what families and the office do one after the other, days apart, through the services."""

import datetime as dt
from decimal import Decimal
from unittest import mock

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import services as places
from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PriceChange
from backoffice.enrollments.pricing import Discount
from backoffice.payments import services as money
from backoffice.payments.models import Allocation, Payment, RefundRequest
from backoffice.payments.tests.makers import next_reference
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, make_child, make_parent, make_student, manager, omar
from reports.tests.plainly import TAKEN

LENGTH = 150
STEPS = ["enrol", "enrol", "pay", "pay", "pay", "settle", "void", "credit", "use", "release", "refund", "refund"]
STEPS += ["drop", "drop", "reactivate", "price", "price", "move"]
STEPS += ["ask", "ask", "ask", "accept", "accept", "wait", "refuse", "lapse"]
amounts = st.integers(1, 40_000).map(lambda value: Decimal(value) / 100)
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 9), amounts, st.integers(0, 12 * 24)), min_size=6, max_size=24
)
days_ago = st.lists(st.integers(0, LENGTH), min_size=3, max_size=3)
# What a model writes by itself when it is made; the services ask the clock.
OWN_MOMENTS = [
    (Enrollment, "enrolled_at"), (PriceChange, "at"), (Allocation, "at"), (RefundRequest, "requested_at"),
    (EnrollmentRequest, "created_at"),
]  # fmt: skip


class History:
    """A roomy course, a full one and one of adults; a family, and adults who pay for themselves."""

    def __init__(self):
        self.family, self.adults = make_parent(), [make_student() for _ in range(4)]
        self.courses = [
            make_course(capacity=9, price=Decimal("299.99")),
            make_course(capacity=2, price=Decimal(120)),
            make_course(capacity=2, price=Decimal("75.25"), for_adults=True),
        ]
        self.office, self.accountant, self.manager = omar(), huda(), manager()

    def run(self, steps):
        now = timezone.now()
        moment = now - dt.timedelta(days=LENGTH)
        for step, index, amount, hours in steps:
            moment = min(moment + dt.timedelta(hours=hours), now)
            with mock.patch.object(timezone, "now", lambda moment=moment: moment):
                try:
                    with transaction.atomic():
                        getattr(self, step)(index, amount)
                except DomainError:
                    pass

    def place(self, index):
        rows = list(Enrollment.objects.order_by("enrolled_at", "pk"))
        if not rows:
            raise DomainError("none", "")
        return rows[index % len(rows)].pk

    def payment(self, index):
        rows = list(Payment.objects.filter(status__in=TAKEN).order_by("paid_at", "pk"))
        if not rows:
            raise DomainError("none", "")
        return rows[index % len(rows)]

    def request(self, index, *states):
        rows = list(EnrollmentRequest.objects.filter(status__in=states).order_by("created_at", "pk"))
        if not rows:
            raise DomainError("none", "")
        return rows[index % len(rows)].pk

    def someone(self, index):
        """A course of the three, and somebody whom it takes."""
        course = self.courses[index % 3]
        adult = self.adults[index % len(self.adults)]
        return {"course_id": course.pk} | (
            {"student": adult} if course.for_adults else {"child": make_child(self.family)}
        )

    def off(self, index, amount):
        return Discount(min(amount, Decimal(70)), "س") if index % 3 == 0 else None

    def how(self, index):
        return {"method": "card", "reference_number": next_reference()} if index % 2 else {"method": "other"}

    def enrol(self, index, amount):
        places.enrol_directly(**self.someone(index), discount=self.off(index + 1, amount), by=self.manager)

    def ask(self, index, amount):
        places.submit_request(**self.someone(index), by=self.office, late=True)

    def accept(self, index, amount):
        """A request, called from the waiting list or not; at times with a discount."""
        request = self.request(index, "pending", "processing")
        places.accept_request(request, by=self.manager, discount=self.off(index, amount))

    def wait(self, index, amount):
        places.put_on_waiting_list(self.request(index, "pending"), by=self.office)

    def refuse(self, index, amount):
        request = self.request(index, "pending", "waitlisted")
        if index % 2:
            places.refuse_request(request, by=self.office, reason="س")
        else:
            places.cancel_request(request, by=self.office)

    def lapse(self, index, amount):
        """Offers that nobody took in time end, and the next are called."""
        places.expire_offers()

    def pay(self, index, amount):
        money.record_payment(enrollment_id=self.place(index), amount=amount, by=self.office, **self.how(index))

    def settle(self, index, amount):
        promise = money.record_promise(enrollment_id=self.place(index), amount=amount, by=None, **self.how(index))
        if index % 3:
            money.settle_payment(promise.pk, by=self.accountant)

    def void(self, index, amount):
        promise = money.record_promise(enrollment_id=self.place(index), amount=amount, by=None, **self.how(index))
        money.void_payment(promise.pk, by=None, reason="س")

    def credit(self, index, amount):
        payer = self.adults[index % len(self.adults)] if index % 3 == 0 else self.family
        money.record_credit(payer, amount=amount, why="س", by=None, **self.how(index))

    def use(self, index, amount):
        money.use_credit(self.place(index), amount=amount, by=self.office)

    def release(self, index, amount):
        money.release_to_account(self.place(index), amount=amount, by=self.office, reason="س")

    def refund(self, index, amount):
        payment = self.payment(index)
        share = payment.amount if index % 3 == 0 else min(amount, payment.amount)
        refund = money.request_refund(payment.pk, amount=share, reason="س", by=self.office)
        decider = self.manager if payment.recorded_by_id == self.accountant.pk else self.accountant
        money.approve_refund(refund.pk, by=decider)
        number = {"reference_number": next_reference()} if payment.method == "card" else {}
        money.process_refund(refund.pk, by=decider, **number)

    def drop(self, index, amount):
        places.drop_enrollment(self.place(index), by=self.office, reason="س")

    def reactivate(self, index, amount):
        places.reactivate_enrollment(self.place(index), by=self.office, reason="س")

    def price(self, index, amount):
        change = amount if index % 2 else -amount
        places.change_price(self.place(index), amount=change, reason="س", by=self.manager)

    def move(self, index, amount):
        course = self.courses[index % 2]
        places.transfer_enrollment(self.place(index), course_id=course.pk, by=self.office, reason="س")
