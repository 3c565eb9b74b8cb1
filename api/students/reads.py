"""Rows as a family sees them. An instructor's notes are written for the staff and aren't among them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from backoffice.attendance.models import LectureAttendance
from backoffice.attendance.selectors import Rating, moment
from backoffice.courses.models import Course, ExamResult, Lecture
from backoffice.enrollments.selectors import FamilyPlace
from backoffice.users.models import CustomUser

from .. import values


def lectures(rows: Sequence[Lecture], places: Collection[FamilyPlace], person: CustomUser) -> list[dict[str, Any]]:
    """Lectures with who of the family they are for; no query."""
    seats = by_course(places, person)
    return [_lecture(lecture, seats[lecture.course_id]) for lecture in rows]


def by_course(places: Collection[FamilyPlace], person: CustomUser) -> dict[UUID, list[dict[str, str]]]:
    """Who of the family has a seat in which course."""
    seats: dict[UUID, list[dict[str, str]]] = {}
    for place in sorted(places, key=lambda place: place.child_name or ""):
        key = f"child:{place.child_id}" if place.child_id else f"student:{place.student_id}"
        who = {"participant": key, "name": place.child_name or str(person)}
        seats.setdefault(place.course_id, []).append(who)
    return seats


def mark(row: LectureAttendance) -> dict[str, Any]:
    """A mark."""
    lecture = row.lecture
    return {
        "id": row.pk,
        **_who(row),
        "lecture": lecture.pk,
        "lecture_number": lecture.lecture_number,
        "course": _course(lecture.course),
        "day": lecture.day,
        "starts_at": values.moment(moment(lecture.day, lecture.start_time)),
        "present": row.present,
        "rating": values.amount(row.rating) if row.rating is not None else None,
        "marked_via": row.marked_via,
        "marked_at": values.moment(row.marked_at),
    }


def result(row: ExamResult) -> dict[str, Any]:
    """A result."""
    exam = row.exam
    return {
        "id": row.pk,
        **_who(row),
        "exam": exam.pk,
        "title": exam.title,
        "type": exam.type,
        "day": exam.day,
        "course": _course(exam.course),
        "marks": values.amount(row.marks),
        "total_marks": values.amount(row.total_marks),
        "pass_marks": values.amount(exam.pass_marks),
        "percentage": values.amount(row.percentage),
        "passed": row.passed,
    }


def rating_given(said: Rating) -> dict[str, Any]:
    """A rating that was just written."""
    person = said.instructor.user
    columns: dict[str, Any] = {
        "instructor__user__first_name": person.first_name,
        "instructor__user__last_name": person.last_name,
    }
    columns |= {"instructor": said.instructor_id, "course": said.course_id, "course__name": said.course.name}
    return rating(columns | {name: getattr(said, name) for name in ("rating", "feedback", "created_at", "updated_at")})


def rating(row: Mapping[str, Any]) -> dict[str, Any]:
    """A rating, from the columns of `ratings_by`."""
    name = f"{row['instructor__user__first_name']} {row['instructor__user__last_name']}".strip()
    return {
        "instructor": {"id": row["instructor"], "name": name},
        "course": {"id": row["course"], "name": row["course__name"]},
        "rating": values.amount(row["rating"]),
        "feedback": row["feedback"],
        "created_at": values.moment(row["created_at"]),
        "updated_at": values.moment(row["updated_at"]),
    }


def _lecture(lecture: Lecture, participants: list[dict[str, str]]) -> dict[str, Any]:
    teacher = lecture.instructor
    return {
        "id": lecture.pk,
        "course": _course(lecture.course),
        "instructor": {"id": teacher.pk, "name": str(teacher)} if teacher else None,
        "lecture_number": lecture.lecture_number,
        "day": lecture.day,
        "starts_at": values.moment(moment(lecture.day, lecture.start_time)),
        "ends_at": values.moment(moment(lecture.day, lecture.end_time)),
        "room": lecture.room.name if lecture.room else None,
        "status": lecture.status,
        "participants": participants,
    }


def _course(course: Course) -> dict[str, Any]:
    return {"id": course.pk, "name": course.name}


def _who(row: LectureAttendance | ExamResult) -> dict[str, str]:
    return {"participant": str(row.participant_key), "name": str(row.participant)}
