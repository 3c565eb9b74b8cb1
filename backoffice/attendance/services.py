"""Writes of attendance: rows that follow enrolments, and marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Lecture
from backoffice.enrollments.models import Enrollment
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.validators import MAX_RATING, MIN_RATING

from .models import InstructorAttendance, LectureAttendance, MarkedVia, SupervisorSchedule
from .selectors import lecture_begins, may_mark

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Actor = "CustomUser | None"


@dataclass(frozen=True)
class Mark:
    """One participant's mark: present with a rating of 1.00 to 10.00, or absent without one."""

    present: bool
    rating: Decimal | None = None
    notes: str = ""


def add_rows_of_enrollment(enrollment: Enrollment, by: Actor) -> None:
    """Put a new seat holder on the lists of the lectures to come."""
    lectures = Lecture.objects.filter(course_id=enrollment.course_id).upcoming().exclude(status="cancelled")
    _add_rows([(lecture, enrollment) for lecture in lectures], by)


def remove_rows_of_enrollment(enrollment: Enrollment, by: Actor) -> None:
    """Take who has left off the lists of lectures to come; what was marked stays."""
    coming = Lecture.objects.filter(course_id=enrollment.course_id).upcoming()
    rows = LectureAttendance.objects.unmarked().filter(
        lecture__in=coming, child_id=enrollment.child_id, student_id=enrollment.student_id
    )
    _remove_rows(rows, by)


def add_rows_of_lectures(lectures: Iterable[Lecture], by: Actor) -> None:
    """Give new lectures a row for every seat holder of their course."""
    lectures = list(lectures)
    holders: dict[UUID, list[Enrollment]] = {}
    courses = {lecture.course_id for lecture in lectures}
    for enrollment in Enrollment.objects.holding_seat().filter(course_id__in=courses):
        holders.setdefault(enrollment.course_id, []).append(enrollment)
    _add_rows([(lecture, one) for lecture in lectures for one in holders.get(lecture.course_id, [])], by)


def remove_rows_of_lectures(lecture_ids: Iterable[UUID], by: Actor) -> None:
    """Take the unmarked rows of lectures that are about to go, of participants and of their instructors."""
    ids = list(lecture_ids)
    _remove_rows(LectureAttendance.objects.unmarked().filter(lecture_id__in=ids), by)
    _remove_rows(InstructorAttendance.objects.expected().filter(lecture_id__in=ids), by)


def follow_moved_lectures(lectures: Iterable[Lecture], by: Actor) -> None:
    """Who is expected at a lecture is expected on its new day and hour, or its new instructor in their place."""
    moved = {lecture.pk: lecture for lecture in lectures}
    expected = InstructorAttendance.objects.expected().select_for_update(of=("self",)).filter(lecture_id__in=moved)
    for row in expected:
        lecture, before = moved[row.lecture_id], audit.snapshot(row)  # type: ignore[index]
        if lecture.instructor_id is None:
            row.delete()
            continue
        row.instructor_id = lecture.instructor_id
        row.day, row.start_time, row.end_time = lecture.day, lecture.start_time, lecture.end_time
        row.save(update_fields=["instructor", "day", "start_time", "end_time"])
        audit.record_changed(row, before, by=by)


def _add_rows(pairs: Iterable[tuple[Lecture, Enrollment]], by: Actor) -> None:
    pairs = list(pairs)
    if not pairs:
        return
    lectures = {lecture.pk for lecture, _enrollment in pairs}
    known = set(
        LectureAttendance.objects.filter(lecture_id__in=lectures).values_list("lecture_id", "child_id", "student_id")
    )
    rows = [
        LectureAttendance(lecture=lecture, child_id=one.child_id, student_id=one.student_id)
        for lecture, one in pairs
        if (lecture.pk, one.child_id, one.student_id) not in known
    ]
    LectureAttendance.objects.bulk_create(rows, batch_size=500)


def _remove_rows(rows: Any, by: Actor) -> None:
    # Nobody has written anything on these rows; the enrolment's or the lecture's own entry says why they go.
    rows.delete()


@transaction.atomic
def mark_lecture(lecture_id: UUID, marks: Mapping[int, Mark], *, by: "CustomUser", via: str = MarkedVia.MANUAL) -> int:
    """Mark rows of a lecture's list (`{row id: Mark}`), all or nothing; returns how many changed.

    Raises DomainError `not_begun`, `may_not_mark`, `not_on_the_list`, `rating_missing`, `rating_out_of_range` or
    `rating_without_presence`. Source: domain.md, Attendance.
    """
    lecture = Lecture.objects.select_for_update(of=("self",)).get(pk=lecture_id)
    _check_may_mark(lecture, by)
    rows = {row.pk: row for row in LectureAttendance.objects.select_for_update().filter(lecture=lecture)}
    if not marks.keys() <= rows.keys():
        raise DomainError("not_on_the_list", _("Somebody is not on this lecture's list."))
    changed = sum(_mark_row(rows[pk], mark, by, via) for pk, mark in marks.items())
    if marks and not lecture.attendance_taken:
        before = audit.snapshot(lecture)
        lecture.attendance_taken = True
        lecture.save(update_fields=["attendance_taken"])
        audit.record_changed(lecture, before, by=by)
    return changed


def _check_may_mark(lecture: Lecture, by: "CustomUser") -> None:
    if timezone.now() < lecture_begins(lecture):
        raise DomainError("not_begun", _("This lecture has not begun yet."))
    if not may_mark(lecture, by):
        raise DomainError("may_not_mark", _("You may not mark this lecture now."))


def _mark_row(row: LectureAttendance, mark: Mark, by: "CustomUser", via: str) -> bool:
    check_mark(mark)
    if (row.present, row.rating, row.notes) == (mark.present, mark.rating, mark.notes):
        return False
    before = audit.snapshot(row)
    row.present, row.rating, row.notes = mark.present, mark.rating, mark.notes
    row.marked_by, row.marked_at, row.marked_via = by, timezone.now(), via
    row.save()
    return audit.record_changed(row, before, by=by)


def check_mark(mark: Mark) -> None:
    """Present needs a rating of 1.00 to 10.00; absent has none (domain.md, Attendance)."""
    if not mark.present and mark.rating is not None:
        raise DomainError("rating_without_presence", _("Who is absent has no rating."), field="rating")
    if mark.present and mark.rating is None:
        raise DomainError("rating_missing", _("Who is present needs a rating from 1 to 10."), field="rating")
    if mark.rating is not None and not MIN_RATING <= mark.rating <= MAX_RATING:
        raise DomainError("rating_out_of_range", _("A rating is from 1 to 10."), field="rating")


def check_rota(schedule: SupervisorSchedule) -> None:
    """A supervisor's hours don't overlap; raises DomainError `rota_overlap` naming the other hours."""
    other = (
        SupervisorSchedule.objects.filter(supervisor=schedule.supervisor_id, weekday=schedule.weekday)
        .filter(start_time__lt=schedule.end_time, end_time__gt=schedule.start_time)
        .exclude(pk=schedule.pk)
        .first()
    )
    if other is not None:
        sentence = _("These hours overlap with %(hours)s.") % {"hours": other}
        raise DomainError("rota_overlap", sentence, field="start_time")
