"""Random histories through the services: each report of money equals a plain sum of the rows, as of any day."""

import datetime as dt
from collections import Counter
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PriceChange
from backoffice.payments.models import Allocation, Payment, RefundRequest
from backoffice.payments.selectors.movements import money_by, sums_of_money
from backoffice.payments.selectors.receivables import owed_as_of
from backoffice.shared.dates import cairo_today
from reports.tests import plainly
from reports.tests.agreement import check_agreement
from reports.tests.history import LENGTH, OWN_MOMENTS, History, days_ago, histories
from reports.tests.plainly import TAKEN, day_of

pytestmark = pytest.mark.django_db


def until(rows, moment, day):
    return [row for row in rows if getattr(row, moment) and day_of(getattr(row, moment)) <= day]


def owed_plainly(day, standing):
    """By place: price, paid, owed, since when, and the band of its age; one row after the other."""
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
        found[place.pk] = (charged, paid, charged - paid, since, band)
    return found


def check_receivables(day, standing, **only):
    """Of all places, or `only` those of a course or a season."""
    rows = owed_as_of(day, standing=standing, **only)
    bands = ("upto_30", "upto_60", "upto_90", "over_90")
    found = {}
    for row in rows:
        (band,) = [name for name in bands if row[name]]
        assert row[band] == row["owed"]
        found[row["place"]] = (row["charged"], row["paid"], row["owed"], row["since"], band)
    expected = owed_plainly(day, standing)
    if only:
        chosen = {f"course__{name}" if name == "season" else name: one for name, one in only.items()}
        kept = set(Enrollment.objects.filter(**chosen).values_list("pk", flat=True))
        expected = {place: figures for place, figures in expected.items() if place in kept}
    assert found == expected
    count, sums = rows.sums(["charged", "paid", "owed", *bands])
    assert count == len(expected)
    assert sums["owed"] == sum(owed for _charged, _paid, owed, *_rest in expected.values())
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
    "year": lambda row, moment, payment: day_of(moment).replace(month=1, day=1),
    "method": lambda row, moment, payment: payment.method,
    "season": lambda row, moment, payment: row.enrollment.course.season_id if row.enrollment else None,
    "course": lambda row, moment, payment: row.enrollment.course_id if row.enrollment else None,
    "cashier": lambda row, moment, payment: row.recorded_by_id if row is payment else row.processed_by_id,
}


#: By each alone, and by what the reports show together: the daily cash sheet, payments and refunds.
SHOWN = [*((name,) for name in KEYS), ("day", "cashier", "method"), ("week", "season", "course", "method")]


def check_movements(first, last):
    sums = sums_of_money(first=first, last=last)
    for by in SHOWN:
        rows, found = money_by(*by, first=first, last=last), Counter()
        for row in rows:
            key = tuple(row[name] for name in by)
            found[key, "taken"] += row["taken"]
            found[key, "given"] += row["given"]
            assert row["net"] == row["taken"] - row["given"]
        expected = moved_plainly(first, last, lambda *args, by=by: tuple(KEYS[name](*args) for name in by))
        assert +found == +expected, by
        assert len({tuple(row[name] for name in by) for row in rows}) == len(rows)
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
    rows, asked = check_agreement("requests", **period)
    names = ("came", "accepted", "refused", "lapsed", "listed", "open")
    assert {row["course_id"]: tuple(row[name] for name in names) for row in rows} == plainly.requests(asked)
    rows, _asked = check_agreement("seasons")
    figures = ("revenue", "seats", "taken", "listed")
    assert {row["season"]: tuple(row[name] for name in figures) for row in rows} == plainly.seasons()


@contextmanager
def history_of(steps):
    """The centre after these steps; it is gone afterwards."""
    with transaction.atomic(), ExitStack() as clocks:
        for model, name in OWN_MOMENTS:
            field = model._meta.get_field(name)
            clocks.enter_context(mock.patch.dict(field.__dict__, {"_get_default": lambda: timezone.now()}))
        centre = History()
        centre.run(steps)
        yield centre
        transaction.set_rollback(True)


def check_all(centre, days):
    today = cairo_today()
    for ago in days:
        day = today - dt.timedelta(days=ago)
        for standing in ("", "held", "left"):
            check_receivables(day, standing)
        course = centre.courses[ago % 3]
        check_receivables(day, "", course=course)
        check_receivables(day, "", season=course.season)
        check_agreement("receivables", day=f"{day}", standing="")
    first, last = today - dt.timedelta(days=max(days)), today - dt.timedelta(days=min(days))
    check_movements(first, last)
    for slug in ("daily-cash", "payments-and-refunds"):
        check_agreement(slug, first=f"{first}", last=f"{last}", by="week")
    check_rest(first, last, centre.courses[max(days) % 3])


@settings(max_examples=settings().max_examples // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories, days=days_ago)
def test_every_report_of_money_equals_a_plain_sum_as_of_any_day(history, days):
    with history_of(history) as centre:
        check_all(centre, days)


# A full course with two who wait: one is called to the seat that was given up, and pays; then adults, for themselves.
WAITED = [
    ("enrol", 1, Decimal(1), 24), ("enrol", 1, Decimal(1), 1), ("pay", 0, Decimal("20.01"), 24),
    ("ask", 1, Decimal(1), 24), ("ask", 1, Decimal(1), 1), ("drop", 0, Decimal(1), 24),
    ("accept", 0, Decimal("9.99"), 2), ("pay", 2, Decimal("30.30"), 24), ("ask", 2, Decimal(1), 24),
    ("accept", 0, Decimal("5.05"), 1), ("pay", 3, Decimal("40.40"), 24), ("refund", 1, Decimal("7.07"), 48),
    ("credit", 3, Decimal("12.12"), 0),
]  # fmt: skip


def test_who_was_called_from_the_waiting_list_and_adults_who_pay_for_themselves_are_counted():
    with history_of(WAITED) as centre:
        called = EnrollmentRequest.objects.filter(called_at__isnull=False, status="accepted")
        assert Payment.objects.filter(enrollment__request__in=called).exists()
        assert EnrollmentRequest.objects.filter(status="waitlisted").count() == 1
        assert Payment.objects.filter(enrollment__student__isnull=False).exists()
        assert Payment.objects.filter(enrollment=None, payer_student__in=centre.adults).exists()
        assert Enrollment.objects.filter(request__isnull=False, discount__gt=0).count() >= 1
        for days in ([0, 0, LENGTH], [0, 140, LENGTH]):
            check_all(centre, days)
