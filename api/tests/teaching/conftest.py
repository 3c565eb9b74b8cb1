"""A course that Sami teaches, with Mona's son Yusuf in it."""

from typing import Any

import pytest

from backoffice.attendance.models import LectureAttendance
from backoffice.courses.models import Course, Lecture
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.users.models import Child, CustomUser, Instructor
from backoffice.users.tests.makers import make_child

from .cast import make_teacher, running_lecture


@pytest.fixture
def sami(db: Any) -> Instructor:
    """Sami the instructor."""
    return make_teacher(first_name="سامي")


@pytest.fixture
def course(sami: Instructor) -> Course:
    """Sami's course."""
    return make_course(instructor=sami)


@pytest.fixture
def yusuf(mona: CustomUser) -> Child:
    """Mona's son."""
    return make_child(mona.parent, name="يوسف", phone_number="+201099999999")


@pytest.fixture
def lecture(course: Course, yusuf: Child) -> Lecture:
    """A lecture that has begun, with Yusuf on its list."""
    make_enrollment(course, child=yusuf)
    begun = running_lecture(course)
    LectureAttendance.objects.create(lecture=begun, child=yusuf)
    return begun
