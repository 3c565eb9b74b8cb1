"""Seats against enrolments, requests against enrolments."""

from collections.abc import Iterator

from django.db.models import Count, Value
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest

from .report import Difference, differences


def seat_differences() -> Iterator[Difference]:
    """Courses whose count of seats is wrong, and requests whose state tells another story than their enrolment."""
    yield from _miscounted()
    requests = EnrollmentRequest.objects.annotate(expected=Value("an enrolment"))
    yield from differences(
        "accepted_without_enrollment",
        _("An accepted request has made an enrolment"),
        requests.filter(status="accepted", enrollment__isnull=True),
        found="status",
        expected="expected",
    )
    yield from differences(
        "enrollment_without_acceptance",
        _("An enrolment's request is accepted"),
        Enrollment.objects.exclude(request__isnull=True)
        .exclude(request__status="accepted")
        .annotate(expected=Value("accepted")),
        found="request__status",
        expected="expected",
    )
    yield from differences(
        "ended_without_time",
        _("An enrolment that ended says when"),
        Enrollment.objects.filter(status__in=("dropped", "refunded"), ended_at__isnull=True).annotate(
            expected=Value("a time")
        ),
        found="ended_at",
        expected="expected",
    )


def _miscounted() -> Iterator[Difference]:
    grouped = Enrollment.objects.holding_seat().order_by().values("course").annotate(count=Count("pk"))
    holders = dict(grouped.values_list("course", "count"))
    for pk, taken in Course.objects.values_list("pk", "enrolled_count"):
        if taken != holders.get(pk, 0):
            rule = _("The seats taken are the enrolments that hold one")
            yield Difference("seats", rule, "courses.course", str(pk), str(taken), str(holders.get(pk, 0)))
