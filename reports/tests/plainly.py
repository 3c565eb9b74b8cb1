"""The reports' figures once more, one row after the other in Python: no SQL is shared with the selectors."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.payments.models import Allocation, Payment, RefundRequest
from backoffice.shared.dates import CAIRO

TAKEN = ("paid", "refunded", "partially_refunded")


def day_of(moment):
    return moment.astimezone(CAIRO).date()


def _counts(row, given):
    course = row.enrollment.course if row.enrollment else None
    chosen = given["course"] is None or (course and course.pk == given["course"].pk)
    return chosen and (given["season"] is None or (course and course.season_id == given["season"].pk))


def refunds(given):
    rows = RefundRequest.objects.all()
    days = (given["first"] or dt.date.min, given["last"] or dt.date.max)
    return {
        row.pk: row.amount
        for row in rows
        if days[0] <= day_of(row.requested_at) <= days[1]
        and _counts(row, given)
        and given["state"] in ("", None, row.status)
    }


def discounts(given):
    return {
        row.pk: row.discount
        for row in Enrollment.objects.all()
        if row.discount > 0
        and given["first"] <= day_of(row.enrolled_at) <= given["last"]
        and (given["course"] is None or row.course_id == given["course"].pk)
        and (given["season"] is None or row.course.season_id == given["season"].pk)
    }


def months(given):
    """Net by (year, month)."""
    found = Counter()
    for row in Payment.objects.all():
        if row.status in TAKEN and _counts(row, given):
            found[day_of(row.paid_at).timetuple()[:2]] += row.amount
    for row in RefundRequest.objects.all():
        if row.status == "processed" and _counts(row, given):
            found[day_of(row.processed_at).timetuple()[:2]] -= row.amount
    year = given["year"]
    return [(found[year, n], found[year - 1, n], found[year, n] - found[year - 1, n]) for n in range(1, 13)]


def received():
    """By course: what came for its places, what was moved to and from them, what went back."""
    sums = Counter()
    for row in Payment.objects.all():
        if row.enrollment and row.status in TAKEN:
            sums[row.enrollment.course_id] += row.amount
    for row in RefundRequest.objects.all():
        if row.enrollment and row.status == "processed":
            sums[row.enrollment.course_id] -= row.amount
    for row in Allocation.objects.all():
        if row.target:
            sums[row.target.course_id] += row.amount
        if row.source:
            sums[row.source.course_id] -= row.amount
    return sums


def courses(given):
    sums = received()
    return {
        row.pk: (sums[row.pk] or Decimal(0), _taken(row), _waiting(row))
        for row in Course.objects.all()
        if given["season"] is None or row.season_id == given["season"].pk
    }


def seasons():
    sums, found = received(), defaultdict(lambda: (Decimal(0), 0, 0, 0))
    for row in Course.objects.all():
        more = (sums[row.pk], row.capacity, _taken(row), _waiting(row))
        found[row.season_id] = tuple(a + b for a, b in zip(found[row.season_id], more, strict=True))
    return dict(found)


BECAME = {"accepted": 1, "rejected": 2, "cancelled": 3, "expired": 3, "waitlisted": 4, "pending": 5, "processing": 5}


def requests(given):
    """By course: how many came, were accepted, refused, lapsed, are on the list, are open."""
    found = defaultdict(lambda: [0] * 6)
    for row in EnrollmentRequest.objects.all():
        if given["first"] <= day_of(row.created_at) <= given["last"]:
            found[row.course_id][0] += 1
            found[row.course_id][BECAME[row.status]] += 1
    return {course: tuple(counts) for course, counts in found.items()}


def _taken(course):
    """Seats by the places that hold one: the course's own count is a figure that somebody wrote."""
    holding = ("active", "suspended", "completed")
    return sum(1 for one in Enrollment.objects.filter(course=course) if one.status in holding)


def _waiting(course):
    return sum(1 for one in EnrollmentRequest.objects.filter(course=course) if one.status == "waitlisted")
