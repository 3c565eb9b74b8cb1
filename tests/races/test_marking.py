"""Two people at one list at the same moment: nothing of either is lost; and what the list's locks are for."""

from decimal import Decimal

import pytest
from django.db.models import QuerySet

from api.tests.teaching.cast import make_supervisor, make_teacher, running_lecture
from backoffice.attendance.models import AttendanceEvent, LectureAttendance
from backoffice.attendance.services import Mark, mark_lecture, mark_rest_present, note_participant, undo_marks
from backoffice.attendance.services import marks as marking
from backoffice.attendance.services import undo as undoing
from backoffice.courses.tests.makers import make_course
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TEN = Decimal(10)
ABSENT = Mark(present=False, notes=None)


class Scene:
    """Sami and a supervisor, each before the same list of a few children."""

    def __init__(self, children=4):
        self.sami, self.supervisor = make_teacher().user, make_supervisor()
        self.lecture = running_lecture(make_course(instructor=self.sami.instructor), instructor=self.sami.instructor)
        self.rows = [
            LectureAttendance.objects.create(lecture=self.lecture, child=make_child()) for _number in range(children)
        ]

    def rest(self):
        return mark_rest_present(self.lecture.pk, TEN, by=self.sami)

    def absent(self, row):
        return mark_lecture(self.lecture.pk, {row.pk: ABSENT}, by=self.supervisor)

    def present(self, row):
        return mark_lecture(self.lecture.pk, {row.pk: Mark(present=True, rating=TEN, notes=None)}, by=self.sami)

    def note(self, row):
        return note_participant(self.lecture.pk, str(row.participant_key), "اعتذر", by=self.supervisor)

    def undo(self, row):
        return undo_marks(self.lecture.pk, {str(row.participant_key)}, by=self.sami)


def take_every_lock_out(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)


def steps_of(row):
    """What the trail says the mark was before and after, in order."""
    entries = AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).order_by("id")
    return [tuple(entry.changes["present"]) for entry in entries if "present" in entry.changes]


def test_everybody_present_never_takes_a_colleagues_absent_away():
    for _round in range(5):
        scene = Scene()
        row = scene.rows[2]
        outcome = at_once([scene.rest, lambda row=row, scene=scene: scene.absent(row)])
        assert (len(outcome.done), outcome.refused, outcome.failed) == (2, [], [])
        row.refresh_from_db()
        # Either way round: who was marked absent first isn't among the rest, who was among the rest is absent since.
        assert row.present is False
        assert steps_of(row) in ([(None, False)], [(None, True), (True, False)])


def test_without_the_lists_lock_everybody_present_overwrites_it(monkeypatch):
    scene = Scene()
    row = scene.rows[2]
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    # Both have read the list before one of them writes.
    monkeypatch.setattr(marking, "write_marks", after(meeting, marking.write_marks))
    at_once([scene.rest, lambda: scene.absent(row)])
    # Each believes that the row was unmarked: one of the two marks is gone without a word.
    assert sorted(steps_of(row)) == [(None, False), (None, True)]


def after(meeting, write):
    def written(*args, **kwargs):
        meeting.wait()
        return write(*args, **kwargs)

    return written


def test_a_note_and_a_mark_at_once_both_stay():
    for _round in range(5):
        scene = Scene(1)
        (row,) = scene.rows
        outcome = at_once([lambda s=scene, r=row: s.present(r), lambda s=scene, r=row: s.note(r)])
        assert (outcome.done, outcome.refused, outcome.failed) == ([1, 1], [], [])
        row.refresh_from_db()
        assert (row.present, row.rating, row.notes) == (True, TEN, "اعتذر")


def test_without_the_lists_lock_the_note_or_the_mark_is_lost(monkeypatch):
    scene = Scene(1)
    (row,) = scene.rows
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    monkeypatch.setattr(marking, "write_marks", after(meeting, marking.write_marks))
    at_once([lambda: scene.present(row), lambda: scene.note(row)])
    row.refresh_from_db()
    assert (row.present, row.notes) != (True, "اعتذر")


def test_an_undo_never_takes_a_colleagues_mark_away():
    for _round in range(5):
        scene = Scene(1)
        (row,) = scene.rows
        scene.present(row)
        outcome = at_once([lambda s=scene, r=row: s.undo(r), lambda s=scene, r=row: s.absent(r)])
        assert (outcome.refused, outcome.failed) == ([], [])
        row.refresh_from_db()
        assert row.present is False
        assert row.marked_by == scene.supervisor


def test_without_the_lists_lock_an_undo_takes_it_away(monkeypatch):
    scene = Scene(1)
    (row,) = scene.rows
    scene.present(row)
    meeting = Meeting(2)
    take_every_lock_out(monkeypatch)
    # The colleague writes after the undo has looked at the trail, and the undo after the colleague.
    look = undoing._last_entries
    monkeypatch.setattr(undoing, "_last_entries", lambda rows: (look(rows), meeting.wait(), scene.absent(row))[0])

    def colleague():
        meeting.wait()
        return 0

    at_once([lambda: scene.undo(row), colleague])
    row.refresh_from_db()
    assert row.present is None


def test_events_tell_both_marks_in_the_order_in_which_they_count():
    scene = Scene(1)
    (row,) = scene.rows
    at_once([lambda: scene.present(row), lambda: scene.absent(row)])
    told = AttendanceEvent.objects.filter(type="attendance_update").order_by("cursor")
    row.refresh_from_db()
    assert len(told) == 2
    assert told[1].data["present"] is row.present
    assert {event.data["marked_by"]["id"] for event in told} == {str(scene.sami.pk), str(scene.supervisor.pk)}
