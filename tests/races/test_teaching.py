"""Marks, results and ratings at the same moment: one after the other, or one of them; and what the locks are for."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import QuerySet

from api.tests.teaching.cast import make_exam, make_teacher, running_lecture
from backoffice.attendance.models import LectureAttendance, ParentInstructorRating
from backoffice.attendance.services import Mark, MarkLine, enter_course_results, mark_participants, rate_instructor
from backoffice.attendance.services import marks as marking
from backoffice.courses.models import ExamResult
from backoffice.courses.services import ResultLine
from backoffice.courses.services import results as entering
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_parent

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ONCE = "attendance_parentinstructorrating_once"


def take_every_lock_out(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)


def two_marks_of_one_child():
    sami = make_teacher()
    lecture = running_lecture(make_course(instructor=sami))
    row = LectureAttendance.objects.create(lecture=lecture, child=make_child())

    def mark(rating):
        line = MarkLine(str(row.participant_key), Mark(present=True, rating=Decimal(rating)))
        return mark_participants(lecture.pk, [line], by=sami.user)

    return row, [lambda: mark(5), lambda: mark(9)]


def story_of(row):
    """What the trail says the rating was before and after, in order."""
    entries = AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).order_by("id")
    return [entry.changes["rating"] for entry in entries]


def test_two_marks_at_once_are_one_after_the_other():
    row, calls = two_marks_of_one_child()
    outcome = at_once(calls)
    assert (outcome.done, outcome.refused, outcome.failed) == ([1, 1], [], [])
    (first_from, first_to), (second_from, second_to) = story_of(row)
    row.refresh_from_db()
    assert (first_from, first_to, second_to) == (None, second_from, str(row.rating))


def test_without_the_lectures_lock_the_trail_tells_what_never_was(monkeypatch):
    row, calls = two_marks_of_one_child()
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    monkeypatch.setattr(marking, "check_mark", meeting.after(marking.check_mark))
    at_once(calls)
    assert [before for before, _after in story_of(row)] == [None, None]


def two_results_of_one_child():
    sami = make_teacher()
    course = make_course(instructor=sami)
    child = make_enrollment(course).child
    exam = make_exam(course)

    def enter(marks):
        return enter_course_results(exam.pk, [ResultLine(f"child:{child.pk}", Decimal(marks))], by=sami.user)

    return [lambda: enter(20), lambda: enter(30)]


def test_two_first_results_at_once_are_a_result_and_its_correction():
    outcome = at_once(two_results_of_one_child())
    assert (outcome.done, outcome.refused, outcome.failed) == ([1, 1], [], [])
    actions = AuditEntry.objects.filter(model="courses.examresult").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["create", "update"]
    assert ExamResult.objects.count() == 1


def test_without_the_exams_lock_the_second_runs_into_the_index(monkeypatch):
    calls = two_results_of_one_child()
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    # Asked for after the results were read and before one is written.
    monkeypatch.setattr(entering.audit, "entry", meeting.after(entering.audit.entry))
    outcome = at_once(calls)
    assert len(outcome.failed) == 1
    assert "courses_examresult_once" in str(outcome.failed[0])


def two_ratings_of_one_parent():
    sami, mona = make_teacher(), make_parent()
    course = make_course(instructor=sami)
    make_enrollment(course, child=make_child(mona))
    said = {"instructor_id": sami.pk, "course_id": course.pk, "by": mona.user}
    return [lambda rating=rating: rate_instructor(rating=Decimal(rating), **said) for rating in (3, 9)]


def test_of_two_ratings_at_once_one_counts():
    outcome = at_once(two_ratings_of_one_parent())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["rated_already"], [])
    assert ParentInstructorRating.objects.get().rating == outcome.done[0].rating
    assert AuditEntry.objects.filter(model="attendance.parentinstructorrating").count() == 1


def test_without_the_index_both_count():
    calls = two_ratings_of_one_parent()
    table = ParentInstructorRating._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{ONCE}"')
    try:
        assert len(at_once(calls).done) == 2
        assert ParentInstructorRating.objects.count() == 2
    finally:
        ParentInstructorRating.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{ONCE}" UNIQUE (parent_id, instructor_id, course_id)'
            )
