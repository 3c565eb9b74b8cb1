"""What the results of exams come to."""

from decimal import Decimal
from typing import Any, Final

from django.db.models import Avg, Count, DecimalField, ExpressionWrapper, F, Max, Min, Q, QuerySet

from backoffice.shared.plain_rows import Holds, PlainRows, compiled

from ..models import ExamResult

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


def exam_figures(results: QuerySet[ExamResult], *, order: str) -> PlainRows:
    """By exam: how many sat and passed, and in percent of the full marks the average, the best and the worst."""
    share = ExpressionWrapper(F("marks") * Decimal(100) / F("total_marks"), DecimalField())
    # No column is asked for that the index on marks hasn't.
    figures = {
        "sat": Count("exam"),
        "passed": Count("exam", filter=Q(marks__gte=F("exam__pass_marks"))),
        "average": Avg(share),
        "best": Max(share),
        "worst": Min(share),
    }
    by_exam: QuerySet[Any, Any] = results.order_by().values("exam_id")
    counted, params = compiled(by_exam.annotate(**figures).values_list("exam_id", *figures))
    return PlainRows(_NAMED.format(counted=counted), params, _HOLDS, order)
