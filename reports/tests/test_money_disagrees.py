"""A history made to be miscounted: the plain sums agree with it, and with each wrong selector they don't."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.pricing import Discount
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments import services as money
from backoffice.payments.models import Allocation, RefundRequest
from backoffice.payments.querysets import PaymentQuerySet
from backoffice.payments.selectors import courses, movements, receivables
from backoffice.payments.tests.makers import make_payment, next_reference
from backoffice.shared.dates import CAIRO, day_begins
from backoffice.users.tests.makers import huda, manager, omar
from reports.catalogue import discounts, refunds
from reports.tests.agreement import check_agreement
from reports.tests.test_money_agrees import check_movements, check_receivables, check_rest

pytestmark = pytest.mark.django_db

# The clocks leave out 00:00 to 01:00 of the one, and show 23:00 to 24:00 of the other twice.
LACKING, REPEATED = dt.date(2026, 4, 24), dt.date(2026, 10, 29)
DAY = dt.timedelta(days=1)
BEGUN = dt.datetime(2026, 4, 1, 12, tzinfo=CAIRO)
SENT_BACK = dt.datetime(2026, 11, 3, 12, tzinfo=CAIRO)


def wall(day, hour, minute, fold=0):
    return dt.datetime.combine(day, dt.time(hour, minute, fold=fold), tzinfo=CAIRO)


MOMENTS = [
    wall(LACKING, 0, 30), day_begins(LACKING), wall(LACKING - DAY, 23, 59),
    wall(REPEATED, 23, 30), wall(REPEATED, 23, 30, 1), day_begins(REPEATED + DAY), day_begins(REPEATED),
]  # fmt: skip


@pytest.fixture
def history(monkeypatch):
    """Money at the edges of days, a void, a refund that was asked for on one day and paid back on another."""
    course = make_course(price=Decimal("9000.50"), start_date=dt.date(2026, 4, 1))
    discount = Discount(Decimal("0.25"), "أخوة")
    place = make_enrollment(course, created_at=BEGUN)
    given = make_enrollment(course, discount=discount, by=manager())
    type(place).objects.filter(pk=given.pk).update(enrolled_at=day_begins(REPEATED + DAY))
    type(place).objects.filter(pk=place.pk).update(enrolled_at=BEGUN)
    paid = [
        make_payment(place, amount=Decimal("10.01") + 2**number, method="card", paid_at=at)
        for number, at in enumerate(MOMENTS)
    ]
    registrar, accountant = omar(), huda()
    promise = money.record_promise(enrollment_id=place.pk, amount=Decimal("7.77"), by=None, method="other")
    money.void_payment(promise.pk, by=None, reason="س")
    requested_at = RefundRequest._meta.get_field("requested_at")
    monkeypatch.setitem(requested_at.__dict__, "_get_default", lambda: wall(REPEATED, 23, 30, 1))
    refund = money.request_refund(paid[3].pk, amount=Decimal("3.33"), reason="س", by=registrar)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "now", lambda: SENT_BACK)
        money.approve_refund(refund.pk, by=accountant)
        money.process_refund(refund.pk, by=accountant, reference_number=next_reference())
    money.release_to_account(place.pk, amount=Decimal("1.11"), by=registrar, reason="س")
    return course


def check_all(course):
    for day in (LACKING - DAY, LACKING, REPEATED, REPEATED + DAY, SENT_BACK.date()):
        check_movements(day, day)
        check_receivables(day, "")
        check_rest(day, day, course)
        period = {"first": f"{day}", "last": f"{day}"}
        for slug in ("daily-cash", "payments-and-refunds"):
            check_agreement(slug, by="day", **period)
    check_receivables(SENT_BACK.date(), "held")


def test_money_at_midnight_and_while_the_clocks_change_is_counted_once_and_on_its_day(history):
    check_all(history)


def an_hour_later(day):
    return day_begins(day) + dt.timedelta(hours=1)


def asked_for_is_paid_back(first, last, only):
    rows = RefundRequest.objects.processed()
    names = {movements._ROWS[name][1]: only[name] for name in only}
    return movements._within(rows, "requested_at", first, last, names)


def without_moved_money(*_args, **_only):
    return Allocation.objects.none()


MUTANTS = {
    "days that begin an hour later": (movements, "day_begins", an_hour_later),
    "days of debts that begin an hour later": (receivables, "day_begins", an_hour_later),
    "refunds on the day they were asked for": (movements, "_refunds", asked_for_is_paid_back),
    "voids that are money": (PaymentQuerySet, "settled", lambda rows: rows),
    "courses without what was moved away": (courses.Allocation.objects, "filter", without_moved_money),
    "refunds of the days beside": (refunds, "within", lambda moment, given: {}),
    "discounts of the days beside": (discounts, "within", lambda moment, given: {}),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_wrong_selector_is_found(history, mutant, monkeypatch):
    monkeypatch.setattr(*MUTANTS[mutant])
    with pytest.raises(AssertionError):
        check_all(history)
