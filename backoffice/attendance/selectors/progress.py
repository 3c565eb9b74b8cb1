"""How far a place has come: lectures planned and held, and how often the participant was there."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.enrollments.models import Enrollment
from backoffice.shared.statements import KeptStatement

from ..models import LectureAttendance

CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one place: the course's lectures but the cancelled ones, those whose hour is over, and the marks so far."""

    lectures: int
    held: int
    present: int
    absent: int

    @property
    def rate(self) -> Decimal | None:
        """Present of all marks, of a hundred with two decimals; None before the first mark."""
        marked = self.present + self.absent
        return (Decimal(self.present * 100) / marked).quantize(CENTS) if marked else None


def progress_of(enrollment_ids: Collection[UUID], *, now: dt.datetime | None = None) -> dict[UUID, Progress]:
    """How far many places have come, in one query whose SQL isn't written anew: for the apps' lists."""
    if not enrollment_ids:
        return {}
    local = timezone.localtime(now)
    rows = _PROGRESS.rows(ids=list(enrollment_ids), today=local.date(), clock=local.time())
    return {pk: Progress(*counts) for pk, *counts in rows}


def _progress(ids: Any, today: Any, clock: Any) -> QuerySet[Any, Any]:
    lectures = Lecture.objects.held().filter(course=OuterRef("course"))
    over = Q(status=Lecture.Status.COMPLETED) | Q(day__lt=today) | Q(day=today, end_time__lte=clock)
    # Of an instructor's list too that was written before the place began, or after it ended: a mark is a mark.
    marks = LectureAttendance.objects.filter(
        Q(child=OuterRef("child")) | Q(student=OuterRef("student")), lecture__course=OuterRef("course")
    )
    return (
        Enrollment.objects.filter(pk__in=ids)
        .order_by()
        .values_list(
            F("pk"),
            _counted(lectures, by="course"),
            _counted(lectures.filter(over), by="course"),
            _counted(marks.filter(present=True), by="lecture__course"),
            _counted(marks.filter(present=False), by="lecture__course"),
        )
    )


def _counted(rows: QuerySet[Any], *, by: str) -> Any:
    counts = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


_PROGRESS = KeptStatement(_progress)
