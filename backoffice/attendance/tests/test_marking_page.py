"""The page of a lecture's list: each button is a form that works without a script, and answers one as well."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.attendance import services
from backoffice.attendance.models import LectureAttendance
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_child, make_instructor, make_staff, make_student, manager, omar, ziad

from .test_marking import lecture, row_of, sami  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, sami, lecture):  # noqa: F811
    """Sami's browser, and the address of his lecture's list."""
    client.force_login(sami.user)
    return reverse("attendance-marking", args=[lecture.pk])


def by_script(client, page, user, **sent):
    return client.post(page, {"by": user.pk, **sent}, headers={"Accept": "application/json"})


def stands(row):
    row.refresh_from_db()
    return row.present, row.rating, row.notes


def test_a_row_shows_name_code_and_buttons_and_no_phone_number(client, page, lecture):  # noqa: F811
    child = make_child(name="يوسف", phone_number="+201001234567")
    LectureAttendance.objects.create(lecture=lecture, child=child)
    student = make_student(first_name="سلمى")
    LectureAttendance.objects.create(lecture=lecture, student=student)
    answer = client.get(page)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert [line.key for line in answer.context["lines"]].count(f"child:{child.pk}") == 1
    for words in ("يوسف", child.unique_code, "سلمى", student.unique_code, 'value="present"', 'value="absent"'):
        assert words in html
    for digits in ("1001234567", str(child.primary_parent.user.phone_number1), str(student.user.phone_number1)):
        assert digits.removeprefix("+20") not in html


def test_a_photo_is_shown_by_a_private_link(client, page, lecture, settings, tmp_path):  # noqa: F811
    settings.STORAGES = settings.STORAGES | {
        "private": settings.STORAGES["private"] | {"OPTIONS": {"location": str(tmp_path)}}
    }
    child = make_child()
    child.photo.save("x.jpg", ContentFile(b"picture"))
    LectureAttendance.objects.create(lecture=lecture, child=child)
    (line,) = client.get(page).context["lines"]
    assert line.photo.startswith("/files/")
    assert child.photo.name not in line.photo


@pytest.mark.parametrize(
    ("sent", "stood"),
    [
        ({"do": "present", "rating": "9"}, (True, Decimal(9), "")),
        ({"do": "present", "rating": "٨٫٥"}, (True, Decimal("8.5"), "")),
        ({"do": "present", "rating": "8,25"}, (True, Decimal("8.25"), "")),
        ({"quick": "7", "rating": "10"}, (True, Decimal(7), "")),
        ({"do": "absent", "rating": "10"}, (False, None, "")),
        ({"do": "note", "notes": "اعتذر"}, (None, None, "اعتذر")),
        ({"do": "rest", "rating": "8"}, (True, Decimal(8), "")),
    ],
)
def test_a_plain_form_marks_and_goes_back_to_its_row(client, page, lecture, sent, stood):  # noqa: F811
    row = row_of(lecture)
    answer = client.post(page, {"participant": str(row.participant_key), **sent})
    assert answer.status_code == 302
    assert answer.url == f"{page}#child-{row.child_id}"
    assert stands(row) == stood


def test_all_are_rated_as_the_centre_has_set_when_nothing_is_typed(client, page, lecture, settings):  # noqa: F811
    settings.ATTENDANCE_DEFAULT_RATING = Decimal("9.5")
    row = row_of(lecture)
    client.post(page, {"do": "rest", "rating": ""})
    assert stands(row) == (True, Decimal("9.5"), "")


def test_a_mark_is_taken_back_and_undone(client, page, lecture, sami):  # noqa: F811
    row = row_of(lecture)
    key = str(row.participant_key)
    client.post(page, {"participant": key, "do": "absent"})
    client.post(page, {"participant": key, "do": "clear"})
    assert stands(row) == (None, None, "")
    answer = by_script(client, page, sami.user, participant=key, do="undo")
    assert answer.json()["changed"] == 1
    assert stands(row) == (False, None, "")


def test_a_script_is_told_how_the_row_and_the_counts_stand(client, page, lecture, sami):  # noqa: F811
    row, _other = row_of(lecture), row_of(lecture)
    answer = by_script(
        client, page, sami.user, participant=str(row.participant_key), do="present", rating="8.50"
    ).json()
    (told,) = answer["rows"]
    assert (told["participant"], told["present"], told["rating"]) == (str(row.participant_key), True, "8.5")
    assert told["marked_by"] == {"id": str(sami.user.pk), "name": str(sami.user)}
    assert answer["counts"] == {"expected": 2, "present": 1, "absent": 0, "unmarked": 1}


@pytest.mark.parametrize(
    "rating", ["10.01", "0", "-1", "8.555", "NaN", "Infinity", "1e999999999", "عشرة", "", "9" * 500]
)
def test_a_rating_that_is_none_is_refused_at_its_row_and_stays_typed(client, page, lecture, sami, rating):  # noqa: F811
    row = row_of(lecture)
    sent = {"participant": str(row.participant_key), "do": "present", "rating": rating}
    answer = client.post(page, sent)
    (line,) = answer.context["lines"]
    assert answer.status_code == 422
    assert "من 1 إلى 10" in line.said
    assert line.rating == rating
    told = by_script(client, page, sami.user, **sent)
    assert (told.status_code, told.json()["refused"]) == (422, line.said)
    assert stands(row) == (None, None, "")


@pytest.mark.parametrize(
    "key", ["", "child:", "child:x", "child:6f8f1f0e-0000-4000-8000-00000000dead", "\x00", "child:" + "9" * 9000]
)
def test_somebody_who_is_not_on_the_list_is_refused(client, page, lecture, key):  # noqa: F811
    row = row_of(lecture)
    answers = [client.post(page, {"participant": key, "do": do}) for do in ("absent", "note")]
    assert {answer.status_code for answer in answers} == {422}
    assert all(answer.context["said"] for answer in answers)
    assert stands(row) == (None, None, "")


def test_a_button_that_does_not_exist_and_an_endless_note_are_refused(client, page, lecture):  # noqa: F811
    row = row_of(lecture)
    for sent in ({"do": "delete"}, {}, {"do": "note", "notes": "x" * 1001}):
        answer = client.post(page, {"participant": str(row.participant_key), **sent})
        assert (answer.status_code, bool(answer.context["lines"][0].said)) == (422, True)
    assert stands(row) == (None, None, "")


def test_a_busy_list_says_so_and_asks_to_try_again(client, page, lecture, sami, monkeypatch):  # noqa: F811
    def busy(*_args, **_kwargs):
        raise OperationalError("canceling statement due to lock timeout")

    row = row_of(lecture)
    monkeypatch.setattr(services, "mark_participants", busy)
    answer = by_script(client, page, sami.user, participant=str(row.participant_key), do="absent")
    assert answer.status_code == 503
    assert answer.json()["refused"]


def test_what_waited_for_the_network_does_not_overwrite_a_colleagues_mark(client, page, lecture, sami):  # noqa: F811
    row = row_of(lecture)
    key = str(row.participant_key)
    services.mark_lecture(lecture.pk, {row.pk: services.Mark(present=False)}, by=make_staff("Supervisors"))
    late = by_script(client, page, sami.user, participant=key, do="present", rating="10", seen="")
    assert late.status_code == 422
    assert late.json()["rows"][0]["present"] is False
    seen = late.json()["rows"][0]["at"]
    assert by_script(client, page, sami.user, participant=key, do="present", rating="10", seen=seen).status_code == 200
    assert stands(row) == (True, Decimal(10), "")


def test_a_tap_is_not_signed_by_whoever_signed_in_since(client, page, lecture, sami):  # noqa: F811
    row = row_of(lecture)
    client.force_login(manager())
    answer = by_script(client, page, sami.user, participant=str(row.participant_key), do="absent")
    assert answer.status_code == 403
    assert stands(row) == (None, None, "")


def test_a_form_without_the_pages_token_is_refused(page, lecture, sami):  # noqa: F811
    row = row_of(lecture)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sami.user)
    answer = strict.post(page, {"participant": str(row.participant_key), "do": "absent"})
    assert answer.status_code == 403
    assert stands(row) == (None, None, "")


def test_a_lecture_to_come_opens_and_its_buttons_are_shut(client, sami):  # noqa: F811
    coming = make_lecture(make_course(), instructor=sami)
    row = row_of(coming)
    client.force_login(sami.user)
    address = reverse("attendance-marking", args=[coming.pk])
    answer = client.get(address)
    assert answer.context["time"].state == "early"
    assert '<fieldset class="mark-choice" disabled>' in answer.content.decode()
    refused = client.post(address, {"participant": str(row.participant_key), "do": "absent"})
    assert (refused.status_code, "لم تبدأ" in refused.context["lines"][0].said) == (422, True)


@pytest.mark.parametrize(("days", "status", "state"), [(3, "scheduled", "over"), (1, "cancelled", "cancelled")])
def test_the_page_says_why_nothing_can_be_marked(client, sami, days, status, state):  # noqa: F811
    past = make_lecture(
        make_course(), instructor=sami, status=status, day=timezone.localdate() - dt.timedelta(days=days)
    )
    row = row_of(past)
    client.force_login(sami.user)
    address = reverse("attendance-marking", args=[past.pk])
    assert client.get(address).context["time"].state == state
    assert client.post(address, {"participant": str(row.participant_key), "do": "absent"}).status_code == 422


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (manager, 200),
        (lambda: make_staff("Supervisors"), 200),
        (omar, 403),
        (lambda: make_staff("Accountants"), 403),
        (lambda: make_staff("Marketing"), 403),
        (make_staff, 403),
        (ziad, 302),
    ],
)
def test_who_opens_the_list_and_marks(client, lecture, who, status):  # noqa: F811
    row = row_of(lecture)
    client.force_login(who())
    address = reverse("attendance-marking", args=[lecture.pk])
    assert client.get(address).status_code == status
    sent = client.post(address, {"participant": str(row.participant_key), "do": "absent"})
    assert sent.status_code == (302 if status == 200 else status)
    assert stands(row)[0] is (False if status == 200 else None)


def test_a_colleagues_lecture_is_not_there(client, lecture):  # noqa: F811
    row = row_of(lecture)
    colleague = make_instructor(is_staff=True)
    colleague.user.groups.set(make_staff("Instructors").groups.all())
    client.force_login(colleague.user)
    address = reverse("attendance-marking", args=[lecture.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"participant": str(row.participant_key), "do": "absent"}).status_code == 404
    assert client.get(reverse("attendance-marking", args=[uuid4()])).status_code == 404
    assert stands(row) == (None, None, "")


def test_a_mark_by_the_page_says_in_the_trail_that_it_came_from_the_admin(client, page, lecture):  # noqa: F811
    row = row_of(lecture)
    client.post(page, {"participant": str(row.participant_key), "do": "absent"})
    assert AuditEntry.objects.filter(model=row._meta.label_lower).latest("id").source == "admin"


def test_the_page_makes_as_many_queries_for_forty_as_for_two(
    client,
    page,
    lecture,  # noqa: F811
    sami,  # noqa: F811
    django_assert_max_num_queries,
):
    LectureAttendance.objects.bulk_create(LectureAttendance(lecture=lecture, child=make_child()) for _ in range(40))
    services.mark_rest_present(lecture.pk, Decimal(10), by=sami.user)
    with django_assert_max_num_queries(7):
        client.get(page)
    # The frame around it isn't drawn again.
    with django_assert_max_num_queries(7):
        part = client.get(page, {"part": 1})
    assert "<html" not in part.content.decode()


def test_the_day_lists_ones_own_lectures_and_what_yesterday_left(client, sami):  # noqa: F811
    now = timezone.localtime()
    yesterday = {"instructor": sami, "day": now.date() - dt.timedelta(days=1)}
    late = yesterday | {"start_time": dt.time(23, 58), "end_time": dt.time(23, 59)}
    early = yesterday | {"start_time": dt.time(23, 50), "end_time": dt.time(23, 57)}
    left, done = make_lecture(make_course(), **late), make_lecture(make_course(), **early)
    today = make_lecture(make_course(), instructor=sami, day=now.date(), start_time=dt.time(12), end_time=dt.time(13))
    row_of(left), row_of(today)
    make_lecture(make_course(), day=now.date(), start_time=dt.time(8), end_time=dt.time(9))
    client.force_login(sami.user)
    answer = client.get(reverse("attendance-marking-day"))
    listed = {one.lecture for one in answer.context["lectures"]}
    shown = listed | {one.lecture for one in answer.context["left"]}
    assert shown == {left, today}
    assert done not in shown
    assert left not in listed
