"""What parents and students see of the teaching: timetable, marks, results; and what they say of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.selectors import lectures_of_places, ratings_by, seats_of_family
from backoffice.attendance.services import change_rating, rate_instructor
from backoffice.courses.models import ExamResult
from backoffice.enrollments.selectors import FamilyPlace
from backoffice.users.models import Child

from ..contract import Operation, Tag
from ..days import between_days
from ..filters import Filters
from ..permissions import IsParentOrStudent
from ..views import ListView
from . import examples, reads, serializers


class FamilyView(ListView):
    """A list of a family's, which may be asked for one child."""

    permission_classes = [IsParentOrStudent]

    def asked_child(self) -> UUID | None:
        """The child that the address names; raises a 400 for one that isn't the person's, and for one that isn't."""
        typed = self.request.query_params.get("child")
        try:
            child_id = UUID(typed) if typed else None
        except ValueError:
            # The list's filters say what is wrong with it.
            return None
        if child_id and child_id not in self.children():
            raise exceptions.ValidationError({"child": [_("This is not one of your children.")]})
        return child_id

    def children(self) -> set[UUID]:
        """The person's children, as primary or further parent."""
        return set(Child.objects.of_parent(self.person).values_list("pk", flat=True))

    def mine(self) -> Q:
        """Rows of the person's children, and of the person as a student."""
        return Q(child__in=self.children()) | Q(student=self.person.pk)


class TimetableFilters(Filters):
    """Lectures of one child, between two days."""

    child = django_filters.UUIDFilter(method="of_child")

    def of_child(self, rows: QuerySet[Any], name: str, child_id: UUID) -> QuerySet[Any]:
        """Narrowed already, where the family's places were read."""
        return rows


between_days(TimetableFilters, "day")


class LecturesView(FamilyView):
    """GET /api/v1/lectures/"""

    filters = TimetableFilters
    places: Sequence[FamilyPlace] = ()
    operations = {
        "GET": Operation(
            id="listLectures",
            tag=Tag.TIMETABLE,
            summary="My timetable",
            description="Lectures of the courses in which one, or one's child, has a seat, in order of time; "
            "the cancelled ones too, with their status.",
            answer=serializers.LectureShape,
            errors=(403,),
            example=examples.LECTURE,
        )
    }

    def rows(self) -> QuerySet[Any]:
        """In order of time."""
        child, seats = self.asked_child(), seats_of_family(self.person.pk)
        self.places = [place for place in seats if child in (None, place.child_id)]
        return lectures_of_places(self.places).select_related("course", "room", "instructor__user")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With who of the family they are for."""
        return reads.lectures(rows, self.places, self.person)


class AttendanceFilters(Filters):
    """Marks of one child, in one course."""

    child = django_filters.UUIDFilter(field_name="child")
    course = django_filters.UUIDFilter(field_name="lecture__course")


class AttendanceView(FamilyView):
    """GET /api/v1/attendance/"""

    filters = AttendanceFilters
    operations = {
        "GET": Operation(
            id="listAttendance",
            tag=Tag.TIMETABLE,
            summary="Who of mine was there",
            description="What was marked; lectures that nobody marked yet aren't in it.",
            answer=serializers.AttendanceShape,
            errors=(403,),
            example=examples.ATTENDANCE,
        )
    }

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        self.asked_child()
        marks: QuerySet[Any] = LectureAttendance.objects.marked().filter(self.mine())
        return marks.select_related("lecture__course", "child", "student__user").order_by(
            "-lecture__day", "-lecture__start_time", "pk"
        )

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.mark(row) for row in rows]


class ExamResultFilters(Filters):
    """Results of one child."""

    child = django_filters.UUIDFilter(field_name="child")


class ExamResultsView(FamilyView):
    """GET /api/v1/exam-results/"""

    filters = ExamResultFilters
    operations = {
        "GET": Operation(
            id="listExamResults",
            tag=Tag.TIMETABLE,
            summary="My results",
            answer=serializers.ExamResultShape,
            errors=(403,),
            example=examples.EXAM_RESULT,
        )
    }

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        self.asked_child()
        results = ExamResult.objects.filter(self.mine()).select_related("exam__course", "child", "student__user")
        return results.order_by("-exam__day", "pk")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.result(row) for row in rows]


class RatingsView(ListView):
    """GET, POST, PATCH /api/v1/ratings/"""

    permission_classes = [IsParentOrStudent]
    operations = {
        "GET": Operation(
            id="listRatings",
            tag=Tag.PLACES,
            summary="What I said of instructors",
            answer=serializers.RatingShape,
            errors=(403,),
            example=examples.RATING,
        ),
        "POST": Operation(
            id="addRating",
            tag=Tag.PLACES,
            summary="Rate an instructor",
            description="From 1.00 to 10.00, once for each instructor and course, by who has a seat in the course, or "
            "whose child has.",
            body=serializers.RateShape,
            answer=serializers.RatingShape,
            status=status.HTTP_201_CREATED,
            codes=("no_place_there", "rated_already"),
            example=examples.RATING,
            body_example=examples.RATE,
        ),
        "PATCH": Operation(
            id="changeRating",
            tag=Tag.PLACES,
            summary="Change a rating",
            description="The one of this instructor in this course; what isn't named stays.",
            body=serializers.ChangeRatingShape,
            needed=("instructor", "course"),
            answer=serializers.RatingShape,
            codes=("not_found",),
            example=examples.RATING,
            body_example=examples.RATE,
        ),
    }

    def rows(self) -> QuerySet[Any, Any]:
        """The latest first."""
        return ratings_by(self.person.pk)

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.rating(row) for row in rows]

    def post(self, request: Request) -> Response:
        """Rate."""
        said = self._said(self.read(serializers.RateShape))
        given = rate_instructor(**said, by=self.person)
        return Response(reads.rating_given(given), status=status.HTTP_201_CREATED)

    def patch(self, request: Request) -> Response:
        """Change one's mind."""
        said = self._said(self.read(serializers.ChangeRatingShape))
        return Response(reads.rating_given(change_rating(**said, by=self.person)))

    def _said(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"instructor_id": body.pop("instructor"), "course_id": body.pop("course"), **body}
