"""What everyone may see: seasons, courses, instructors."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.courses.models import Season
from backoffice.users.models import Instructor

from ..contract import Operation, Tag
from ..views import DetailView, ListView, OpenView
from . import examples, reads, serializers
from .filters import CourseFilters


class SeasonRows(OpenView):
    """Active seasons."""

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        return Season.objects.filter(is_active=True).order_by("-start_date", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the shape."""
        return rows.values(*examples.SEASON)

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """As they were read."""
        return rows


class SeasonsView(SeasonRows, ListView):
    """GET /api/v1/seasons/"""

    operations = {
        "GET": Operation(
            id="listSeasons",
            tag=Tag.CATALOGUE,
            summary="Active seasons",
            answer=serializers.SeasonSerializer,
            example=examples.SEASON,
        )
    }


class SeasonView(SeasonRows, DetailView):
    """GET /api/v1/seasons/{id}/"""

    operations = {
        "GET": Operation(
            id="getSeason",
            tag=Tag.CATALOGUE,
            summary="An active season",
            answer=serializers.SeasonSerializer,
            example=examples.SEASON,
        )
    }


class CourseRows(OpenView):
    """Courses that run."""

    def rows(self) -> QuerySet[Any]:
        """The latest first, with the seats that can be given away."""
        return reads.courses_that_run()

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the season, the instructor and the room."""
        return rows.values(*reads.COURSE_COLUMNS)

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With weekly hours and tags."""
        return reads.courses(rows, self.request)


class CoursesView(CourseRows, ListView):
    """GET /api/v1/courses/"""

    filters = CourseFilters
    kept = reads.COURSES
    operations = {
        "GET": Operation(
            id="listCourses",
            tag=Tag.CATALOGUE,
            summary="Courses that run",
            answer=serializers.CourseSerializer,
            example=examples.COURSE,
        )
    }


class CourseView(CourseRows, DetailView):
    """GET /api/v1/courses/{id or slug}/"""

    operations = {
        "GET": Operation(
            id="getCourse",
            tag=Tag.CATALOGUE,
            summary="A course that runs, by its id or its name in the address",
            answer=serializers.CourseSerializer,
            example=examples.COURSE,
        )
    }

    def get(self, request: Request, id: str) -> Response:  # type: ignore[override]
        """By the id, or else by the slug."""
        try:
            key: dict[str, Any] = {"pk": UUID(id)}
        except ValueError:
            key = {"slug": id}
        return Response(self.shown([self.one(**key)])[0])


class InstructorRows(OpenView):
    """Who teaches here; no number, no e-mail, no salary."""

    def rows(self) -> QuerySet[Any]:
        """By name."""
        teaching = Instructor.objects.filter(type=Instructor.Type.NORMAL, user__is_active=True)
        return teaching.order_by("user__first_name", "user__last_name", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the name."""
        return rows.values(*reads.INSTRUCTOR_COLUMNS)

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With tags and the average rating."""
        return reads.instructors(rows, self.request)


class InstructorsView(InstructorRows, ListView):
    """GET /api/v1/instructors/"""

    operations = {
        "GET": Operation(
            id="listInstructors",
            tag=Tag.CATALOGUE,
            summary="Who teaches here",
            answer=serializers.InstructorSerializer,
            example=examples.INSTRUCTOR,
        )
    }


class InstructorView(InstructorRows, DetailView):
    """GET /api/v1/instructors/{id}/"""

    operations = {
        "GET": Operation(
            id="getInstructor",
            tag=Tag.CATALOGUE,
            summary="Somebody who teaches here",
            answer=serializers.InstructorSerializer,
            example=examples.INSTRUCTOR,
        )
    }
