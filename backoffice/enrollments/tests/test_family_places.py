"""A family's list of places."""

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment
from backoffice.enrollments.selectors import places_of_family
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.users.models import ChildParent
from backoffice.users.tests.makers import make_child, make_parent, make_student, ziad

pytestmark = pytest.mark.django_db


def test_a_family_sees_its_own_places_the_newest_first(django_assert_num_queries):
    mona, father = make_parent(), make_parent()
    yusuf = make_child(mona)
    ChildParent.objects.create(child=yusuf, parent=father)
    first, second = make_enrollment(child=yusuf), make_enrollment(child=yusuf)
    make_enrollment()
    for parent in (mona, father):
        with django_assert_num_queries(1):
            assert [place.id for place in places_of_family(parent.pk)] == [second.pk, first.pk]
    assert places_of_family(ziad().pk) == []


def test_a_line_says_what_the_place_is():
    student = make_student()
    course = make_course(for_adults=True)
    place = make_enrollment(course, student=student)
    (line,) = places_of_family(student.pk)
    assert (line.id, line.status, line.enrolled_at) == (place.pk, "active", place.enrolled_at)
    assert (line.course_id, line.course_name, line.course_slug) == (course.pk, course.name, course.slug)
    assert (line.child_id, line.child_name, line.student_id) == (None, None, student.pk)


def test_it_finds_exactly_what_of_family_finds():
    mona = make_parent()
    for _ in range(3):
        make_enrollment(child=make_child(mona))
    own = Enrollment.objects.of_family(mona.user).values_list("pk", flat=True)
    assert {place.id for place in places_of_family(mona.pk)} == set(own)
