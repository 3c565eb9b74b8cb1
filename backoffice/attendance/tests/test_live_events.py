"""Live events: written with the change, in order, and shown only as far as the reader may see."""

import asyncio
import datetime as dt
import time
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.attendance import events
from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.attendance.selectors import View, may_follow, reader_of, readers_of
from backoffice.attendance.services import KEPT_FOR, Mark, forget_events, mark_lecture, sweep_events
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.models import Child, ChildParent
from backoffice.users.tests.makers import (
    make_child,
    make_instructor,
    make_parent,
    make_staff,
    make_student,
    make_user,
    ziad,
)

pytestmark = pytest.mark.django_db

PRESENT = Mark(present=True, rating=Decimal("8.50"))


@pytest.fixture
def sami():
    """Sami the instructor."""
    instructor = make_instructor(first_name="سامي", is_staff=True)
    instructor.user.groups.set(make_staff("Instructors").groups.all())
    return instructor


@pytest.fixture
def lecture(sami):
    """Sami's lecture of this morning."""
    local = timezone.localtime() - dt.timedelta(minutes=1)
    start = dt.time(0, 0) if local.hour == 0 else (local - dt.timedelta(hours=1)).time()
    return make_lecture(make_course(), instructor=sami, day=local.date(), start_time=start, end_time=dt.time(23, 59))


def marked(lecture, by, *children):
    rows = [LectureAttendance.objects.create(lecture=lecture, child=child) for child in children]
    mark_lecture(lecture.pk, {row.pk: PRESENT for row in rows}, by=by)
    return rows


def test_a_mark_is_told_with_the_lectures_counts(lecture, sami):
    yusuf = make_child()
    LectureAttendance.objects.create(lecture=lecture, child=make_child())
    (row,) = marked(lecture, sami.user, yusuf)
    mark, summary = AttendanceEvent.objects.all()
    assert (mark.cursor, summary.cursor) == (1, 2)
    assert mark.data["participant"] == f"child:{yusuf.pk}"
    assert (mark.data["present"], mark.data["rating"]) == (True, "8.50")
    assert mark.data["marked_by"]["id"] == str(sami.user.pk)
    assert mark.data["at"] == timezone.localtime(row.lecture.attendance.get(pk=row.pk).marked_at).isoformat()
    counts = ("expected", "present", "absent", "unmarked")
    assert [summary.data[name] for name in counts] == [2, 1, 0, 1]


def test_a_mark_that_is_undone_is_not_told_and_leaves_no_gap(lecture, sami):
    with transaction.atomic():
        marked(lecture, sami.user, make_child())
        transaction.set_rollback(True)
    marked(lecture, sami.user, make_child())
    assert list(AttendanceEvent.objects.values_list("cursor", flat=True)) == [1, 2]


def test_a_mark_that_says_nothing_new_is_not_told(lecture, sami):
    (row,) = marked(lecture, sami.user, make_child())
    mark_lecture(lecture.pk, {row.pk: PRESENT}, by=sami.user)
    assert AttendanceEvent.objects.count() == 2


def test_a_parent_is_told_of_the_own_child_alone_and_not_who_marked(lecture, sami):
    mona, stranger = make_parent(), make_parent()
    yusuf, other = make_child(primary_parent=mona), make_child(primary_parent=stranger)
    marked(lecture, sami.user, yusuf, other)
    reader = reader_of(mona.user)
    (seen,) = [event for event in AttendanceEvent.objects.all() if reader.view(event)]
    assert seen.child_id == yusuf.pk
    told = reader.view(seen).of(seen)
    assert told["marked_by"] is None
    assert told["rating"] == "8.50"


def test_an_instructor_is_told_of_the_own_lectures_alone(lecture, sami):
    colleague = make_instructor()
    marked(lecture, sami.user, make_child())
    told, untold = reader_of(sami.user), reader_of(colleague.user)
    assert {told.view(event) for event in AttendanceEvent.objects.all()} == {View.WHOLE}
    assert {untold.view(event) for event in AttendanceEvent.objects.all()} == {None}


@pytest.mark.parametrize(
    ("group", "marks", "staff"),
    [
        ("Managers", True, True),
        ("Supervisors", True, True),
        ("Registrars", True, False),
        ("Accountants", False, False),
        ("Cashiers", False, False),
        ("Marketing", False, False),
    ],
)
def test_what_each_group_is_told(group, marks, staff):
    reader = reader_of(make_staff(group))
    assert (reader.all_lectures, reader.all_staff) == (marks, staff)
    assert reader.may_listen == (marks or staff)


def test_many_are_looked_up_as_one_is_in_as_many_queries(lecture, sami, django_assert_num_queries):
    mona, student = make_parent(), make_student()
    make_child(primary_parent=mona)
    further = make_parent()
    ChildParent.objects.create(child=make_child(), parent=further)
    people = [make_staff("Managers"), make_staff("Registrars", "Accountants"), sami.user, mona.user, student.user]
    people += [further.user, ziad(), make_user(is_superuser=True)]
    with django_assert_num_queries(7):
        found = readers_of([one.pk for one in people])
    assert found == {one.pk: reader_of(one) for one in people}
    office = ("attendance.view_instructorattendance", "enrollments.view_enrollmentrequest")
    for one in people:
        marks = one.has_perm("attendance.view_lectureattendance") and any(one.has_perm(name) for name in office)
        assert (found[one.pk].all_lectures, found[one.pk].all_staff) == (marks, one.has_perm(office[0]))
        assert found[one.pk].children == set(Child.objects.of_parent(one).values_list("pk", flat=True))


def test_a_lecture_is_followed_by_who_is_told_of_it(lecture, sami):
    yusuf, student = make_child(), make_student()
    LectureAttendance.objects.create(lecture=lecture, child=yusuf)
    LectureAttendance.objects.create(lecture=lecture, student=student)
    may = [make_staff("Registrars"), make_staff("Supervisors"), sami.user, yusuf.primary_parent.user, student.user]
    may_not = [make_instructor().user, make_parent().user, make_student().user, ziad(), make_staff("Accountants")]
    assert [may_follow(reader_of(one), lecture.pk) for one in may] == [True] * 5
    assert [may_follow(reader_of(one), lecture.pk) for one in may_not] == [False] * 5
    assert not may_follow(reader_of(may[0]), uuid4())


def test_a_stranger_and_a_closed_account_are_told_nothing():
    manager = make_staff("Managers")
    manager.is_active = False
    manager.save()
    assert not reader_of(ziad()).may_listen
    assert not reader_of(manager).may_listen


def test_an_event_comes_back_from_the_layer_as_it_went(lecture, sami):
    marked(lecture, sami.user, make_child())
    for event in AttendanceEvent.objects.all():
        again = events.from_the_layer(events._on_the_layer(event))
        names = ("cursor", "type", "data", "lecture_id", "teacher_id", "child_id", "student_id", "instructor_id")
        assert all(getattr(again, name) == getattr(event, name) for name in names)


class Layer:
    """A layer that fails or hangs, and counts how often it is asked."""

    def __init__(self, becomes_of_it):
        self.becomes_of_it, self.asked = becomes_of_it, 0

    async def group_send(self, _group, _message):
        self.asked += 1
        await self.becomes_of_it()


@pytest.fixture
def broken_layer(monkeypatch):
    async def refused():
        raise ConnectionRefusedError

    layer = Layer(refused)
    with monkeypatch.context() as broken:
        broken.setattr(events, "get_channel_layer", lambda: layer)
        broken.setattr(events, "_circuit", events._Circuit())
        broken.setattr(events, "_PATIENCE", 0.05)
        yield layer


def test_a_failed_sending_changes_nothing_and_is_made_up_for(
    lecture, sami, broken_layer, django_capture_on_commit_callbacks
):
    async def rings():
        pass

    with django_capture_on_commit_callbacks(execute=True):
        marked(lecture, sami.user, make_child())
    assert AttendanceEvent.objects.unsent().count() == 2
    assert sweep_events() == 0  # its writer may be about to send it
    AttendanceEvent.objects.update(at=timezone.now() - dt.timedelta(minutes=1))
    broken_layer.becomes_of_it = rings
    events._circuit.closed_again_at = time.monotonic()
    assert sweep_events() == 2
    assert not AttendanceEvent.objects.unsent().exists()
    assert sweep_events() == 0


def test_a_layer_that_hangs_holds_up_one_mark_and_not_the_next(lecture, sami, broken_layer, monkeypatch):
    async def hangs():
        await asyncio.sleep(3600)

    broken_layer.becomes_of_it = hangs
    marked(lecture, sami.user, make_child())
    told = list(AttendanceEvent.objects.all())
    with pytest.raises(TimeoutError):
        events.send(told)
    for _again in range(3):
        with pytest.raises(events.LayerRests):
            events.send(told)
    assert broken_layer.asked == 1
    monkeypatch.setattr(events._circuit, "closed_again_at", time.monotonic())
    with pytest.raises(TimeoutError):
        events.send(told)
    assert broken_layer.asked == 2


def test_what_nobody_can_resume_from_is_forgotten(lecture, sami):
    marked(lecture, sami.user, make_child())
    assert forget_events() == 0
    AttendanceEvent.objects.filter(cursor=1).update(at=timezone.now() - KEPT_FOR - dt.timedelta(seconds=1))
    assert forget_events() == 1
    assert list(AttendanceEvent.objects.values_list("cursor", flat=True)) == [2]
