"""Marking a lecture: who may, when, and what a mark needs."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.selectors import may_mark
from backoffice.attendance.services import Mark, mark_lecture
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, make_staff, ziad

pytestmark = pytest.mark.django_db


@pytest.fixture
def sami():
    """Sami the instructor."""
    instructor = make_instructor(first_name="سامي", is_staff=True)
    instructor.user.groups.set(make_staff("Instructors").groups.all())
    return instructor


@pytest.fixture
def lecture(sami):
    """Sami's lecture of yesterday evening, within the last day."""
    local = timezone.localtime() - dt.timedelta(hours=3)
    start = local.time().replace(microsecond=0)
    end = dt.time(23, 59) if local.hour >= 22 else (local + dt.timedelta(hours=1)).time().replace(microsecond=0)
    return make_lecture(make_course(), instructor=sami, day=local.date(), start_time=start, end_time=end)


def row_of(lecture):
    return LectureAttendance.objects.create(lecture=lecture, child=make_child())


def test_the_instructor_marks_and_the_trail_says_so(lecture, sami):
    row = row_of(lecture)
    assert mark_lecture(lecture.pk, {row.pk: Mark(present=True, rating=Decimal("8.50"))}, by=sami.user) == 1
    row.refresh_from_db()
    lecture.refresh_from_db()
    assert (row.present, row.rating, row.marked_by, row.marked_via) == (True, Decimal("8.50"), sami.user, "manual")
    assert lecture.attendance_taken
    assert AuditEntry.objects.filter(object_id=str(row.pk), actor=sami.user).exists()


def test_the_same_mark_again_changes_nothing(lecture, sami):
    row, mark = row_of(lecture), Mark(present=False)
    mark_lecture(lecture.pk, {row.pk: mark}, by=sami.user)
    assert mark_lecture(lecture.pk, {row.pk: mark}, by=sami.user) == 0
    assert AuditEntry.objects.filter(model="attendance.lectureattendance", object_id=str(row.pk)).count() == 1


def test_one_wrong_mark_undoes_them_all(lecture, sami):
    good, bad = row_of(lecture), row_of(lecture)
    marks = {good.pk: Mark(present=False), bad.pk: Mark(present=True)}
    with pytest.raises(DomainError) as refused:
        mark_lecture(lecture.pk, marks, by=sami.user)
    assert refused.value.code == "rating_missing"
    good.refresh_from_db()
    assert good.present is None


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Mark(present=True), "rating_missing"),
        (Mark(present=True, rating=Decimal("10.01")), "rating_out_of_range"),
        (Mark(present=True, rating=Decimal("0.50")), "rating_out_of_range"),
        (Mark(present=False, rating=Decimal(5)), "rating_without_presence"),
    ],
)
def test_a_mark_says_what_it_lacks(lecture, sami, mark, code):
    row = row_of(lecture)
    with pytest.raises(DomainError) as refused:
        mark_lecture(lecture.pk, {row.pk: mark}, by=sami.user)
    assert (refused.value.code, refused.value.field) == (code, "rating")


def test_a_row_of_another_lecture_is_refused(lecture, sami):
    elsewhere = row_of(make_lecture(make_course()))
    with pytest.raises(DomainError) as refused:
        mark_lecture(lecture.pk, {elsewhere.pk: Mark(present=False)}, by=sami.user)
    assert refused.value.code == "not_on_the_list"


def test_nobody_marks_a_lecture_to_come(sami):
    coming = make_lecture(make_course(), instructor=sami)
    for who in (sami.user, make_staff("Managers"), make_staff("Supervisors")):
        with pytest.raises(DomainError) as refused:
            mark_lecture(coming.pk, {}, by=who)
        assert refused.value.code == "not_begun"


def test_after_a_day_only_supervisors_and_managers_mark(sami):
    past = make_lecture(make_course(), instructor=sami, day=timezone.localdate() - dt.timedelta(days=3))
    assert not may_mark(past, sami.user)
    assert may_mark(past, make_staff("Supervisors"))
    assert may_mark(past, make_staff("Managers"))


def test_the_instructors_window_closes_exactly_a_day_after_the_end(sami):
    lecture = make_lecture(make_course(), instructor=sami, day=dt.date(2026, 3, 10))
    end = timezone.make_aware(dt.datetime(2026, 3, 10, 18, 0))
    assert may_mark(lecture, sami.user, now=end + dt.timedelta(hours=24))
    assert not may_mark(lecture, sami.user, now=end + dt.timedelta(hours=24, seconds=1))
    assert not may_mark(lecture, sami.user, now=end - dt.timedelta(hours=2, seconds=1))


def test_a_stranger_and_another_instructor_may_not(lecture):
    row = row_of(lecture)
    for who in (ziad(), make_instructor().user):
        with pytest.raises(DomainError) as refused:
            mark_lecture(lecture.pk, {row.pk: Mark(present=False)}, by=who)
        assert refused.value.code == "may_not_mark"
