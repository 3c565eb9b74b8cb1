"""Lectures, rosters, marks and check-ins of instructors."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_student

from ..counting import assert_constant_queries
from .cast import PHONES, be, make_supervisor, make_teacher, outsiders

pytestmark = pytest.mark.django_db

LECTURES = "/api/v1/teaching/lectures/"
OWN = "/api/v1/teaching/attendance/"


def roster(lecture):
    return f"{LECTURES}{lecture.pk}/roster/"


def marks(lecture):
    return f"{LECTURES}{lecture.pk}/attendance/"


def mark(child, **overrides):
    return {"participant": f"child:{child.pk}", "present": True, "rating": "8.50"} | overrides


def test_an_instructor_sees_the_own_lectures_and_a_supervisor_everyone_s(app, sami, lecture):
    elsewhere = make_lecture(make_course(instructor=make_teacher()))
    be(app, sami.user)
    assert [one["id"] for one in app.get(LECTURES).json()["results"]] == [str(lecture.pk)]
    be(app, make_supervisor())
    found = {one["id"] for one in app.get(LECTURES).json()["results"]}
    assert found == {str(lecture.pk), str(elsewhere.pk)}


def test_a_day_or_a_stretch_of_days_can_be_asked_for(app, sami, course):
    today = timezone.localdate()
    first, second, third = (make_lecture(course, day=today + dt.timedelta(days=days)) for days in (-1, 0, 1))
    be(app, sami.user)

    def asked(**parameters):
        return [one["id"] for one in app.get(LECTURES, parameters).json()["results"]]

    assert asked(day=today.isoformat()) == [str(second.pk)]
    assert asked(**{"from": today.isoformat()}) == [str(third.pk), str(second.pk)]
    assert asked(to=today.isoformat()) == [str(second.pk), str(first.pk)]


@pytest.mark.parametrize(
    "query", ["day=x", "day=", "day=2026-02-30", "from=1", "to=%00", "foo=1", "day=2026-01-01&day=2026-01-02"]
)
def test_a_bad_parameter_is_a_400_that_names_it(app, sami, query):
    be(app, sami.user)
    answer = app.get(f"{LECTURES}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()


def test_a_lecture_says_when_it_is_and_how_its_list_stands(app, sami, lecture):
    be(app, sami.user)
    (one,) = app.get(LECTURES).json()["results"]
    begins = timezone.make_aware(dt.datetime.combine(lecture.day, lecture.start_time))
    assert dt.datetime.fromisoformat(one["starts_at"]) == begins
    assert (one["course"]["name"], one["instructor"]["name"]) == (lecture.course.name, str(sami))
    assert (one["expected"], one["came"], one["unmarked"]) == (1, 0, 1)


def test_the_roster_names_who_is_on_the_list_and_tells_no_number(app, sami, lecture, yusuf):
    be(app, sami.user)
    answer = app.get(roster(lecture))
    (line,) = answer.json()["participants"]
    assert (line["participant"], line["name"], line["code"]) == (f"child:{yusuf.pk}", "يوسف", yusuf.unique_code)
    assert (line["present"], line["rating"], line["notes"], line["marked_via"], line["photo"]) == (
        None,
        None,
        "",
        None,
        None,
    )
    assert answer.json()["may_mark"] is True
    ends = timezone.make_aware(dt.datetime.combine(lecture.day, lecture.end_time))
    assert dt.datetime.fromisoformat(answer.json()["until"]) == ends + dt.timedelta(hours=24)
    assert [word for word in PHONES if word in answer.content.decode()] == []


def test_a_photo_is_a_link_that_is_good_for_the_instructor(app, sami, lecture, yusuf):
    yusuf.photo = "children/x.jpg"
    yusuf.save()
    be(app, sami.user)
    (line,) = app.get(roster(lecture)).json()["participants"]
    assert line["photo"].startswith("http://testserver/files/")


def test_marks_are_written_in_the_instructors_name_and_the_list_comes_back(app, sami, lecture, yusuf):
    be(app, sami.user)
    answer = app.put(marks(lecture), {"marks": [mark(yusuf, notes="ممتاز")]})
    assert answer.status_code == 200
    (line,) = answer.json()["participants"]
    assert (line["present"], line["rating"], line["notes"], line["marked_via"]) == (True, "8.50", "ممتاز", "manual")
    assert answer.json()["lecture"]["came"] == 1
    row = LectureAttendance.objects.get(lecture=lecture, child=yusuf)
    assert row.marked_by == sami.user
    entry = AuditEntry.objects.get(model="attendance.lectureattendance", object_id=str(row.pk))
    assert (entry.actor_id, entry.source, entry.changes["present"]) == (sami.user.pk, "api", [None, True])


def test_each_fault_stands_at_its_line_and_nothing_is_written(app, sami, lecture, yusuf):
    other = LectureAttendance.objects.create(lecture=lecture, child=make_child()).child
    student = make_student()
    be(app, sami.user)
    lines = [
        mark(yusuf),
        mark(other, rating=None),
        mark(yusuf, present=False),
        mark(yusuf) | {"participant": f"student:{student.pk}"},
        mark(yusuf) | {"participant": "child:x"},
        mark(other, rating="10.50"),
    ]
    answer = app.put(marks(lecture), {"marks": lines})
    assert answer.status_code == 400
    assert {place: list(fault) for place, fault in answer.json()["marks"].items()} == {
        "1": ["rating"],
        "2": ["participant"],
        "3": ["participant"],
        "4": ["participant"],
        "5": ["participant"],
    }
    assert not LectureAttendance.objects.marked().exists()


def test_what_isnt_a_mark_is_a_400(app, sami, lecture, yusuf):
    be(app, sami.user)
    for body in (
        {},
        {"marks": 1},
        {"marks": [1]},
        {"marks": [{}]},
        {"marks": [mark(yusuf, rating="x")]},
        {"marks": [mark(yusuf, rating="8.555")]},
        {"marks": [mark(yusuf, present=None)]},
        {"marks": [mark(yusuf, colour="red")]},
        {"marks": [], "x": 1},
        {"marks": [mark(yusuf, rating="NaN")]},
    ):
        assert app.put(marks(lecture), body).status_code == 400, body


def test_no_marks_at_all_change_nothing(app, sami, lecture):
    be(app, sami.user)
    assert app.put(marks(lecture), {"marks": []}).status_code == 200
    lecture.refresh_from_db()
    assert not lecture.attendance_taken


def test_a_lecture_to_come_is_a_409_and_a_long_past_one_a_403(app, sami, course, yusuf):
    coming = make_lecture(course)
    past = make_lecture(course, day=timezone.localdate() - dt.timedelta(days=3))
    LectureAttendance.objects.create(lecture=past, child=yusuf)
    be(app, sami.user)
    answer = app.put(marks(coming), {"marks": [mark(yusuf)]})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_begun")
    assert app.get(roster(past)).json()["may_mark"] is False
    answer = app.put(marks(past), {"marks": [mark(yusuf)]})
    assert (answer.status_code, answer.json()["code"]) == (403, "may_not_mark")
    be(app, make_supervisor())
    assert app.get(roster(past)).json()["until"] is None
    assert app.put(marks(past), {"marks": [mark(yusuf)]}).status_code == 200


def test_an_instructor_of_another_course_gets_a_404(app, lecture, yusuf):
    be(app, make_teacher().user)
    assert app.get(LECTURES).json()["count"] == 0
    assert app.get(roster(lecture)).status_code == 404
    assert app.put(marks(lecture), {"marks": [mark(yusuf)]}).status_code == 404
    assert app.get(f"{LECTURES}{uuid.uuid4()}/roster/").status_code == 404
    assert not LectureAttendance.objects.marked().exists()


def test_who_doesnt_teach_gets_a_403_and_nobody_a_401(app, lecture):
    for path in (LECTURES, roster(lecture), OWN):
        assert app.get(path).status_code == 401
    for name, user in outsiders().items():
        be(app, user)
        for path in (LECTURES, roster(lecture), OWN):
            assert app.get(path).status_code == 403, name
        assert app.put(marks(lecture), {"marks": []}).status_code == 403, name


def due(instructor, lecture, **overrides):
    fields = {"day": lecture.day, "start_time": lecture.start_time, "end_time": lecture.end_time, "status": "present"}
    return InstructorAttendance.objects.create(
        instructor=instructor, kind="lecture", lecture=lecture, **(fields | {"check_in": timezone.now()} | overrides)
    )


def test_an_instructor_sees_the_own_check_ins_alone(app, sami, lecture):
    mine = due(sami, lecture, check_in_via="fingerprint")
    due(make_teacher(), make_lecture(make_course()))
    be(app, sami.user)
    (row,) = app.get(OWN).json()["results"]
    assert (row["id"], row["status"], row["check_in_via"], row["check_out"]) == (
        mine.pk,
        "present",
        "fingerprint",
        None,
    )
    assert row["course"]["id"] == str(lecture.course_id)


@pytest.mark.parametrize("path", [LECTURES, OWN])
def test_a_list_asks_as_much_for_300_rows_as_for_3(app, sami, course, path):
    be(app, sami.user)
    days = iter(range(-400, 400))

    def make(count):
        for _ in range(count):
            due(sami, make_lecture(course, day=timezone.localdate() + dt.timedelta(days=next(days))))

    assert_constant_queries(lambda: app.get(path, {"page_size": 100}), make)


def test_a_roster_and_its_marks_ask_as_much_for_300_as_for_3(app, sami, lecture, django_assert_max_num_queries):
    be(app, sami.user)

    def make(count):
        rows = [LectureAttendance(lecture=lecture, child=make_child()) for _ in range(count)]
        LectureAttendance.objects.bulk_create(rows)

    assert_constant_queries(lambda: app.get(roster(lecture)), make)
    everyone = [row.child for row in LectureAttendance.objects.filter(lecture=lecture).select_related("child")]
    with django_assert_max_num_queries(25):
        assert app.put(marks(lecture), {"marks": [mark(child) for child in everyone]}).status_code == 200
