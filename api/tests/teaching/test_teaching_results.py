"""Exam results that instructors enter."""

from decimal import Decimal

import pytest

from backoffice.courses.models import ExamResult
from backoffice.courses.services import enter_result
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import bulk_enroll, make_enrollment
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_student

from ..counting import assert_constant_queries
from .cast import PHONES, be, make_exam, make_supervisor, make_teacher, outsiders

pytestmark = pytest.mark.django_db

EXAMS = "/api/v1/teaching/exams/"


def results(exam):
    return f"{EXAMS}{exam.pk}/results/"


def line(child, marks="25.50", **more):
    return {"participant": f"child:{child.pk}", "marks": marks} | more


@pytest.fixture
def exam(course, yusuf):
    make_enrollment(course, child=yusuf)
    return make_exam(course)


def test_an_instructor_finds_the_exams_of_the_own_courses(app, sami, exam):
    make_exam(make_course(instructor=make_teacher()))
    be(app, sami.user)
    assert [one["id"] for one in app.get(EXAMS).json()["results"]] == [str(exam.pk)]
    assert app.get(EXAMS, {"course": str(exam.course_id)}).json()["count"] == 1
    assert app.get(EXAMS, {"course": "x"}).status_code == 400


def test_everyone_with_a_seat_stands_on_the_list_with_or_without_marks(app, sami, exam, yusuf):
    make_enrollment(make_course())
    be(app, sami.user)
    answer = app.get(results(exam))
    (one,) = answer.json()["results"]
    assert one == {
        "participant": f"child:{yusuf.pk}",
        "name": "يوسف",
        "code": yusuf.unique_code,
        "marks": None,
        "percentage": None,
        "passed": None,
        "notes": "",
    }
    assert [word for word in PHONES if word in answer.content.decode()] == []


def test_marks_are_entered_and_corrected(app, sami, exam, yusuf):
    be(app, sami.user)
    (one,) = app.put(results(exam), {"results": [line(yusuf)]}).json()["results"]
    assert (one["marks"], one["percentage"], one["passed"]) == ("25.50", "63.75", True)
    (one,) = app.put(results(exam), {"results": [line(yusuf, "19.99")]}).json()["results"]
    assert (one["marks"], one["passed"]) == ("19.99", False)
    assert app.put(results(exam), {"results": [line(yusuf, "19.99")]}).status_code == 200
    entries = AuditEntry.objects.filter(model="courses.examresult").order_by("id")
    assert [(one.action, one.actor_id) for one in entries] == [("create", sami.user.pk), ("update", sami.user.pk)]


def test_each_fault_stands_at_its_line_and_nothing_is_written(app, sami, exam, yusuf):
    other, stranger = make_enrollment(exam.course).child, make_child()
    be(app, sami.user)
    lines = [line(yusuf), line(other, "40.01"), line(stranger), line(yusuf, "1.00"), line(other, "-1")]
    answer = app.put(results(exam), {"results": lines})
    assert answer.status_code == 400
    assert {place: list(fault) for place, fault in answer.json()["results"].items()} == {
        "1": ["marks"],
        "2": ["participant"],
        "3": ["participant"],
        "4": ["participant"],
    }
    assert not ExamResult.objects.exists()


def test_who_left_keeps_the_result_and_can_be_corrected(app, sami, exam, yusuf):
    enter_result(exam.pk, child=yusuf, marks=Decimal(30), by=None)
    drop_enrollment(exam.course.enrollments.get().pk, by=None, reason="سافر")
    be(app, sami.user)
    assert app.put(results(exam), {"results": [line(yusuf, "10.00")]}).json()["results"][0]["marks"] == "10.00"


def test_an_adult_student_has_a_result_too(app, sami):
    adults = make_course(instructor=sami, for_adults=True)
    student = make_student()
    make_enrollment(adults, student=student)
    exam = make_exam(adults)
    be(app, sami.user)
    body = {"results": [{"participant": f"student:{student.pk}", "marks": "40"}]}
    assert app.put(results(exam), body).json()["results"][0]["percentage"] == "100.00"


def test_a_supervisor_looks_but_doesnt_enter(app, exam, yusuf):
    be(app, make_supervisor())
    assert app.get(results(exam)).status_code == 200
    answer = app.put(results(exam), {"results": [line(yusuf)]})
    assert (answer.status_code, answer.json()["code"]) == (403, "may_not_enter_results")


def test_an_instructor_of_another_course_gets_a_404_and_others_a_403(app, exam, yusuf):
    be(app, make_teacher().user)
    assert app.get(results(exam)).status_code == 404
    assert app.put(results(exam), {"results": [line(yusuf)]}).status_code == 404
    for name, user in outsiders().items():
        be(app, user)
        assert app.get(results(exam)).status_code == 403, name
        assert app.put(results(exam), {"results": [line(yusuf)]}).status_code == 403, name
    assert not ExamResult.objects.exists()


def test_a_list_asks_as_much_for_300_rows_as_for_3(app, sami, course):
    be(app, sami.user)

    def make(count):
        for _ in range(count):
            make_exam(course)

    assert_constant_queries(lambda: app.get(EXAMS, {"page_size": 100}), make)


def test_a_class_asks_as_much_as_three(app, sami, exam):
    be(app, sami.user)
    exam.course.capacity = 400
    exam.course.save()

    def make(count):
        bulk_enroll(exam.course, [make_child() for _ in range(count)])

    assert_constant_queries(lambda: app.get(results(exam)), make)
