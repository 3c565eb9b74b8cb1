"""Marks of exams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, CustomUser, StudentUser
from backoffice.users.participants import ParticipantKey, each_once

from ..models import Exam, ExamResult

CENTS = Decimal("0.01")


@dataclass(frozen=True)
class ResultLine:
    """A participant, `child:<id>` or `student:<id>`, and the marks."""

    participant: str
    marks: Decimal
    notes: str = ""


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
def enter_results(
    exam_id: UUID,
    lines: Sequence[ResultLine],
    *,
    participants: Mapping[ParticipantKey, Child | StudentUser],
    by: CustomUser | None,
) -> int:
    """Write or correct the marks of many, all or nothing; returns how many are new or changed.

    `participants` are those who may have a result of this exam, which the caller knows; who isn't named keeps theirs.
    Raises FaultyLines: `participant_unreadable`, `no_place_in_course`, `named_twice`, `marks_out_of_range`.
    """
    exam = Exam.objects.select_for_update(of=("self",)).select_related("course").get(pk=exam_id)
    stranger = DomainError("no_place_in_course", _("Somebody has no place in this course."), field="participant")
    chosen = each_once([line.participant for line in lines], participants, stranger)
    for place, line in enumerate(lines):
        try:
            _refuse_outside(line.marks, exam)
        except DomainError as fault:
            chosen.faults.setdefault(place, fault)
    chosen.refuse()
    return _write(exam, [(chosen.found[place], line) for place, line in enumerate(lines)], by)


def _write(exam: Exam, lines: Sequence[tuple[Child | StudentUser, ResultLine]], by: CustomUser | None) -> int:
    """As many queries for one line as for all."""
    known = {result.participant_key: result for result in exam.results.all()}
    new: list[ExamResult] = []
    changed: list[ExamResult] = []
    entries = []
    for participant, line in lines:
        who = {"child": participant} if isinstance(participant, Child) else {"student": participant}
        fresh = ExamResult(exam=exam, **who)
        result = known.get(fresh.participant_key, fresh)
        before = {} if result is fresh else audit.snapshot(result)
        # The trail names them: those that are held already, not one more query for each.
        result.exam, result.child, result.student = exam, fresh.child, fresh.student
        result.total_marks, result.marks, result.notes = exam.total_marks, line.marks.quantize(CENTS), line.notes
        after = {name: value for name, value in audit.snapshot(result).items() if before or value not in (None, "")}
        if changes := audit.difference(before, after):
            (changed if before else new).append(result)
            action = audit.Action.UPDATE if before else audit.Action.CREATE
            entries.append(audit.entry(result, action, by=by, changes=changes))
    ExamResult.objects.bulk_create(new, batch_size=500)
    ExamResult.objects.bulk_update(changed, ["marks", "notes", "total_marks"], batch_size=500)
    audit.record_many(entries)
    return len(entries)


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
