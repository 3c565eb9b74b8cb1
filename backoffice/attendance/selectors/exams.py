"""An exam's list: everyone with a place in its course, and what they have."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from backoffice.courses.models import Course, Exam, ExamResult
from backoffice.enrollments.models import Enrollment
from backoffice.users.models import Child, StudentUser
from backoffice.users.participants import ParticipantKey

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from backoffice.users.models import CustomUser


@dataclass(frozen=True)
class ExamLine:
    """A participant of the exam's course, and the result as far as there is one."""

    key: ParticipantKey
    participant: Child | StudentUser
    result: ExamResult | None


def exams_visible_to(user: "CustomUser") -> "QuerySet[Exam]":
    """Exams of all courses for the office and the supervisors, for an instructor those of the courses they teach."""
    return Exam.objects.filter(course__in=Course.objects.visible_to(user))


def exam_list(exam: Exam) -> list[ExamLine]:
    """Who holds a seat in the exam's course or has a result already, by name; two queries."""
    people = ("child", "student__user")
    places = Enrollment.objects.holding_seat().filter(course=exam.course_id).select_related(*people)
    results = {one.participant_key: one for one in exam.results.select_related(*people)}
    for result in results.values():
        result.exam = exam
    everyone = {row.participant_key: row.participant for row in (*places, *results.values())}
    lines = [
        ExamLine(key, cast(Child | StudentUser, participant), results.get(key)) for key, participant in everyone.items()
    ]
    return sorted(lines, key=lambda line: (str(line.participant), str(line.key)))


def may_enter_results(exam: Exam, user: "CustomUser") -> bool:
    """Whether the person enters this exam's marks: who teaches the course, and the office that changes results."""
    courses = Course.objects.filter(pk=exam.course_id)
    if user.has_perm("courses.change_examresult"):
        return bool(courses.visible_to(user).exists())
    return bool(courses.taught_by(user).exists())
