"""Who came in the demo: past lectures marked, results, ratings, the supervisors' rota, a device at the door."""

import datetime as dt
from decimal import Decimal
from random import Random

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
    _rota(people)
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
    rows = []
    for lecture in Lecture.objects.filter(status=Lecture.Status.COMPLETED).select_related("instructor"):
        status = rng.choices(["present", "late", "absent"], [90, 8, 2])[0]
        late = rng.randint(21, 40) if status == "late" else 0
        came = moment(lecture.day, lecture.start_time) + dt.timedelta(minutes=late) if status != "absent" else None
        rows.append(
            InstructorAttendance(
                instructor=lecture.instructor,
                kind="lecture",
                lecture=lecture,
                day=lecture.day,
                start_time=lecture.start_time,
                end_time=lecture.end_time,
                status=status,
                check_in=came,
                check_in_via="fingerprint" if came else "",
                check_out=moment(lecture.day, lecture.end_time) if came else None,
                check_out_via="fingerprint" if came else "",
                late_minutes=late,
                rating=Decimal(rng.randint(14, 20)) / 2 if came else None,
            )
        )
    InstructorAttendance.objects.bulk_create(rows, batch_size=500)


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


def _rota(people: People) -> None:
    today = timezone.localdate()
    for number, supervisor in enumerate(people.supervisors):
        for weekday in range(5):
            start = 9 if number % 2 == 0 else 15
            SupervisorSchedule.objects.create(
                supervisor=supervisor, weekday=weekday, start_time=dt.time(start), end_time=dt.time(start + 6)
            )
    for rota in SupervisorSchedule.objects.filter(weekday=(today.weekday() + 2) % 7):
        InstructorAttendance.objects.create(
            instructor=rota.supervisor,
            kind="supervision",
            schedule=rota,
            day=today,
            start_time=rota.start_time,
            end_time=rota.end_time,
        )
