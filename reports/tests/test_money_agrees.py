"""Random histories through the services: each report of money equals a plain sum of the rows, as of any day."""

import datetime as dt
from collections import Counter
from contextlib import ExitStack
from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import services as places
from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.enrollments.pricing import Discount
from backoffice.payments import services as money
from backoffice.payments.models import Allocation, Payment, RefundRequest
from backoffice.payments.selectors.movements import money_by, sums_of_money
from backoffice.payments.selectors.receivables import owed_as_of
from backoffice.payments.tests.makers import next_reference
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, make_child, make_parent, manager, omar
from reports.tests import plainly
from reports.tests.agreement import check_agreement
from reports.tests.plainly import TAKEN, day_of

pytestmark = pytest.mark.django_db

LENGTH = 150
STEPS = ["enrol", "enrol", "pay", "pay", "pay", "settle", "void", "credit", "use", "release", "refund", "refund"]
STEPS += ["drop", "reactivate", "price", "price", "move"]
amounts = st.integers(1, 40_000).map(lambda value: Decimal(value) / 100)
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 9), amounts, st.integers(0, 12 * 24)), min_size=6, max_size=24
)
days_ago = st.lists(st.integers(0, LENGTH), min_size=3, max_size=3)
# What a model writes by itself when it is made; the services ask the clock.
OWN_MOMENTS = [
    (Enrollment, "enrolled_at"), (PriceChange, "at"), (Allocation, "at"), (RefundRequest, "requested_at"),
]  # fmt: skip


class History:
    """Two courses and a family, who do one thing after the other, days apart."""

    def __init__(self):
        self.family, self.courses = (
            make_parent(),
            [make_course(capacity=9, price=Decimal(p)) for p in ("299.99", "120")],
        )
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

    def how(self, index):
        return {"method": "card", "reference_number": next_reference()} if index % 2 else {"method": "other"}

    def enrol(self, index, amount):
        course = self.courses[index % 2]
        discount = Discount(min(amount, course.price), "س") if index % 3 == 0 else None
        places.enrol_directly(course_id=course.pk, child=make_child(self.family), discount=discount, by=self.manager)

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
        money.record_credit(self.family, amount=amount, why="س", by=None, **self.how(index))

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


def until(rows, moment, day):
    return [row for row in rows if getattr(row, moment) and day_of(getattr(row, moment)) <= day]


def owed_plainly(day, standing):
    """By place: price, paid, owed, and the band of its age; one row after the other."""
    changes, moves = until(PriceChange.objects.all(), "at", day), until(Allocation.objects.all(), "at", day)
    payments, refunds = (
        until(Payment.objects.filter(status__in=TAKEN), "paid_at", day),
        until(RefundRequest.objects.filter(status="processed"), "processed_at", day),
    )
    found = {}
    for place in until(Enrollment.objects.all(), "enrolled_at", day):
        own = [row for row in changes if row.enrollment_id == place.pk]
        back = [row for row in refunds if row.enrollment_id == place.pk]
        away = [row for row in moves if row.source_id == place.pk]
        charged = place.price + sum(row.amount for row in own)
        paid = sum(row.amount for row in payments if row.enrollment_id == place.pk)
        paid += sum(row.amount for row in moves if row.target_id == place.pk)
        paid -= sum(row.amount for row in [*away, *back])
        later = [(row.at, row.amount) for row in [*own, *away] if row.amount > 0]
        later += [(row.processed_at, row.amount) for row in back]
        left = place.status == "dropped" and day_of(place.ended_at) <= day
        every = RefundRequest.objects.filter(status="processed").filter(enrollment=place)
        over = place.status == "refunded" and all(day_of(row.processed_at) <= day for row in every)
        if charged - paid <= 0 or over or standing not in ("", "left" if left else "held"):
            continue
        is_first = charged - paid > sum(amount for _at, amount in later)
        since = place.enrolled_at if is_first else min(at for at, _amount in later)
        age = (day - day_of(since)).days
        band = next(
            (name for most, name in ((30, "upto_30"), (60, "upto_60"), (90, "upto_90")) if age <= most), "over_90"
        )
        found[place.pk] = (charged, paid, charged - paid, band)
    return found


def check_receivables(day, standing):
    rows = owed_as_of(day, standing=standing)
    bands = ("upto_30", "upto_60", "upto_90", "over_90")
    found = {}
    for row in rows:
        (band,) = [name for name in bands if row[name]]
        assert row[band] == row["owed"]
        found[row["place"]] = (row["charged"], row["paid"], row["owed"], band)
    expected = owed_plainly(day, standing)
    assert found == expected
    count, sums = rows.sums(["charged", "paid", "owed", *bands])
    assert count == len(expected)
    assert sums["owed"] == sum(owed for *_both, owed, _band in expected.values())
    assert sums["owed"] == sum(sums[band] for band in bands)


def moved_plainly(first, last, key):
    found = Counter()
    for row in Payment.objects.filter(status__in=TAKEN).select_related("enrollment__course"):
        if first <= day_of(row.paid_at) <= last:
            found[key(row, row.paid_at, row), "taken"] += row.amount
    for row in RefundRequest.objects.filter(status="processed").select_related("payment", "enrollment__course"):
        if first <= day_of(row.processed_at) <= last:
            found[key(row, row.processed_at, row.payment), "given"] += row.amount
    return found


KEYS = {
    "day": lambda row, moment, payment: day_of(moment),
    "week": lambda row, moment, payment: day_of(moment) - dt.timedelta(days=(day_of(moment).isoweekday() + 1) % 7),
    "month": lambda row, moment, payment: day_of(moment).replace(day=1),
    "method": lambda row, moment, payment: payment.method,
    "course": lambda row, moment, payment: row.enrollment.course_id if row.enrollment else None,
    "cashier": lambda row, moment, payment: row.recorded_by_id if row is payment else row.processed_by_id,
}


def check_movements(first, last):
    for by, key in KEYS.items():
        rows, found = money_by(by, first=first, last=last), Counter()
        for row in rows:
            found[row[by], "taken"] += row["taken"]
            found[row[by], "given"] += row["given"]
            assert row["net"] == row["taken"] - row["given"]
        assert +found == +moved_plainly(first, last, key), by
        assert len({row[by] for row in rows}) == len(rows)
        sums = sums_of_money(first=first, last=last)
        for name in ("payments", "taken", "refunds", "given", "net"):
            assert sums[name] == sum(row[name] for row in rows)


def check_rest(first, last, course):
    """The reports that have a plain sum of their own, for all and for one course."""
    period, year = {"first": f"{first}", "last": f"{last}"}, first.year
    for chosen in ({}, {"course": str(course.pk)}, {"season": str(course.season_id)}):
        for state in ("", "processed"):
            rows, asked = check_agreement("refunds", state=state, **period, **chosen)
            assert {row["pk"]: row["amount"] for row in rows} == plainly.refunds(asked)
        rows, asked = check_agreement("discounts", **period, **chosen)
        assert {row["pk"]: row["discount"] for row in rows} == plainly.discounts(asked)
        rows, asked = check_agreement("revenue-by-month", year=f"{year}", **chosen)
        assert [(row["net"], row["before"], row["change"]) for row in rows] == plainly.months(asked)
    for chosen in ({}, {"season": str(course.season_id)}):
        rows, asked = check_agreement("courses", **chosen)
        found = {row["pk"]: (row["received"], row["enrolled_count"], row["waiting"]) for row in rows}
        assert found == plainly.courses(asked)
    rows, _asked = check_agreement("seasons")
    figures = ("revenue", "seats", "taken", "listed")
    assert {row["season"]: tuple(row[name] for name in figures) for row in rows} == plainly.seasons()


@settings(max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories, days=days_ago)
def test_every_report_of_money_equals_a_plain_sum_as_of_any_day(history, days):
    with transaction.atomic(), ExitStack() as clocks:
        for model, name in OWN_MOMENTS:
            field = model._meta.get_field(name)
            clocks.enter_context(mock.patch.dict(field.__dict__, {"_get_default": lambda: timezone.now()}))
        centre = History()
        centre.run(history)
        today = cairo_today()
        for ago in days:
            day = today - dt.timedelta(days=ago)
            for standing in ("", "held", "left"):
                check_receivables(day, standing)
            check_agreement("receivables", day=f"{day}", standing="")
        first, last = today - dt.timedelta(days=max(days)), today - dt.timedelta(days=min(days))
        check_movements(first, last)
        for slug in ("daily-cash", "payments-and-refunds"):
            check_agreement(slug, first=f"{first}", last=f"{last}", by="week")
        check_rest(first, last, centre.courses[max(days) % 2])
        transaction.set_rollback(True)
