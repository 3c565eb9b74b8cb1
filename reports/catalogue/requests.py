"""Requests: how many came, how long they waited, what became of them."""

from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import EnrollmentRequest

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfCourse, Period, of_course, within
from ..groups import PEOPLE


class _Filters(OfCourse, Period):
    """Of the days the places were asked for."""


def _in(*states: str) -> Any:
    return Count("pk", filter=Q(status__in=states))


@register
class Requests(Report):
    """Requests by course and by the day they came; the wait is from then to the decision, of those that have one."""

    slug = "requests"
    title = _("Requests")
    about = _("How many asked for a place, what became of them by now, and how long the decided ones waited.")
    group = PEOPLE
    filters = _Filters
    columns = (
        Column("course_name", _("Course"), width=28, link="courses_course", link_key="course_id"),
        Column("season_name", _("Season"), width=22),
        Column("came", _("Came"), "integer", total=True, width=9),
        Column("accepted", _("Accepted"), "integer", total=True, width=9),
        Column("refused", _("Refused"), "integer", total=True, width=9),
        Column("lapsed", _("Cancelled or expired"), "integer", total=True, width=12),
        Column("listed", _("On the waiting list"), "integer", total=True, width=12),
        Column("open", _("Waiting"), "integer", total=True, width=9),
        Column("wait", _("Average wait (hours)"), "duration", width=14),
    )
    chart = Chart("bar", series=("came", "accepted", "refused"), label="course_name", most=15)

    def rows(self, given: Given) -> Rows:
        """The course most asked for first."""
        asked = EnrollmentRequest.objects.filter(**within("created_at", given), **of_course(given)).order_by()
        names = {"course_name": F("course__name"), "season_name": F("course__season__name")}
        grouped: QuerySet[Any, Any] = asked.values("course_id", **names)
        figures = {
            "came": Count("pk"),
            "accepted": _in("accepted"),
            "refused": _in("rejected"),
            "lapsed": _in("cancelled", "expired"),
            "listed": _in("waitlisted"),
            "open": _in("pending", "processing"),
            "wait": Avg(F("decided_at") - F("created_at"), filter=Q(decided_at__isnull=False)),
        }
        return grouped.annotate(**figures).order_by("-came", "course_name", "course_id")
