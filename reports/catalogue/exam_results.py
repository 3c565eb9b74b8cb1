"""Exams: how many sat them, how they did, how many passed."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Exam, ExamResult
from backoffice.shared.plain_rows import Holds, PlainRows, compiled

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfCourse, Period, of_course
from ..groups import COURSES

_HOLDS: Final[dict[str, Holds]] = {
    "exam_id": "key",
    "sat": "integer",
    "passed": "integer",
    "average": "number",
    "best": "number",
    "worst": "number",
    "exam_day": "day",
    "exam_title": "text",
    "kind": "text",
    "course_name": "text",
}
# Counted by exam alone and named then, so that no result is sorted by its exam's title.
_NAMED: Final = """
SELECT counted.*, exam.day exam_day, exam.title exam_title, exam.type kind, course.name course_name
FROM ({counted}) counted
JOIN courses_exam exam ON exam.id = counted.exam_id JOIN courses_course course ON course.id = exam.course_id
"""


class _Filters(OfCourse, Period):
    """Of the days of the exams."""


@register
class ExamResults(Report):
    """Exams by their day; marks are shares of the full marks that the exam had when a result was entered."""

    slug = "exam-results"
    title = _("Exam results")
    about = _(
        "How many results each exam has, their average, highest and lowest share of the marks, and how many passed."
    )
    group = COURSES
    filters = _Filters
    columns = (
        Column("exam_day", _("Day"), "date", width=12),
        Column("exam_title", _("Exam"), width=26, link="courses_exam", link_key="exam_id"),
        Column("kind", _("Kind"), words=dict(Exam.Type.choices), width=12),
        Column("course_name", _("Course"), width=26),
        Column("sat", _("Results"), "integer", total=True, width=10),
        Column("passed", _("Passed"), "integer", total=True, width=10),
        Column("average", _("Average"), "percent", width=10),
        Column("best", _("Highest"), "percent", width=10),
        Column("worst", _("Lowest"), "percent", width=10),
    )
    chart = Chart("bar", series=("average",), label="exam_title", most=15)

    def rows(self, given: Given) -> Rows:
        """The latest exam first."""
        days = {"exam__day__gte": given["first"], "exam__day__lte": given["last"]}
        chosen = {name: day for name, day in days.items() if day} | of_course(given, "exam__course")
        share = ExpressionWrapper(F("marks") * Decimal(100) / F("total_marks"), DecimalField())
        figures = {
            "sat": Count("pk"),
            "passed": Count("pk", filter=Q(marks__gte=F("exam__pass_marks"))),
            "average": Avg(share),
            "best": Max(share),
            "worst": Min(share),
        }
        by_exam: QuerySet[Any, Any] = ExamResult.objects.filter(**chosen).order_by().values("exam_id")
        counted, params = compiled(by_exam.annotate(**figures).values_list("exam_id", *figures))
        return PlainRows(_NAMED.format(counted=counted), params, _HOLDS, "exam_day DESC, exam_title, exam_id")
