"""The screens of lectures and exams: states by buttons, marks within the full marks."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.models import Exam, ExamResult, Lecture
from backoffice.courses.services import enter_result, rebuild_lectures
from backoffice.courses.tests.makers import make_course, make_lecture, make_room
from backoffice.courses.tests.makers_of_plans import SUNDAY, day, lines, make_planned_course, nth
from backoffice.users.tests.makers import make_child, make_instructor, make_staff, make_student, manager, omar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = reverse("admin:courses_lecture_changelist")
SUBMIT = {"_form_submitted": "True"}


def button(name, lecture):
    return reverse(f"admin:courses_lecture_{name}", args=[lecture.pk])


@pytest.fixture
def registrar(client):
    """Omar, signed in."""
    client.force_login(omar())
    return client


@pytest.fixture
def course():
    """Four Sundays."""
    course = make_planned_course(SUNDAY, instructor=make_instructor(), room=make_room())
    rebuild_lectures(course.pk, by=None)
    return course


def instructor_on(client):
    """An instructor with a course, signed in."""
    sami = make_instructor()
    sami.user.is_staff = True
    sami.user.save()
    sami.user.groups.set(make_staff("Instructors").groups.all())
    client.force_login(sami.user)
    return sami


def test_a_lecture_is_cancelled_by_a_button_with_a_reason(registrar, course):
    url = button("cancel", nth(course, 2))
    assert registrar.get(url).status_code == 200
    assert "HX-Redirect" not in registrar.post(url, SUBMIT).headers
    assert nth(course, 2).status == "scheduled"
    assert registrar.post(url, SUBMIT | {"reason": "مرض"}).headers["HX-Redirect"]
    assert nth(course, 2).status == "cancelled"


def test_a_lecture_is_cancelled_and_one_added_by_a_button(registrar, course):
    registrar.post(button("cancel_and_add", nth(course, 2)), SUBMIT | {"reason": "مرض"})
    assert lines(course, "status")[-1] == "5 03-08 scheduled"


def test_the_dialog_of_moving_begins_with_the_lecture_as_it_is(registrar, course):
    page = registrar.get(button("move", nth(course, 2))).content.decode()
    assert 'value="2026-02-15"' in page
    assert 'value="16:00"' in page


def test_a_lecture_is_moved_by_a_button(registrar, course):
    lecture = nth(course, 2)
    to = {"day": "2026-02-16", "start_time": "10:00", "end_time": "11:00", "instructor": "", "room": course.room_id}
    assert registrar.post(button("move", lecture), SUBMIT | to).headers["HX-Redirect"]
    lecture.refresh_from_db()
    assert (lecture.day, lecture.start_time) == (day("02-16"), dt.time(10))
    assert (lecture.instructor, lecture.room) == (None, course.room)


def test_a_clash_is_shown_in_the_dialog_and_what_was_typed_stays(registrar, course):
    make_lecture(make_planned_course(name="الرسم"), day=day("02-16"), room=course.room)
    to = {"day": "2026-02-16", "start_time": "17:00", "end_time": "19:00", "room": course.room_id}
    page = registrar.post(button("move", nth(course, 2)), SUBMIT | to).content.decode()
    assert "الرسم" in page
    assert 'value="2026-02-16"' in page
    assert nth(course, 2).day == day("02-15")


def test_a_refusal_that_belongs_to_a_field_is_shown_there(registrar, course):
    to = {"day": "2026-02-16", "start_time": "17:00", "end_time": "16:00"}
    response = registrar.post(button("move", nth(course, 2)), SUBMIT | to)
    assert "text-red-600" in response.content.decode()
    assert nth(course, 2).day == day("02-15")


def test_a_lecture_is_marked_as_held_once_it_has_begun(registrar, course, clock):
    url = button("mark_held", nth(course, 1))
    assert "HX-Redirect" not in registrar.post(url, SUBMIT).headers
    clock("2026-02-08 16:30")
    registrar.force_login(omar())  # yesterday's session is over
    registrar.post(url, SUBMIT)
    assert nth(course, 1).status == "completed"


def test_a_page_shows_only_the_buttons_that_can_be_used_now(registrar, course, clock):
    def shown(lecture):
        page = registrar.get(reverse("admin:courses_lecture_change", args=[lecture.pk]))
        paths = [one["path"] for one in page.context["actions_detail"]]
        return {path.rstrip("/").split("/")[-1].replace("-", "_") for path in paths}

    assert shown(nth(course, 1)) == {"move", "cancel_and_add", "cancel"}
    clock("2026-02-08 16:30")
    registrar.force_login(omar())  # yesterday's session is over
    assert shown(nth(course, 1)) == {"move", "cancel_and_add", "cancel", "mark_held"}
    Lecture.objects.filter(lecture_number=1).update(attendance_taken=True)
    assert shown(nth(course, 1)) == {"mark_held"}
    registrar.post(button("mark_held", nth(course, 1)), SUBMIT)
    assert shown(nth(course, 1)) == set()


def test_only_notes_are_typed_on_a_lectures_page(registrar, course):
    lecture = nth(course, 1)
    typed = {"notes": "رحلة", "status": "cancelled", "day": "2026-02-20", "attendance_taken": "on", "lecture_number": 9}
    registrar.post(reverse("admin:courses_lecture_change", args=[lecture.pk]), typed)
    lecture.refresh_from_db()
    assert (lecture.notes, lecture.status, lecture.lecture_number) == ("رحلة", "scheduled", 1)
    assert (lecture.day, lecture.attendance_taken) == (day("02-08"), False)


def test_nobody_adds_a_lecture_by_hand(client):
    client.force_login(manager())
    assert client.get(reverse("admin:courses_lecture_add")).status_code == 403


def test_a_manager_deletes_a_lecture_but_not_one_with_attendance(client, course):
    client.force_login(manager())
    url = reverse("admin:courses_lecture_delete", args=[nth(course, 2).pk])
    assert client.get(url).status_code == 200
    client.post(url, {"post": "yes"})
    assert lines(course) == ["1 02-08", "2 02-22", "3 03-01"]
    Lecture.objects.update(attendance_taken=True)
    client.post(reverse("admin:courses_lecture_delete", args=[nth(course, 1).pk]), {"post": "yes"})
    ids = list(Lecture.objects.values_list("pk", flat=True))
    client.post(LIST, {"action": "delete_selected", "_selected_action": ids, "post": "yes"})
    assert len(lines(course)) == 3


def test_a_registrar_deletes_no_lecture(registrar, course):
    url = reverse("admin:courses_lecture_delete", args=[nth(course, 2).pk])
    assert registrar.post(url, {"post": "yes"}).status_code == 403


def test_an_instructor_sees_the_own_lectures_and_has_no_buttons(client, course):
    sami = instructor_on(client)
    own = make_lecture(make_course(instructor=sami))
    assert [one.pk for one in client.get(LIST).context["cl"].result_list] == [own.pk]
    assert client.get(reverse("admin:courses_lecture_change", args=[own.pk])).status_code == 200
    for name in ("cancel", "cancel_and_add", "move", "mark_held"):
        assert client.get(button(name, own)).status_code == 403
        assert client.post(button(name, own), SUBMIT | {"reason": "x"}).status_code == 403


def test_the_list_of_lectures_asks_the_database_as_often_for_thirty_as_for_three(client):
    client.force_login(manager())
    counts = []
    for number in (3, 27):
        for _ in range(number):
            make_lecture(make_course(instructor=make_instructor(), room=make_room()))
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_lectures_are_found_by_day_course_state_and_name(registrar, course):
    make_lecture(make_course(name="الرسم"), day=day("02-15"), status="cancelled")

    def found(**filters):
        return len(registrar.get(LIST, filters).context["cl"].result_list)

    assert found() == 5
    assert found(q="رسم") == 1
    assert found(day__year=2026, day__month=2, day__day=15) == 2
    assert found(day_from="2026-02-16", day_to="2026-02-28") == 1
    assert found(status__exact="cancelled") == 1
    assert found(course__pk__exact=str(course.pk)) == 4


# --- exams ---


def exam_form(course, *results, initial=0, **overrides):
    fields = {
        "title": "اختبار",
        "course": course.pk,
        "type": "quiz",
        "day": "10/02/2026",
        "total_marks": "40",
        "pass_marks": "20",
        "results-TOTAL_FORMS": len(results),
        "results-INITIAL_FORMS": initial,
    } | overrides
    for n, row in enumerate(results):
        fields |= {f"results-{n}-{key}": value for key, value in row.items()}
    return fields


def make_exam(course):
    fields = {"title": "اختبار", "type": "quiz", "day": day("02-10"), "total_marks": 40, "pass_marks": 20}
    return Exam.objects.create(course=course, **fields)


def test_an_exam_is_saved_with_its_results(registrar):
    course, child, student = make_course(), make_child(), make_student()
    rows = [{"child": child.pk, "marks": "25.5"}, {"student": student.pk, "marks": "19"}]
    assert registrar.post(reverse("admin:courses_exam_add"), exam_form(course, *rows)).status_code == 302
    results = {(one.child or one.student): one for one in ExamResult.objects.select_related("exam")}
    assert (results[child].percentage, results[child].passed) == (Decimal("63.75"), True)
    assert not results[student].passed
    page = registrar.get(reverse("admin:courses_exam_change", args=[Exam.objects.get().pk])).content.decode()
    assert "63.75 %" in page


@pytest.mark.parametrize("marks", ["-1", "40.01", "x"])
def test_marks_outside_the_full_marks_are_shown_at_their_field(registrar, marks):
    form = exam_form(make_course(), {"child": make_child().pk, "marks": marks})
    response = registrar.post(reverse("admin:courses_exam_add"), form)
    assert "marks" in response.context["inline_admin_formsets"][0].formset.forms[0].errors
    assert not Exam.objects.exists()


def test_a_participant_stands_once_in_an_exam_and_is_one_of_a_child_and_a_student(registrar):
    child = make_child()
    twice = [{"child": child.pk, "marks": "1"}, {"child": child.pk, "marks": "2"}]
    both = [{"child": child.pk, "student": make_student().pk, "marks": "1"}]
    for rows in (twice, both, [{"marks": "1"}]):
        response = registrar.post(reverse("admin:courses_exam_add"), exam_form(make_course(), *rows))
        assert response.status_code == 200
        assert not Exam.objects.exists()


def test_full_marks_go_to_the_results_and_not_below_the_best(registrar):
    course = make_course()
    exam = make_exam(course)
    result = enter_result(exam.pk, child=make_child(), marks=Decimal(30), by=None)
    url = reverse("admin:courses_exam_change", args=[exam.pk])
    row = {"id": result.pk, "exam": exam.pk, "child": result.child_id, "marks": "30.00"}
    response = registrar.post(url, exam_form(course, row, initial=1, total_marks="29"))
    assert "total_marks" in response.context["adminform"].form.errors
    registrar.post(url, exam_form(course, row, initial=1, total_marks="60"))
    result.refresh_from_db()
    assert result.percentage == 50


def test_an_instructor_gives_marks_in_the_own_courses_alone(client):
    sami = instructor_on(client)
    own, foreign = make_exam(make_course(instructor=sami)), make_exam(make_course())
    child = make_child()
    result = enter_result(own.pk, child=child, marks=Decimal(10), by=None)
    listed = client.get(reverse("admin:courses_exam_changelist")).context["cl"].result_list
    assert [one.pk for one in listed] == [own.pk]
    assert client.get(reverse("admin:courses_exam_change", args=[foreign.pk])).status_code == 302
    url = reverse("admin:courses_exam_change", args=[own.pk])
    row = {"id": result.pk, "exam": own.pk, "child": make_child().pk, "marks": "12"}
    client.post(url, exam_form(own.course, row, initial=1))
    result.refresh_from_db()
    assert (result.marks, result.child) == (12, child)
    response = client.post(reverse("admin:courses_exam_add"), exam_form(foreign.course))
    assert "course" in response.context["adminform"].form.errors


def test_the_list_of_exams_asks_the_database_as_often_for_thirty_as_for_three(client):
    client.force_login(manager())
    counts = []
    for number in (3, 27):
        for _ in range(number):
            make_exam(make_course())
        client.get(reverse("admin:courses_exam_changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:courses_exam_changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
