"""Who came in the demo: past lectures marked, results, ratings, the supervisors' rota, a device at the door."""

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from backoffice.attendance.models import (
    Device,
    InstructorAttendance,
    LectureAttendance,
    ParentInstructorRating,
    StudentInstructorRating,
    SupervisorSchedule,
)
from backoffice.attendance.selectors import moment
from backoffice.attendance.services import generate_instructor_attendance
from backoffice.courses.models import Course, Exam, ExamResult, Lecture
from backoffice.enrollments.models import Enrollment

from .people import People


def build_coming(people: People, courses: dict[str, Course], rng: Random) -> None:
    """Write all of it."""
    for course in courses.values():
        _lectures(course, rng)
    _instructors(rng)
    _results(rng)
    _ratings(people)
    _rota(people, rng)
    Device.objects.create(name="قارئ الباب الرئيسي", location="المدخل", key_hash="!")


def _lectures(course: Course, rng: Random) -> None:
    lectures = Lecture.objects.filter(course=course, status=Lecture.Status.COMPLETED)
    holders = list(Enrollment.objects.holding_seat().filter(course=course))
    rows = [_mark(lecture, holder, rng) for lecture in lectures for holder in holders]
    LectureAttendance.objects.bulk_create(rows, batch_size=500)


def _mark(lecture: Lecture, holder: Enrollment, rng: Random) -> LectureAttendance:
    present = rng.random() < 0.88
    return LectureAttendance(
        lecture=lecture,
        child_id=holder.child_id,
        student_id=holder.student_id,
        present=present,
        rating=Decimal(rng.randint(12, 20)) / 2 if present else None,
        marked_by=lecture.instructor.user if lecture.instructor else None,
        marked_at=moment(lecture.day, lecture.end_time),
        marked_via="manual",
    )


def _instructors(rng: Random) -> None:
    rows = [
        InstructorAttendance(
            instructor=lecture.instructor,
            kind="lecture",
            lecture=lecture,
            **_came(lecture.day, lecture.start_time, lecture.end_time, rng),
        )
        for lecture in Lecture.objects.filter(status=Lecture.Status.COMPLETED).select_related("instructor")
    ]
    InstructorAttendance.objects.bulk_create(rows, batch_size=500)


def _came(day: dt.date, start: dt.time, end: dt.time, rng: Random) -> dict[str, Any]:
    """How it was on a day that is over: mostly there, now and then late or missing."""
    hours = {"day": day, "start_time": start, "end_time": end}
    status = rng.choices(["present", "late", "absent"], [90, 8, 2])[0]
    if status == "absent":
        return {**hours, "status": status}
    late = rng.randint(21, 40) if status == "late" else 0
    return {
        **hours,
        "status": status,
        "check_in": moment(day, start) + dt.timedelta(minutes=late or -rng.randint(2, 12)),
        "check_in_via": "fingerprint",
        "check_out": moment(day, end) + dt.timedelta(minutes=rng.randint(0, 9)),
        "check_out_via": "fingerprint",
        "late_minutes": late,
        "rating": Decimal(rng.randint(14, 20)) / 2,
    }


def _results(rng: Random) -> None:
    rows = []
    for exam in Exam.objects.all():
        for holder in Enrollment.objects.holding_seat().filter(course=exam.course_id):
            marks = Decimal(rng.randint(36, 100)) / 2
            rows.append(
                ExamResult(
                    exam=exam,
                    child_id=holder.child_id,
                    student_id=holder.student_id,
                    total_marks=exam.total_marks,
                    marks=marks,
                )
            )
    ExamResult.objects.bulk_create(rows, batch_size=500)


def _ratings(people: People) -> None:
    parent = people.accounts["parent"].parent
    for enrollment in Enrollment.objects.filter(child__primary_parent=parent).select_related("course")[:2]:
        ParentInstructorRating.objects.get_or_create(
            parent=parent,
            instructor=enrollment.course.instructor,
            course=enrollment.course,
            defaults={"rating": Decimal("9.50"), "feedback": "معلم صبور ومتمكن"},
        )
    student = people.accounts["student"].student
    for enrollment in Enrollment.objects.filter(student=student).select_related("course")[:1]:
        StudentInstructorRating.objects.create(
            student=student,
            instructor_id=enrollment.course.instructor_id,
            course=enrollment.course,
            rating=Decimal("9.00"),
            feedback="شرح واضح",
        )


def _rota(people: People, rng: Random) -> None:
    """The supervisors' hours, four weeks of them that are over, and today's."""
    today = timezone.localdate()
    for number, supervisor in enumerate(people.supervisors):
        start = 9 if number % 2 == 0 else 15
        hours = {"start_time": dt.time(start), "end_time": dt.time(start + 6)}
        for weekday in range(5):
            SupervisorSchedule.objects.create(
                supervisor=supervisor, weekday=weekday, begins_on=today - dt.timedelta(days=60), **hours
            )
    over = [today - dt.timedelta(days=back) for back in range(1, 29)]
    rows = [_on_duty(rota, rng=rng, day=day) for day in over for rota in SupervisorSchedule.objects.due_on([day])]
    InstructorAttendance.objects.bulk_create(rows, batch_size=500)
    generate_instructor_attendance(today, days=1)


def _on_duty(rota: SupervisorSchedule, *, day: dt.date, rng: Random) -> InstructorAttendance:
    came = _came(day, rota.start_time, rota.end_time, rng)
    return InstructorAttendance(instructor_id=rota.supervisor_id, kind="supervision", schedule=rota, **came)
