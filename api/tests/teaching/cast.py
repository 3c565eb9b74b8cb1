"""Who is allowed near a lecture, and who isn't."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from rest_framework.test import APIClient

from api import tokens
from backoffice.courses.models import Course, Exam, Lecture
from backoffice.courses.tests.makers import make_lecture
from backoffice.users.models import CustomUser, Instructor
from backoffice.users.tests.makers import huda, make_instructor, make_parent, make_student, omar, ziad

from ..conftest import carry

PHONES = ("+20", "99999999", "phone", "price", "paid", "balance", "salary")


def be(app: APIClient, user: CustomUser) -> None:
    """The app is this person's from now on."""
    carry(app, tokens.sign_in(user).access)


def make_teacher(**overrides: Any) -> Instructor:
    """An instructor with the rights of one."""
    teacher = make_instructor(**({"is_staff": True} | overrides))
    teacher.user.groups.set(Group.objects.filter(name="Instructors"))
    return teacher


def make_supervisor() -> CustomUser:
    """A supervisor, who sees everyone's lectures."""
    user = make_instructor(role="supervisor", is_staff=True).user
    user.groups.set(Group.objects.filter(name="Supervisors"))
    return user


def running_lecture(course: Course, **overrides: Any) -> Lecture:
    """A lecture of today that has begun and isn't long over, whatever hour the test runs at."""
    begun = timezone.localtime() - dt.timedelta(minutes=1)
    fields = {"day": begun.date(), "start_time": begun.time().replace(microsecond=0), "end_time": dt.time(23, 59, 59)}
    return make_lecture(course, **(fields | overrides))


def make_exam(course: Course, **overrides: Any) -> Exam:
    """An exam of 40 marks that 20 pass."""
    fields = {"course": course, "title": "اختبار", "type": "quiz", "day": timezone.localdate()}
    return Exam.objects.create(**(fields | {"total_marks": 40, "pass_marks": 20} | overrides))


def outsiders() -> dict[str, CustomUser]:
    """Who has no business with teaching."""
    return {"ziad": ziad(), "omar": omar(), "huda": huda(), "mona": make_parent().user, "student": make_student().user}
