"""Rows as instructors see them."""

from collections.abc import Sequence
from typing import Any

from rest_framework.request import Request

from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.attendance.selectors import (
    Counts,
    ExamLine,
    counts_of,
    exam_list,
    may_mark,
    may_mark_until,
    moment,
    roster,
)
from backoffice.courses.models import Course, Exam, Lecture
from backoffice.users.models import Child, CustomUser, Instructor, StudentUser

from .. import values


def lectures(rows: Sequence[Lecture]) -> list[dict[str, Any]]:
    """Lectures with the counts of their lists; one query for all."""
    counts = counts_of([lecture.pk for lecture in rows])
    return [_lecture(lecture, counts.get(lecture.pk, Counts())) for lecture in rows]


def roster_of(lecture: Lecture, viewer: CustomUser, request: Request) -> dict[str, Any]:
    """A lecture's list, for somebody who may see it."""
    return {
        "lecture": lectures([lecture])[0],
        "may_mark": may_mark(lecture, viewer),
        "until": values.moment(may_mark_until(lecture, viewer)),
        "participants": [_roster_line(row, request) for row in roster(lecture)],
    }


def own_attendance(row: InstructorAttendance) -> dict[str, Any]:
    """One time that one was due."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "lecture": row.lecture_id,
        "course": _course(row.lecture.course) if row.lecture else None,
        "day": row.day,
        "due_from": values.moment(moment(row.day, row.start_time)),
        "due_to": values.moment(moment(row.day, row.end_time)),
        "status": row.status,
        "check_in": values.moment(row.check_in),
        "check_in_via": row.check_in_via or None,
        "check_out": values.moment(row.check_out),
        "check_out_via": row.check_out_via or None,
        "late_minutes": row.late_minutes,
        "rating": values.amount(row.rating) if row.rating is not None else None,
    }


def exam(row: Exam) -> dict[str, Any]:
    """An exam."""
    return {
        "id": row.pk,
        "course": _course(row.course),
        "title": row.title,
        "type": row.type,
        "day": row.day,
        "total_marks": values.amount(row.total_marks),
        "pass_marks": values.amount(row.pass_marks),
    }


def exam_results(row: Exam) -> dict[str, Any]:
    """An exam's list."""
    return {"exam": exam(row), "results": [_result(line) for line in exam_list(row)]}


def _lecture(lecture: Lecture, counts: Counts) -> dict[str, Any]:
    return {
        "id": lecture.pk,
        "course": _course(lecture.course),
        "instructor": _person(lecture.instructor) if lecture.instructor else None,
        "lecture_number": lecture.lecture_number,
        "day": lecture.day,
        "starts_at": values.moment(moment(lecture.day, lecture.start_time)),
        "ends_at": values.moment(moment(lecture.day, lecture.end_time)),
        "room": lecture.room.name if lecture.room else None,
        "status": lecture.status,
        "attendance_taken": lecture.attendance_taken,
        "expected": counts.expected,
        "came": counts.came,
        "unmarked": counts.unmarked,
    }


def _course(course: Course) -> dict[str, Any]:
    return {"id": course.pk, "name": course.name}


def _person(instructor: Instructor) -> dict[str, Any]:
    return {"id": instructor.pk, "name": str(instructor)}


def _who(participant: Child | StudentUser) -> dict[str, Any]:
    return {"name": str(participant), "code": participant.unique_code}


def _roster_line(row: LectureAttendance, request: Request) -> dict[str, Any]:
    who = row.child or row.student
    assert who is not None  # noqa: S101  exactly_one
    return {
        "participant": str(row.participant_key),
        **_who(who),
        "photo": values.private_file(who.photo.name, request) if isinstance(who, Child) else None,
        "present": row.present,
        "rating": values.amount(row.rating) if row.rating is not None else None,
        "notes": row.notes,
        "marked_via": row.marked_via or None,
    }


def _result(line: ExamLine) -> dict[str, Any]:
    result = line.result
    return {
        "participant": str(line.key),
        **_who(line.participant),
        "marks": values.amount(result.marks) if result else None,
        "percentage": values.amount(result.percentage) if result else None,
        "passed": result.passed if result else None,
        "notes": result.notes if result else "",
    }
