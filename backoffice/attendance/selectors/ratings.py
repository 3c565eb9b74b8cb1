"""Who may rate an instructor, what a person said already, and what it all comes to."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment
from backoffice.users.models import Instructor, Parent, StudentUser

from ..models import ParentInstructorRating, StudentInstructorRating

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Rating = StudentInstructorRating | ParentInstructorRating
type Rater = StudentUser | Parent


def teaches(instructor: Instructor, course: Course) -> bool:
    """Whether it is the instructor's course, or one of its lectures is theirs."""
    return bool(Course.objects.taught_by(instructor.user).filter(pk=course.pk).exists())


def rater_in(course: Course, user: "CustomUser") -> Rater | None:
    """As whom the person rates in a course: the student with a seat in it, or else the parent of a child with one."""
    seats = Enrollment.objects.holding_seat().filter(course=course).of_family(user).select_related("student")
    holders = [seat.student for seat in seats]
    if not holders:
        return None
    return next((student for student in holders if student), None) or Parent.objects.get(pk=user.pk)


def ratings_by(user_id: UUID) -> QuerySet[Any, dict[str, Any]]:
    """What a person said of instructors, as a student and as a parent, the latest first; one query."""
    columns = ("instructor", "instructor__user__first_name", "instructor__user__last_name", "course", "course__name")
    said = ("rating", "feedback", "created_at", "updated_at")
    own = StudentInstructorRating.objects.filter(student=user_id).order_by().values(*columns, *said)
    rows: QuerySet[Any, dict[str, Any]] = own.union(
        ParentInstructorRating.objects.filter(parent=user_id).order_by().values(*columns, *said), all=True
    )
    return rows.order_by("-created_at", "course", "instructor")


@dataclass(frozen=True)
class Average:
    """What an instructor's ratings come to, of students and parents together; None without one."""

    rating: Decimal | None
    count: int


def averages_of(instructors: Collection[UUID]) -> dict[UUID, Average]:
    """The average rating of each of these who has one; two queries, however many they are."""
    sums: dict[UUID, tuple[Decimal, int]] = {}
    for ratings in (StudentInstructorRating, ParentInstructorRating):
        rows = ratings.objects.filter(instructor_id__in=instructors).order_by().values_list("instructor_id")
        for key, total, count in rows.annotate(Sum("rating"), Count("pk")):
            so_far, counted = sums.get(key, (Decimal(0), 0))
            sums[key] = (so_far + total, counted + count)
    return {key: Average(total / count, count) for key, (total, count) in sums.items()}
