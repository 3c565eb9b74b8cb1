"""What instructors and supervisors do: see their lectures, mark who came, enter results."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.attendance.models import InstructorAttendance
from backoffice.attendance.selectors import exams_visible_to
from backoffice.attendance.services import Mark, MarkLine, enter_course_results, mark_participants
from backoffice.courses.models import Lecture
from backoffice.courses.services import ResultLine

from ..contract import Operation, Tag
from ..days import between_days
from ..filters import DayFilter, Filters
from ..lines import faults_of
from ..permissions import IsInstructor
from ..views import ApiView, ListView, RowsView
from . import examples, reads, serializers


class DayFilters(Filters):
    """Lectures, or times one was due, of a day or between two."""

    day = DayFilter(field_name="day")


between_days(DayFilters, "day")


class LectureRows(ApiView):
    """The lectures one gives; for supervisors all."""

    permission_classes = [IsInstructor]

    def rows(self) -> QuerySet[Any]:
        """The latest day first, each day in its order."""
        mine: QuerySet[Any] = Lecture.objects.visible_to(self.person)
        return mine.select_related("course", "room", "instructor__user").order_by("-day", "start_time", "pk")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """With the counts of their lists."""
        return reads.lectures(rows)


class LecturesView(LectureRows, ListView):
    """GET /api/v1/teaching/lectures/"""

    filters = DayFilters
    operations = {
        "GET": Operation(
            id="listTaughtLectures",
            tag=Tag.TEACHING,
            summary="Lectures one gives",
            description="The latest day first. Supervisors see everyone's.",
            answer=serializers.TaughtLectureShape,
            errors=(403,),
            example=examples.LECTURE,
        )
    }


class RosterView(LectureRows, RowsView):
    """GET /api/v1/teaching/lectures/{id}/roster/"""

    operations = {
        "GET": Operation(
            id="getRoster",
            tag=Tag.TEACHING,
            summary="A lecture's list",
            answer=serializers.RosterShape,
            errors=(403, 404),
            example=examples.ROSTER,
        )
    }

    def get(self, request: Request, id: UUID) -> Response:
        """Who is on it, and how they are marked."""
        return Response(reads.roster_of(self.one(pk=id), self.person, request))


class MarksView(LectureRows, RowsView):
    """PUT /api/v1/teaching/lectures/{id}/attendance/"""

    operations = {
        "PUT": Operation(
            id="markLecture",
            tag=Tag.TEACHING,
            summary="Mark who came",
            description="All or nothing; a line that is wrong is named by its place, from 0. Who isn't named keeps "
            "theirs. The instructor marks from the start until 24 hours after the end, supervisors any past lecture.",
            body=serializers.MarksShape,
            answer=serializers.RosterShape,
            errors=(403, 404, 409),
            codes=("may_not_mark", "not_begun"),
            example=examples.ROSTER,
            body_example=examples.MARKS,
        )
    }

    def put(self, request: Request, id: UUID) -> Response:
        """Mark, and show the list as it is now."""
        lecture = self.one(pk=id)
        lines = [MarkLine(line.pop("participant"), Mark(**line)) for line in self.read(serializers.MarksShape)["marks"]]
        with faults_of("marks"):
            mark_participants(lecture.pk, lines, by=self.person)
        return Response(reads.roster_of(self.one(pk=id), self.person, request))


class OwnAttendanceView(ListView):
    """GET /api/v1/teaching/attendance/"""

    permission_classes = [IsInstructor]
    filters = DayFilters
    operations = {
        "GET": Operation(
            id="listOwnAttendance",
            tag=Tag.TEACHING,
            summary="When one was due, and came",
            answer=serializers.OwnAttendanceShape,
            errors=(403,),
            example=examples.OWN_ATTENDANCE,
        )
    }

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        mine: QuerySet[Any] = InstructorAttendance.objects.filter(instructor=self.person.pk)
        return mine.select_related("lecture__course").order_by("-day", "-start_time", "pk")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.own_attendance(row) for row in rows]


class ExamFilters(Filters):
    """Exams of a course."""

    course = django_filters.UUIDFilter(field_name="course")


class ExamRows(ApiView):
    """The exams of the courses one teaches; for supervisors all."""

    permission_classes = [IsInstructor]

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        return exams_visible_to(self.person).select_related("course").order_by("-day", "pk")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.exam(row) for row in rows]


class ExamsView(ExamRows, ListView):
    """GET /api/v1/teaching/exams/"""

    filters = ExamFilters
    operations = {
        "GET": Operation(
            id="listTaughtExams",
            tag=Tag.TEACHING,
            summary="Exams of the courses one teaches",
            answer=serializers.ExamShape,
            errors=(403,),
            example=examples.EXAM,
        )
    }


class ExamResultsView(ExamRows, RowsView):
    """GET, PUT /api/v1/teaching/exams/{id}/results/"""

    operations = {
        "GET": Operation(
            id="getExamResults",
            tag=Tag.TEACHING,
            summary="An exam's list",
            description="Who holds a seat in the course or has a result already, by name.",
            answer=serializers.ExamResultsShape,
            errors=(403, 404),
            example=examples.EXAM_RESULTS,
        ),
        "PUT": Operation(
            id="enterExamResults",
            tag=Tag.TEACHING,
            summary="Enter or correct marks",
            description="All or nothing; a line that is wrong is named by its place, from 0. Who isn't named keeps "
            "theirs.",
            body=serializers.ResultsShape,
            answer=serializers.ExamResultsShape,
            errors=(403, 404),
            codes=("may_not_enter_results",),
            example=examples.EXAM_RESULTS,
            body_example=examples.RESULTS,
        ),
    }

    def get(self, request: Request, id: UUID) -> Response:
        """Everyone and what they have."""
        return Response(reads.exam_results(self.one(pk=id)))

    def put(self, request: Request, id: UUID) -> Response:
        """Enter, and show the list as it is now."""
        exam = self.one(pk=id)
        lines = [ResultLine(**line) for line in self.read(serializers.ResultsShape)["results"]]
        with faults_of("results"):
            enter_course_results(exam.pk, lines, by=self.person)
        return Response(reads.exam_results(exam))
