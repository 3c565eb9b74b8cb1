"""A family's lectures, marks and results."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.attendance.models import LectureAttendance
from backoffice.courses.services import cancel_lecture, enter_result
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.users.models import ChildParent
from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_student, ziad

from ..counting import assert_constant_queries
from .cast import be, make_exam

pytestmark = pytest.mark.django_db

LECTURES = "/api/v1/lectures/"
ATTENDANCE = "/api/v1/attendance/"
RESULTS = "/api/v1/exam-results/"
LISTS = (LECTURES, ATTENDANCE, RESULTS)


def rows(app, path, **parameters):
    answer = app.get(path, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def mark(lecture, **who):
    fields = {
        "present": True,
        "rating": Decimal("9.00"),
        "marked_at": timezone.now(),
        "marked_via": "qr",
        "notes": "سر",
    }
    return LectureAttendance.objects.update_or_create(lecture=lecture, **who, defaults=fields)[0]


@pytest.fixture
def lecture(course, yusuf):
    """A lecture of tomorrow in Yusuf's course."""
    make_enrollment(course, child=yusuf)
    return make_lecture(course)


class TestLectures:
    def test_a_parent_sees_the_lectures_of_the_children_s_courses(self, app, mona, lecture, yusuf, sami):
        make_lecture(make_course())
        be(app, mona)
        (one,) = rows(app, LECTURES)
        assert (one["id"], one["status"], one["instructor"]["name"]) == (str(lecture.pk), "scheduled", str(sami))
        assert one["participants"] == [{"participant": f"child:{yusuf.pk}", "name": "يوسف"}]
        assert dt.datetime.fromisoformat(one["starts_at"]) == timezone.make_aware(
            dt.datetime.combine(lecture.day, lecture.start_time)
        )

    def test_a_cancelled_lecture_stays_in_it_and_a_dropped_course_doesnt(self, app, mona, lecture):
        cancel_lecture(lecture.pk, by=None, reason="مطر")
        be(app, mona)
        assert [one["status"] for one in rows(app, LECTURES)] == ["cancelled"]
        drop_enrollment(lecture.course.enrollments.get().pk, by=None, reason="سافر")
        assert rows(app, LECTURES) == []

    def test_it_can_be_asked_for_days_and_for_one_child(self, app, mona, course, yusuf):
        sister = make_child(mona.parent, name="سلمى")
        make_enrollment(course, child=yusuf)
        make_enrollment(course, child=sister)
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        first, second = (make_lecture(course, day=tomorrow + dt.timedelta(days=days)) for days in (0, 7))
        be(app, mona)

        def ids(**parameters):
            return [one["id"] for one in rows(app, LECTURES, **parameters)]

        assert ids() == [str(first.pk), str(second.pk)]
        assert ids(to=tomorrow.isoformat()) == [str(first.pk)]
        assert ids(**{"from": (tomorrow + dt.timedelta(days=1)).isoformat()}) == [str(second.pk)]
        (one, _other) = rows(app, LECTURES, child=str(sister.pk))
        assert [who["name"] for who in one["participants"]] == ["سلمى"]
        assert len(rows(app, LECTURES)[0]["participants"]) == 2

    def test_an_adult_student_sees_the_own(self, app):
        student = make_student()
        adults = make_course(for_adults=True, instructor=make_instructor())
        make_enrollment(adults, student=student)
        make_lecture(adults)
        be(app, student.user)
        (one,) = rows(app, LECTURES)
        assert one["participants"] == [{"participant": f"student:{student.pk}", "name": str(student)}]


class TestAttendance:
    def test_a_family_sees_marks_and_no_notes(self, app, mona, lecture, yusuf):
        row = mark(lecture, child=yusuf)
        make_lecture(lecture.course, day=lecture.day + dt.timedelta(days=1))
        be(app, mona)
        (one,) = rows(app, ATTENDANCE)
        assert (one["id"], one["participant"], one["lecture"]) == (row.pk, f"child:{yusuf.pk}", str(lecture.pk))
        assert (one["present"], one["rating"], one["marked_via"]) == (True, "9.00", "qr")
        assert "سر" not in str(one)

    def test_it_can_be_asked_for_a_child_and_a_course(self, app, mona, lecture, yusuf):
        sister = make_child(mona.parent)
        mark(lecture, child=yusuf)
        elsewhere = mark(make_lecture(make_course()), child=sister)
        be(app, mona)
        assert [one["id"] for one in rows(app, ATTENDANCE, child=str(sister.pk))] == [elsewhere.pk]
        assert [one["participant"] for one in rows(app, ATTENDANCE, course=str(lecture.course_id))] == [
            f"child:{yusuf.pk}"
        ]

    def test_a_students_own(self, app):
        student = make_student()
        mark(make_lecture(make_course()), student=student)
        be(app, student.user)
        assert [one["participant"] for one in rows(app, ATTENDANCE)] == [f"student:{student.pk}"]


def test_a_family_sees_results_with_percentage_and_pass(app, mona, course, yusuf):
    exam = make_exam(course)
    enter_result(exam.pk, child=yusuf, marks=Decimal("25.50"), by=None, notes="سر")
    enter_result(exam.pk, child=make_child(), marks=Decimal(1), by=None)
    be(app, mona)
    (one,) = rows(app, RESULTS)
    assert (one["exam"], one["marks"], one["total_marks"], one["percentage"]) == (
        str(exam.pk),
        "25.50",
        "40.00",
        "63.75",
    )
    assert one["passed"] is True
    assert "سر" not in str(one)
    assert rows(app, RESULTS, child=str(yusuf.pk)) == [one]


def test_a_further_parent_sees_what_the_primary_one_does(app, mona, lecture, yusuf):
    mark(lecture, child=yusuf)
    enter_result(make_exam(lecture.course).pk, child=yusuf, marks=Decimal(1), by=None)
    father = make_parent()
    be(app, father.user)
    assert [rows(app, path) for path in LISTS] == [[], [], []]
    ChildParent.objects.create(child=yusuf, parent=father)
    assert [len(rows(app, path)) for path in LISTS] == [1, 1, 1]
    assert [len(rows(app, path, child=str(yusuf.pk))) for path in LISTS] == [1, 1, 1]


@pytest.mark.parametrize("path", LISTS)
def test_another_family_s_child_and_no_child_are_refused_alike(app, mona, path, lecture, yusuf):
    mark(lecture, child=yusuf)
    be(app, make_parent().user)
    assert rows(app, path) == []
    foreign, unknown = (app.get(path, {"child": str(pk)}) for pk in (yusuf.pk, uuid.uuid4()))
    assert foreign.status_code == unknown.status_code == 400
    assert foreign.json() == unknown.json() == {"child": ["This is not one of your children."]}


@pytest.mark.parametrize("path", LISTS)
def test_who_is_no_family_gets_a_403_and_nobody_a_401(app, path, sami):
    assert app.get(path).status_code == 401
    stranger = ziad()
    stranger.role = "admin"
    stranger.save()
    for user in (stranger, sami.user):
        be(app, user)
        assert app.get(path).status_code == 403


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["child=x", "child=", "foo=1", "from=x", "course=x", "page=0"])
def test_a_bad_parameter_is_a_400(app, mona, path, query):
    be(app, mona)
    assert app.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_much_for_300_rows_as_for_3(app, mona, course, yusuf, path):
    make_enrollment(course, child=yusuf)
    be(app, mona)
    days = iter(range(1, 400))

    def make(count):
        for _ in range(count):
            day = timezone.localdate() + dt.timedelta(days=next(days))
            mark(make_lecture(course, day=day), child=yusuf)
            enter_result(make_exam(course, day=day).pk, child=yusuf, marks=Decimal(1), by=None)

    assert_constant_queries(lambda: app.get(path, {"page_size": 100, "child": str(yusuf.pk)}), make)
