"""Everybody present at once, a mark taken back, and one's own mark undone."""

from decimal import Decimal

import pytest

from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.attendance.services import Mark, mark_lecture, mark_rest_present, undo_marks
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_staff, ziad

from .test_marking import lecture, row_of, sami  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db

TEN = Decimal(10)


def stands(row):
    row.refresh_from_db()
    return row.present, row.rating, row.notes


def mark(row, by, **fields):
    return mark_lecture(row.lecture_id, {row.pk: Mark(**fields)}, by=by)


def test_the_rest_is_marked_present_and_who_was_marked_keeps_the_mark(lecture, sami):  # noqa: F811
    absent, rated, *rest = [row_of(lecture) for _ in range(4)]
    mark(absent, sami.user, present=False, notes="مريض")
    mark(rated, sami.user, present=True, rating=Decimal("7.50"))
    assert mark_rest_present(lecture.pk, TEN, by=sami.user) == 2
    assert stands(absent) == (False, None, "مريض")
    assert stands(rated) == (True, Decimal("7.50"), "")
    assert [stands(row) for row in rest] == [(True, TEN, "")] * 2
    assert mark_rest_present(lecture.pk, TEN, by=sami.user) == 0


@pytest.mark.parametrize("rating", ["10.01", "0.99", "8.555", "NaN"])
def test_a_wrong_rating_for_all_marks_nobody(lecture, sami, rating):  # noqa: F811
    row = row_of(lecture)
    with pytest.raises(DomainError) as refused:
        mark_rest_present(lecture.pk, Decimal(rating), by=sami.user)
    assert refused.value.code == "rating_out_of_range"
    assert stands(row) == (None, None, "")


def test_a_list_of_thirty_is_marked_in_twelve_queries(lecture, sami, django_assert_max_num_queries):  # noqa: F811
    people = [make_child() for _ in range(30)]
    LectureAttendance.objects.bulk_create(LectureAttendance(lecture=lecture, child=child) for child in people)
    with django_assert_max_num_queries(12):
        assert mark_rest_present(lecture.pk, TEN, by=sami.user) == 30


def test_a_mark_that_is_taken_back_leaves_no_signature_but_its_trail(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    mark(row, sami.user, present=True, rating=TEN, notes="سريع")
    mark(row, sami.user, present=None, notes=None)
    assert stands(row) == (None, None, "سريع")
    assert (row.marked_by, row.marked_at, row.marked_via) == (None, None, "")
    told = AttendanceEvent.objects.filter(type="attendance_update").last()
    assert (told.data["present"], told.data["marked_by"]) == (None, None)
    last = AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).first()
    assert (last.actor, last.changes["present"]) == (sami.user, [True, None])


def test_a_mark_that_is_taken_back_has_no_rating(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    with pytest.raises(DomainError) as refused:
        mark(row, sami.user, present=None, rating=TEN)
    assert refused.value.code == "rating_without_presence"


def test_a_mark_without_notes_leaves_what_a_colleague_wrote(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    mark(row, make_staff("Supervisors"), present=False, notes="اعتذرت الأم")
    mark(row, sami.user, present=True, rating=TEN, notes=None)
    assert stands(row) == (True, TEN, "اعتذرت الأم")


def test_undone_the_row_is_as_it_was_and_undone_again_as_it_was_marked(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    mark(row, sami.user, present=False, notes="تأخر")
    mark(row, sami.user, present=True, rating=Decimal("8.50"), notes="حضر")
    undo = lambda: undo_marks(lecture.pk, {str(row.participant_key)}, by=sami.user)  # noqa: E731
    assert undo() == 1
    assert stands(row) == (False, None, "تأخر")
    assert undo() == 1
    assert stands(row) == (True, Decimal("8.50"), "حضر")


def test_all_present_is_undone_as_one(lecture, sami):  # noqa: F811
    rows = [row_of(lecture) for _ in range(3)]
    mark_rest_present(lecture.pk, TEN, by=sami.user)
    assert undo_marks(lecture.pk, {str(row.participant_key) for row in rows}, by=sami.user) == 3
    assert {stands(row) for row in rows} == {(None, None, "")}


def test_a_mark_that_a_colleague_made_since_is_not_undone(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    mark(row, sami.user, present=True, rating=TEN)
    mark(row, make_staff("Supervisors"), present=False)
    assert undo_marks(lecture.pk, {str(row.participant_key)}, by=sami.user) == 0
    assert stands(row) == (False, None, "")


def test_a_row_without_a_mark_and_a_name_that_is_none_are_left_alone(lecture, sami):  # noqa: F811
    row = row_of(lecture)
    assert undo_marks(lecture.pk, {str(row.participant_key), "child:x", ""}, by=sami.user) == 0
    assert stands(row) == (None, None, "")


def test_a_stranger_neither_marks_the_rest_nor_undoes(lecture):  # noqa: F811
    row = row_of(lecture)
    for call in (lambda: mark_rest_present(lecture.pk, TEN, by=ziad()), lambda: undo_marks(lecture.pk, {}, by=ziad())):
        with pytest.raises(DomainError) as refused:
            call()
        assert refused.value.code == "may_not_mark"
    assert stands(row) == (None, None, "")
