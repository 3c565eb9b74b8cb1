"""Marks of exams."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.courses.models import Exam, ExamResult
from backoffice.courses.selectors import exam_faults
from backoffice.courses.services import enter_result, keep_full_marks
from backoffice.courses.tests.makers import make_course
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_student, manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    """An exam of 40 marks that 20 pass."""
    return make_exam()


def make_exam(**overrides):
    fields = {
        "course": make_course(),
        "title": "اختبار",
        "type": "quiz",
        "day": timezone.localdate(),
        "total_marks": Decimal(40),
        "pass_marks": Decimal(20),
    }
    return Exam.objects.create(**(fields | overrides))


def test_percentage_and_pass_are_derived(exam):
    result = enter_result(exam.pk, child=make_child(), marks=Decimal("25.5"), by=None)
    assert (result.percentage, result.passed) == (Decimal("63.75"), True)
    assert enter_result(exam.pk, child=make_child(), marks=Decimal(20), by=None).passed
    assert not enter_result(exam.pk, student=make_student(), marks=Decimal("19.99"), by=None).passed


@pytest.mark.parametrize("marks", ["-0.01", "40.01", "NaN", "Infinity", "12.345"])
def test_marks_are_between_zero_and_the_full_marks(exam, marks):
    with pytest.raises(DomainError) as refused:
        enter_result(exam.pk, child=make_child(), marks=Decimal(marks), by=None)
    assert (refused.value.code, refused.value.field) == ("marks_out_of_range", "marks")
    assert not ExamResult.objects.exists()


def test_a_second_entry_corrects_the_first_and_the_same_again_changes_nothing(exam):
    child, by = make_child(), manager()
    enter_result(exam.pk, child=child, marks=Decimal(30), by=by)
    enter_result(exam.pk, child=child, marks=Decimal(35), by=by)
    enter_result(exam.pk, child=child, marks=Decimal(35), by=by)
    assert ExamResult.objects.get().marks == 35
    changes = AuditEntry.objects.filter(model="courses.examresult", action="update")
    assert [one.changes for one in changes] == [{"marks": ["30.00", "35.00"]}]


def test_a_result_belongs_to_exactly_one_participant(exam):
    for who in ({}, {"child": make_child(), "student": make_student()}):
        with pytest.raises(DomainError) as refused:
            enter_result(exam.pk, marks=Decimal(1), by=None, **who)
        assert refused.value.code == "one_participant"


def test_full_marks_go_to_the_results_but_not_below_the_best(exam):
    result = enter_result(exam.pk, child=make_child(), marks=Decimal(30), by=None)
    exam.total_marks = Decimal(60)
    assert not exam_faults(exam)
    exam.save()
    assert keep_full_marks(exam.pk, by=None) == 1
    result.refresh_from_db()
    assert result.percentage == 50
    assert keep_full_marks(exam.pk, by=None) == 0
    exam.total_marks = Decimal("29.99")
    (fault,) = exam_faults(exam)
    assert fault.field == "total_marks"
    exam.save()
    with pytest.raises(DomainError) as refused:
        keep_full_marks(exam.pk, by=None)
    assert refused.value.code == "marks_above_total"


def test_the_database_itself_holds_the_rules_of_exams_and_results(exam):
    child, student = make_child(), make_student()

    def result(**overrides):
        fields = {"exam": exam, "total_marks": exam.total_marks, "marks": Decimal(10), "child": child} | overrides
        return ExamResult.objects.create(**fields)

    result()
    result(student=student, child=None)
    wrong = [
        lambda: make_exam(total_marks=Decimal(0), pass_marks=Decimal(0)),
        lambda: make_exam(pass_marks=Decimal(41)),
        lambda: make_exam(pass_marks=Decimal(-1)),
        lambda: result(),
        lambda: result(student=student, child=None),
        lambda: result(child=make_child(), student=make_student()),
        lambda: result(child=None),
        lambda: result(child=make_child(), marks=Decimal(41)),
        lambda: result(child=make_child(), marks=Decimal(-1)),
    ]
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
