"""A family's timetable."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from backoffice.courses.models import Lecture
from backoffice.enrollments.querysets import SEAT_HOLDING
from backoffice.enrollments.selectors import FamilyPlace, places_of_family
from backoffice.shared.models import AuditEntry


@dataclass(frozen=True)
class Revision:
    """How often a lecture was changed, and when last."""

    number: int
    at: dt.datetime


def seats_of_family(user_id: UUID) -> list[FamilyPlace]:
    """The places of a family that hold a seat; one query."""
    return [place for place in places_of_family(user_id) if place.status in SEAT_HOLDING]


def lectures_of_places(places: Collection[FamilyPlace]) -> QuerySet[Lecture]:
    """The lectures of the courses that the places are in, the cancelled ones too, in order of time."""
    lectures: QuerySet[Lecture] = Lecture.objects.filter(course__in={place.course_id for place in places})
    return lectures.order_by("day", "start_time", "pk")


def revisions_of(lectures: Collection[Lecture]) -> dict[UUID, Revision]:
    """What the trail says about changes of many lectures, in one query; who isn't in it never changed."""
    entries = AuditEntry.objects.filter(
        model=Lecture._meta.label_lower,
        object_id__in=[str(lecture.pk) for lecture in lectures],
        action__in=[AuditEntry.Action.UPDATE, AuditEntry.Action.TRANSITION],
    )
    counted = entries.order_by().values_list("object_id").annotate(Count("pk"), Max("at"))
    return {UUID(pk): Revision(number, at) for pk, number, at in counted}
