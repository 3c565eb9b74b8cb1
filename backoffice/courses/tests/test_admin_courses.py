"""The screen of courses: saving one makes its lectures, and what can't be is said before anything is written."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.models import Course, Lecture
from backoffice.courses.services import rebuild_lectures
from backoffice.courses.tests.makers import make_course, make_room, make_schedule
from backoffice.courses.tests.makers_of_plans import (
    MONDAY,
    SUNDAY,
    TUESDAY,
    day,
    lines,
    make_planned_course,
    make_term,
)
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_instructor, make_staff, manager, omar, ziad

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

LIST = "admin:courses_course_changelist"
ADD = reverse("admin:courses_course_add")


def change(course):
    return reverse("admin:courses_course_change", args=[course.pk])


@pytest.fixture
def registrar(client):
    """Omar, signed in."""
    client.force_login(omar())
    return client


def form_of(*hours, course=None, initial=(), **overrides):
    """What the course's page sends; an hour is (weekday, from, to)."""
    fields = {
        "name": "الروبوت",
        "season": course.season_id if course else None,
        "start_date": "08/02/2026",
        "end_date": "07/03/2026",
        "num_lectures": "",
        "price": "500",
        "capacity": "20",
        "is_active": "on",
        "description": "",
        "slug": course.slug if course else "",
        "schedules-TOTAL_FORMS": len(hours),
        "schedules-INITIAL_FORMS": len(initial),
        "lectures-TOTAL_FORMS": 0,
        "lectures-INITIAL_FORMS": 0,
    } | overrides
    for n, (weekday, start, end) in enumerate(hours):
        fields |= {
            f"schedules-{n}-weekday": weekday,
            f"schedules-{n}-start_time": start,
            f"schedules-{n}-end_time": end,
        }
        if n < len(initial):
            fields |= {f"schedules-{n}-id": initial[n].pk, f"schedules-{n}-course": course.pk}
    return fields


def told(response):
    """The messages of the page that follows."""
    return [str(message) for message in response.context["messages"]]


def test_saving_a_course_with_its_weekly_schedule_makes_its_lectures(registrar):
    form = form_of((SUNDAY, "16:00", "18:00"), (TUESDAY, "16:00", "18:00"), season=make_term().pk)
    response = registrar.post(ADD, form, follow=True)
    course = Course.objects.get()
    assert lines(course)[:3] == ["1 02-08", "2 02-10", "3 02-15"]
    assert len(lines(course)) == 8
    assert course.slug == "الروبوت"
    (message,) = [one for one in told(response) if "03/03/2026" in one]
    assert "08/02/2026" in message
    assert "8" in message.replace("08", "")
    assert AuditEntry.objects.filter(model="courses.course", action="create").count() == 1
    assert AuditEntry.objects.filter(model="courses.courseschedule", action="create").count() == 2
    assert AuditEntry.objects.filter(model="courses.lecture", action="create").count() == 8


def test_a_clash_is_shown_on_the_page_and_nothing_is_written(registrar):
    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room, name="الرسم").pk, by=None)
    courses, lectures, entries = Course.objects.count(), Lecture.objects.count(), AuditEntry.objects.count()
    response = registrar.post(ADD, form_of((SUNDAY, "17:00", "19:00"), season=make_term().pk, room=room.pk))
    errors = response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert len(errors) == 4
    assert "الرسم" in errors[0]
    assert "16:00–18:00" in response.content.decode()
    assert (Course.objects.count(), Lecture.objects.count()) == (courses, lectures)
    assert AuditEntry.objects.count() == entries


def test_overlapping_hours_are_shown_on_the_page(registrar):
    form = form_of((SUNDAY, "16:00", "18:00"), (SUNDAY, "17:00", "19:00"), season=make_term().pk)
    response = registrar.post(ADD, form)
    assert response.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start_date": "31/12/2025"}, "start_date"),
        ({"end_date": "01/01/2027"}, "end_date"),
        ({"registration_closes": "08/03/2026"}, "registration_closes"),
        ({"num_lectures": "501"}, "num_lectures"),
        ({"name": ""}, "name"),
        ({"price": "abc"}, "price"),
    ],
)
def test_a_fault_is_shown_at_its_field(registrar, wrong, field):
    response = registrar.post(ADD, form_of((SUNDAY, "16:00", "18:00"), **({"season": make_term().pk} | wrong)))
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"end_date": ""}, {"end_date": "01/02/2026"}, {"min_age": "9", "max_age": "8"}, {"price": "-1"}]
)
def test_what_the_database_would_refuse_is_a_sentence(registrar, wrong):
    response = registrar.post(ADD, form_of((SUNDAY, "16:00", "18:00"), **({"season": make_term().pk} | wrong)))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert not Course.objects.exists()


def test_a_second_course_of_the_same_name_in_another_season_gets_its_own_address(registrar):
    for _ in range(2):
        registrar.post(ADD, form_of(season=make_term().pk))
    assert sorted(Course.objects.values_list("slug", flat=True)) == ["الروبوت", "الروبوت-2"]


def test_seats_do_not_go_below_those_taken(registrar):
    course = make_planned_course(enrolled_count=12)
    response = registrar.post(change(course), form_of(course=course, capacity="11"))
    assert "12" in response.context["adminform"].form.errors["capacity"][0]


def test_two_weekly_hours_that_move_past_each_other_are_saved(registrar):
    course = make_planned_course()
    first = make_schedule(course)
    second = make_schedule(course, start_time=dt.time(18), end_time=dt.time(20))
    form = form_of((SUNDAY, "18:00", "20:00"), (SUNDAY, "20:00", "21:00"), course=course, initial=[first, second])
    response = registrar.post(change(course), form)
    assert response.status_code == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.start_time, second.start_time) == (dt.time(18), dt.time(20))
    changes = AuditEntry.objects.filter(model="courses.courseschedule", action="update")
    assert [set(one.changes) for one in changes] == [{"start_time", "end_time"}] * 2
    assert len(lines(course)) == 8


def test_saving_again_without_a_change_writes_no_lecture(registrar):
    course = make_planned_course(SUNDAY)
    rebuild_lectures(course.pk, by=None)
    entries = AuditEntry.objects.filter(model="courses.lecture").count()
    hour = course.schedules.get()
    form = form_of((SUNDAY, "16:00", "18:00"), course=course, initial=[hour], name=course.name)
    registrar.post(change(course), form)
    assert AuditEntry.objects.filter(model="courses.lecture").count() == entries


def test_the_form_does_not_put_back_seats_that_were_taken_while_it_was_open(registrar):
    course = make_planned_course(enrolled_count=3)
    registrar.get(change(course))
    Course.objects.filter(pk=course.pk).update(enrolled_count=4)
    registrar.post(change(course), form_of(course=course, capacity="30", enrolled_count="3"))
    course.refresh_from_db()
    assert (course.enrolled_count, course.capacity) == (4, 30)


def test_a_room_smaller_than_the_course_is_a_warning(registrar):
    course = make_planned_course()
    response = registrar.post(change(course), form_of(course=course, room=make_room(capacity=5).pk), follow=True)
    assert [one for one in told(response) if "5" in one and "20" in one]


def test_the_rebuild_dialog_shows_what_would_change_and_then_does_it(registrar):
    course = make_planned_course(SUNDAY)
    url = reverse("admin:courses_course_rebuild", args=[course.pk])
    page = registrar.get(url).content.decode()
    assert "08/02/2026" in page
    assert not Lecture.objects.exists()
    response = registrar.post(url, {"_form_submitted": "True"})
    assert response.headers["HX-Redirect"] == change(course)
    assert len(lines(course)) == 4


def test_the_rebuild_dialog_names_clashes_and_writes_nothing(registrar):
    room = make_room()
    rebuild_lectures(make_planned_course(SUNDAY, room=room, name="الرسم").pk, by=None)
    course = make_planned_course(SUNDAY, room=room)
    url = reverse("admin:courses_course_rebuild", args=[course.pk])
    assert "الرسم" in registrar.get(url).content.decode()
    answer = registrar.post(url, {"_form_submitted": "True"})
    assert "الرسم" in answer.content.decode()
    assert "errornote" in answer.content.decode()
    assert not lines(course)


def test_the_list_is_searched_in_any_spelling_and_filtered(registrar):
    course = make_planned_course(SUNDAY, name="البَرْمَجة", instructor=make_instructor())
    make_planned_course(MONDAY, name="الرسم", capacity=1, enrolled_count=1)

    def found(**filters):
        return [one.name for one in registrar.get(reverse(LIST), filters).context["cl"].result_list]

    assert found(q="برمجه") == [course.name]
    assert found(weekday=SUNDAY) == [course.name]
    assert found(weekday="x") == found()
    assert found(seats="free") == [course.name]
    assert found(seats="full") == ["الرسم"]
    assert found(season__id__exact=str(course.season_id)) == [course.name]
    assert found(instructor__pk__exact=str(course.instructor_id)) == [course.name]
    assert len(found()) == 2


def test_the_list_shows_seats_weekdays_and_where_a_course_stands(registrar):
    make_planned_course(SUNDAY, TUESDAY, enrolled_count=12)
    page = registrar.get(reverse(LIST)).content.decode()
    assert "12 / 20" in page
    assert "08/02/2026 – 07/03/2026" in page


def test_the_list_asks_the_database_as_often_for_thirty_courses_as_for_three(client):
    client.force_login(manager())
    counts = []
    for number in (3, 27):
        for _ in range(number):
            make_planned_course(SUNDAY, TUESDAY, instructor=make_instructor(), room=make_room())
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(LIST)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_a_course_asks_as_often_for_many_lectures_as_for_few(registrar):
    counts = []
    for end in ("02-15", "09-30"):
        course = make_planned_course(SUNDAY, end_date=day(end), instructor=make_instructor(), room=make_room())
        rebuild_lectures(course.pk, by=None)
        registrar.get(change(course))
        with CaptureQueriesContext(connection) as queries:
            registrar.get(change(course))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_instructor_sees_the_own_courses_and_changes_none(client):
    sami = make_instructor()
    sami.user.is_staff = True
    sami.user.save()
    sami.user.groups.set(make_staff("Instructors").groups.all())
    own, foreign = make_course(instructor=sami), make_course()
    client.force_login(sami.user)
    assert [one.pk for one in client.get(reverse(LIST)).context["cl"].result_list] == [own.pk]
    assert client.get(change(own)).status_code == 200
    assert client.post(change(own), form_of(course=own)).status_code == 403
    assert client.get(change(foreign)).status_code == 302
    assert client.get(reverse("admin:courses_course_rebuild", args=[own.pk])).status_code == 403


def test_a_stranger_and_an_accountant_change_nothing(client):
    course = make_course()
    client.force_login(ziad())
    assert client.get(reverse(LIST)).status_code == 302
    assert client.get(reverse("admin:courses_course_rebuild", args=[course.pk])).status_code in (302, 403)
    client.force_login(huda())
    assert client.get(change(course)).status_code == 200
    assert client.post(change(course), form_of(course=course)).status_code == 403
    assert client.get(ADD).status_code == 403
    assert client.post(reverse("admin:courses_course_rebuild", args=[course.pk])).status_code == 403


def test_the_history_of_a_course_shows_who_did_what(registrar):
    registrar.post(ADD, form_of(season=make_term().pk))
    page = registrar.get(reverse("admin:courses_course_history", args=[Course.objects.get().pk]))
    assert "عمر" in page.content.decode()
