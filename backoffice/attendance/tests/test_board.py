"""The live board: what a day shows, to whom, and in how many queries."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.attendance.models import Device, InstructorAttendance, LectureAttendance, SupervisorSchedule
from backoffice.attendance.selectors import Counts, board_of, moment
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.tests.makers import make_child, make_instructor, make_staff, manager, omar, ziad

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 10)
NOON = moment(DAY, dt.time(12))


def at(start, end, **fields):
    return make_lecture(make_course(), day=DAY, start_time=dt.time(start), end_time=dt.time(end), **fields)


def marked(lecture, present):
    signed = {"marked_at": NOON, "marked_via": "manual"} if present is not None else {}
    rating = Decimal(9) if present else None
    return LectureAttendance.objects.create(
        lecture=lecture, child=make_child(), present=present, rating=rating, **signed
    )


def due(instructor, lecture=None, **fields):
    schedule = None
    if lecture is None:
        schedule = SupervisorSchedule.objects.create(
            supervisor=instructor, weekday=3, start_time=dt.time(9), end_time=dt.time(15)
        )
    hours = lecture or schedule
    return InstructorAttendance.objects.create(
        instructor=instructor,
        kind="lecture" if lecture else "supervision",
        lecture=lecture,
        schedule=schedule,
        day=DAY,
        start_time=hours.start_time,
        end_time=hours.end_time,
        **fields,
    )


def of(board, lecture):
    return next(one for one in board.lectures if one.lecture == lecture)


def test_each_lecture_stands_where_the_clock_has_it():
    over, running, coming, off = at(8, 10), at(11, 13), at(14, 16), at(11, 13, status="cancelled")
    board = board_of(manager(), DAY, now=NOON)
    phases = {one.lecture: one.phase for one in board.lectures}
    assert phases == {over: "over", running: "running", coming: "next", off: "cancelled"}


@pytest.mark.parametrize(("hour", "phase"), [(10, "next"), (11, "running"), (13, "running"), (14, "over")])
def test_a_lecture_runs_from_its_first_to_its_last_minute(hour, phase):
    lecture = at(11, 13)
    assert of(board_of(manager(), DAY, now=moment(DAY, dt.time(hour))), lecture).phase == phase


def test_another_days_lecture_is_not_there():
    at(11, 13)
    assert board_of(manager(), DAY + dt.timedelta(days=1), now=NOON).lectures == []


def test_counts_and_who_is_missing():
    running, coming = at(11, 13), at(14, 16)
    _came, absent, unmarked = marked(running, True), marked(running, False), marked(running, None)
    marked(coming, None)
    board = board_of(manager(), DAY, now=NOON)
    shown = of(board, running)
    assert shown.counts == Counts(3, 1, 1)
    missing = {(one.participant, one.absent) for one in shown.missing}
    assert missing == {(str(absent.participant_key), True), (str(unmarked.participant_key), False)}
    assert of(board, coming).missing == []
    # The day's sums are of what has begun: nobody is missing at a lecture to come.
    assert board.counts == Counts(3, 1, 1)


@pytest.mark.parametrize(
    ("row", "hour", "presence"),
    [
        ({}, 10, "expected"),
        ({}, 12, "missing"),
        ({"status": "pending"}, 12, "missing"),
        ({}, 14, "absent"),
        ({"status": "absent"}, 12, "absent"),
        ({"status": "present", "check_in": NOON}, 12, "present"),
        ({"status": "late", "check_in": NOON, "late_minutes": 25}, 12, "late"),
        ({"status": "present", "check_in": NOON, "check_out": NOON}, 14, "left"),
    ],
)
def test_how_the_instructor_stands(row, hour, presence):
    sami = make_instructor()
    lecture = at(11, 13, instructor=sami)
    due(sami, lecture, **row)
    shown = of(board_of(manager(), DAY, now=moment(DAY, dt.time(hour))), lecture)
    assert shown.staff.presence == presence


def test_who_gave_the_lecture_before_is_not_shown_as_its_instructor():
    sami, other = make_instructor(), make_instructor()
    lecture = at(11, 13, instructor=other)
    due(sami, lecture)
    assert of(board_of(manager(), DAY, now=NOON), lecture).staff is None


@pytest.mark.parametrize(
    ("seen", "offset", "state"),
    [
        (None, None, "new"),
        (dt.timedelta(minutes=1), None, "online"),
        (dt.timedelta(minutes=1), 60, "online"),
        (dt.timedelta(minutes=1), -61, "clock"),
        (dt.timedelta(minutes=5), 0, "online"),
        (dt.timedelta(minutes=5, seconds=1), 900, "silent"),
    ],
)
def test_how_a_reader_at_the_door_does(seen, offset, state):
    Device.objects.create(name="باب", last_seen_at=seen and NOON - seen, clock_offset_seconds=offset)
    Device.objects.create(name="قديم", is_active=False)
    (shown,) = board_of(manager(), DAY, now=NOON).devices
    assert shown.state == state


def teacher():
    sami = make_instructor(is_staff=True)
    sami.user.groups.set(make_staff("Instructors").groups.all())
    return sami


def test_an_instructor_sees_the_own_lectures_and_presence_alone():
    sami, colleague = teacher(), make_instructor()
    mine, theirs = at(11, 13, instructor=sami), at(11, 13, instructor=colleague)
    due(sami, mine)
    due(colleague, theirs)
    board = board_of(sami.user, DAY, now=NOON)
    assert [one.lecture for one in board.lectures] == [mine]
    assert board.lectures[0].staff.presence == "missing"
    assert (board.rota, board.devices) == (None, None)


def test_the_office_sees_all_lectures_and_not_who_of_the_staff_is_there():
    sami = make_instructor()
    lecture = at(11, 13, instructor=sami)
    due(sami, lecture)
    due(make_instructor(role="supervisor"))
    board = board_of(omar(), DAY, now=NOON)
    assert of(board, lecture).staff is None
    assert (board.rota, board.devices) == (None, None)


def test_supervisors_see_the_rota_and_the_readers():
    row = due(make_instructor(role="supervisor"))
    device = Device.objects.create(name="باب")
    board = board_of(make_staff("Supervisors"), DAY, now=NOON)
    assert [one.row for one in board.rota] == [row]
    assert [one.device for one in board.devices] == [device]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (manager, 200),
        (lambda: make_staff("Supervisors"), 200),
        (omar, 200),
        (lambda: teacher().user, 200),
        (lambda: make_staff("Accountants"), 403),
        (lambda: make_staff("Cashiers"), 403),
        (lambda: make_staff("Marketing"), 403),
        (make_staff, 403),
        (ziad, 302),
    ],
)
def test_who_opens_the_board(client, who, status):
    client.force_login(who())
    assert client.get(reverse("attendance-board")).status_code == status
    assert client.get(reverse("attendance-board"), {"part": 1}).status_code == status


def test_a_day_is_looked_back_at_in_any_spelling(client):
    lecture = at(11, 13)
    client.force_login(manager())
    for typed in ("2026-03-10", "10/3/2026", "١٠/٣/٢٠٢٦"):
        answer = client.get(reverse("attendance-board"), {"day": typed})
        assert [one.lecture for one in answer.context["over"]] == [lecture], typed


@pytest.mark.parametrize("typed", ["x", "31/2/2026", "9999-12-31", "0001-01-01", "2026", "\x00", "1" * 5000])
def test_a_day_that_is_none_shows_today_and_says_so(client, typed):
    client.force_login(manager())
    answer = client.get(reverse("attendance-board"), {"day": typed})
    assert answer.status_code == 200
    assert answer.context["board"].day == timezone.localdate()
    assert answer.context["unread"]


def test_the_board_is_looked_at_and_not_written_to(client):
    client.force_login(manager())
    assert client.post(reverse("attendance-board")).status_code == 405


def test_the_board_takes_at_most_ten_queries_however_full_the_day(client, django_assert_max_num_queries):
    for number in range(6):
        sami = make_instructor()
        lecture = at(8 + number, 9 + number, instructor=sami)
        due(sami, lecture)
        for present in (True, False, None):
            marked(lecture, present)
        due(make_instructor(role="supervisor"))
        Device.objects.create(name=f"باب {number}")
    client.force_login(make_staff("Supervisors"))
    with django_assert_max_num_queries(10):
        answer = client.get(reverse("attendance-board"), {"day": "2026-03-10"})
    assert len(answer.context["board"].lectures) == 6
    assert len(answer.context["board"].rota) == 6


def test_a_part_has_no_frame_and_the_same_rows(client):
    lecture = at(11, 13)
    client.force_login(manager())
    part = client.get(reverse("attendance-board"), {"day": "2026-03-10", "part": 1}).content.decode()
    assert "<html" not in part
    assert f'id="lecture-{lecture.pk}"' in part
