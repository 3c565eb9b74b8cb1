"""Exams: how many sat them, how they did, how many passed."""

from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Exam, ExamResult
from backoffice.courses.selectors.exam_figures import exam_figures

from ..definition import Chart, Column, Given, Report, Rows, register
from ..filters import OfCourse, Period, of_course
from ..groups import COURSES


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
        results = ExamResult.objects.filter(**chosen)
        return exam_figures(results, order="exam_day DESC, exam_title, exam_id")
