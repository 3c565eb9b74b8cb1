"""Marks of exams."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, CustomUser, StudentUser

from ..models import Exam, ExamResult

CENTS = Decimal("0.01")


@transaction.atomic
def enter_result(
    exam_id: UUID,
    *,
    marks: Decimal,
    by: CustomUser | None,
    child: Child | None = None,
    student: StudentUser | None = None,
    notes: str = "",
) -> ExamResult:
    """Write or correct the marks of one participant; the same marks twice change nothing.

    Whether the participant has a place in the course is for the caller to know. Raises DomainError `one_participant`,
    `marks_out_of_range`.
    """
    if (child is None) == (student is None):
        raise DomainError("one_participant", _("Choose exactly one of the two."))
    # The full marks can't change while marks are held against them.
    exam = Exam.objects.select_for_update().get(pk=exam_id)
    _refuse_outside(marks, exam)
    result = ExamResult.objects.filter(exam=exam, child=child, student=student).first()
    if result is None:
        result = ExamResult(exam=exam, child=child, student=student)
        before = None
    else:
        before = audit.snapshot(result)
    result.exam, result.total_marks = exam, exam.total_marks
    result.marks, result.notes = marks.quantize(CENTS), notes
    result.save()
    if before is None:
        audit.record_created(result, by=by)
    else:
        audit.record_changed(result, before, by=by)
    return result


@transaction.atomic
def keep_full_marks(exam_id: UUID, *, by: CustomUser | None) -> int:
    """After an exam's full marks changed: copy them to its results; returns how many.

    Raises DomainError `marks_above_total` when somebody has more already.
    """
    exam = Exam.objects.select_for_update().get(pk=exam_id)
    stale = list(exam.results.exclude(total_marks=exam.total_marks).select_related("child", "student__user"))
    if any(result.marks > exam.total_marks for result in stale):
        raise DomainError("marks_above_total", _("Somebody has more marks already."), field="total_marks")
    entries = []
    for result in stale:
        result.exam = exam
        before = audit.snapshot(result)
        result.total_marks = exam.total_marks
        changes = audit.difference(before, audit.snapshot(result))
        entries.append(audit.entry(result, audit.Action.UPDATE, by=by, changes=changes))
    ExamResult.objects.bulk_update(stale, ["total_marks"])
    audit.record_many(entries)
    return len(stale)


def _refuse_outside(marks: Decimal, exam: Exam) -> None:
    if not marks.is_finite() or not 0 <= marks <= exam.total_marks or marks != marks.quantize(CENTS):
        sentence = _("Marks are from 0 to %(total)s, with two decimals at most.")
        raise DomainError(
            "marks_out_of_range", sentence % {"total": exam.total_marks}, field="marks", total=exam.total_marks
        )
