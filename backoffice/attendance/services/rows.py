"""Attendance rows follow enrolments and lectures; connected in `apps.py`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from backoffice.courses.models import Lecture
from backoffice.enrollments.models import Enrollment

from ..models import InstructorAttendance, LectureAttendance

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Actor = "CustomUser | None"


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


def _add_rows(pairs: Iterable[tuple[Lecture, Enrollment]], by: Actor) -> None:
    pairs = list(pairs)
    if not pairs:
        return
    lectures = {lecture.pk for lecture, _enrollment in pairs}
    # Only theirs: the lists of a full course hold hundreds of others, and each new seat would read them all.
    theirs = Q(child_id__in={one.child_id for _lecture, one in pairs}) | Q(
        student_id__in={one.student_id for _lecture, one in pairs}
    )
    there = LectureAttendance.objects.filter(theirs, lecture_id__in=lectures)
    known = set(there.values_list("lecture_id", "child_id", "student_id"))
    rows = [
        LectureAttendance(lecture=lecture, child_id=one.child_id, student_id=one.student_id)
        for lecture, one in pairs
        if (lecture.pk, one.child_id, one.student_id) not in known
    ]
    LectureAttendance.objects.bulk_create(rows, batch_size=500)


def _remove_rows(rows: Any, by: Actor) -> None:
    # Nobody has written anything on these rows; the enrolment's or the lecture's own entry says why they go.
    rows.delete()
