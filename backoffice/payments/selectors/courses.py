"""What courses and seasons brought in, beside how full they are."""

from typing import Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from backoffice.courses.models import Course
from backoffice.enrollments.models import EnrollmentRequest

from ..models import Allocation, Payment, RefundRequest
from .balances import rounded, summed


def with_course_figures(**only: Any) -> QuerySet[Any]:
    """The courses, each with `season_name`, `fill_rate` (%), `waiting` and `received`.

    received = payments for its places + money moved to them − money moved away − refunds paid back of them, in EGP,
    whatever became of the places.
    """
    of_course = {"enrollment__course": OuterRef("pk")}
    direct = summed(Payment.objects.settled().filter(**of_course), by="enrollment__course")
    back = summed(RefundRequest.objects.processed().filter(**of_course), by="enrollment__course")
    came = summed(Allocation.objects.filter(target__course=OuterRef("pk")), by="target__course")
    went = summed(Allocation.objects.filter(source__course=OuterRef("pk")), by="source__course")
    listed = EnrollmentRequest.objects.waitlisted().filter(course=OuterRef("pk")).order_by().values("course")
    counted = Subquery(listed.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    share = DecimalField(max_digits=8, decimal_places=1)
    rate = Cast(F("enrolled_count"), share) * Value(100) / F("capacity")
    courses: QuerySet[Any] = Course.objects.filter(**only).annotate(
        season_name=F("season__name"),
        fill_rate=Case(When(capacity__gt=0, then=rate), default=Value(0), output_field=share),
        waiting=Coalesce(counted, 0),
        received=rounded(direct + came - went - back),
    )
    return courses


def season_figures(**only: Any) -> Any:
    """A queryset: the seasons that have courses, each with what these come to: `courses`, `seats`, `taken`, `fill` (%),
    `listed` (on waiting lists) and `revenue`, in EGP as `with_course_figures` counts it; beside it the season's
    `target` in EGP, None where there is none. `only` narrows the courses.
    """
    share = DecimalField(max_digits=8, decimal_places=1)
    rate = Cast(F("taken"), share) * Value(100) / F("seats")
    courses = with_course_figures(**only).order_by()
    added = courses.values(
        "season", "season_name", begins=F("season__start_date"), target=F("season__revenue_target")
    ).annotate(
        courses=Count("pk"),
        seats=Sum("capacity"),
        taken=Sum("enrolled_count"),
        listed=Sum("waiting"),
        revenue=Sum("received"),
    )
    return added.annotate(fill=Case(When(seats__gt=0, then=rate), default=Value(0), output_field=share))


def with_reached(seasons: Any) -> Any:
    """The seasons of `season_figures`, each with what share of its target was `reached` (%), None without a target.

    By itself, for a database adds the revenue up once more for it.
    """
    share = DecimalField(max_digits=14, decimal_places=1)
    reached = Cast(F("revenue") * Value(100) / F("target"), share)
    return seasons.annotate(reached=Case(When(target__gt=0, then=reached), default=None, output_field=share))
