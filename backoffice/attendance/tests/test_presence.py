"""The staff's comings and goings, written: by readers, by the office, in the trail and for the live screens."""

import datetime as dt
from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import timezone

from backoffice.attendance import services
from backoffice.attendance.models import AttendanceEvent
from backoffice.attendance.services import Correction
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_instructor, make_staff, manager

from .staff_makers import DAY, at, due, make_supervisor, on_the_rota, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def sami():
    return make_instructor(first_name="سامي")


def now_at(row):
    row.refresh_from_db()
    came, left = (timezone.localtime(one).strftime("%H:%M") if one else None for one in (row.check_in, row.check_out))
    return row.status, came, left, row.late_minutes


def trail(row):
    return AuditEntry.objects.filter(model="attendance.instructorattendance", object_id=str(row.pk)).order_by("pk")


# Readers.


def test_a_reader_says_who_comes_and_goes_and_how_late(clock, sami):
    row = due(sami)
    clock("16:25")
    scanned(sami, "16:25")
    assert now_at(row) == ("late", "16:25", None, 25)
    scanned(sami, "18:03")
    assert now_at(row) == ("late", "16:25", "18:03", 25)
    assert (row.check_in_via, row.check_out_via, row.check_in_device.name) == ("rfid", "rfid", "الباب")
    assert [entry.changes["status"] for entry in trail(row) if "status" in entry.changes] == [["not_started", "late"]]
    events = AttendanceEvent.objects.filter(type="instructor_attendance_update").order_by("cursor")
    assert [(event.data["status"], event.data["check_out"] is not None) for event in events] == [
        ("late", False),
        ("late", True),
    ]


@pytest.mark.parametrize("order", list(permutations(("15:55", "17:00", "17:10", "18:03")))[::5])
def test_in_whatever_order_scans_are_told_the_row_says_the_same(clock, sami, order):
    row = due(sami)
    for hours in order:
        scanned(sami, hours)
    assert now_at(row) == ("present", "15:55", "18:03", 0)
    assert row.breaks == [[at("17:00").astimezone(dt.UTC).isoformat(), at("17:10").astimezone(dt.UTC).isoformat()]]


def test_two_lectures_on_end_are_both_right_after_one_coming_and_one_going(clock, sami):
    first, second = due(sami, "16:00-18:00"), due(sami, "18:00-20:00")
    scanned(sami, "15:55")
    scanned(sami, "20:04")
    assert now_at(first) == now_at(second) == ("present", "15:55", "20:04", 0)


def test_a_going_that_is_told_late_takes_the_second_lecture_back_with_its_rating(clock, sami, nadia):
    due(sami, "16:00-18:00")
    second = due(sami, "18:00-20:00")
    clock("18:30")
    scanned(sami, "15:55")
    services.rate_presence(second.pk, Decimal(8), by=nadia)
    scanned(sami, "17:40")
    assert now_at(second) == ("pending", None, None, 0)
    assert second.rating is None


def test_a_scan_of_yesterday_that_is_told_today_undoes_an_absence(clock, sami, nadia):
    row = due(sami, status="absent")
    clock("18:00")
    scanned(sami, "15:55")
    assert now_at(row) == ("present", "15:55", None, 0)


def test_scans_that_change_nothing_write_nothing(clock, sami):
    row = due(sami)
    scan = scanned(sami, "15:55")
    entries, events = AuditEntry.objects.count(), AttendanceEvent.objects.count()
    services.follow_scans([sami.pk], since=scan.at, until=scan.at)
    assert (AuditEntry.objects.count(), AttendanceEvent.objects.count()) == (entries, events)
    assert trail(row).count() == 1


def test_what_the_office_said_is_read_anew_without_another_entry(clock, sami, nadia):
    row = due(sami)
    services.correct_presence(row.pk, Correction("present", at("15:50")), reason="رأيته", by=nadia)
    assert trail(row).count() == 1
    services.follow_scans([sami.pk], since=at("15:50"), until=at("16:00"))
    assert trail(row).count() == 1


def test_who_is_not_expected_passes_outside_the_hours(clock, sami):
    scan = scanned(sami, "16:00")
    outcomes = services.follow_scans([sami.pk], since=scan.at, until=scan.at)
    assert set(outcomes.values()) == {"outside_window"}


def test_the_scans_of_many_people_ask_as_much_as_those_of_one(clock, django_assert_max_num_queries):
    people = [make_instructor() for _ in range(12)]
    for person in people:
        due(person)
    with django_assert_max_num_queries(10):
        services.follow_scans([person.pk for person in people], since=at("15:55"), until=at("18:00"))


# The office.


def test_the_office_notes_that_somebody_comes_leaves_and_comes_back(clock, sami, nadia):
    row = due(sami)
    clock("16:05")
    services.check_in(row.pk, by=nadia)
    assert now_at(row) == ("present", "16:05", None, 0)
    assert row.check_in_via == "manual"
    clock("17:00")
    services.check_out(row.pk, by=nadia)
    assert now_at(row) == ("present", "16:05", "17:00", 0)
    clock("17:20")
    services.check_in(row.pk, by=nadia)
    assert now_at(row) == ("present", "16:05", None, 0)
    assert len(row.breaks) == 1
    assert {entry.actor for entry in trail(row)} == {nadia}
    assert AttendanceEvent.objects.filter(instructor_id=sami.pk).count() == 3


def test_a_coming_noted_after_the_grace_is_late(clock, sami, nadia):
    row = due(sami)
    clock("16:21")
    services.check_in(row.pk, by=nadia)
    assert now_at(row) == ("late", "16:21", None, 21)


def test_the_rota_has_a_grace_of_its_own(clock, nadia):
    row = on_the_rota(make_supervisor(), grace_period_minutes=5)
    clock("16:06")
    services.check_in(row.pk, by=nadia)
    assert now_at(row)[0] == "late"


def test_who_is_here_does_not_come_again_and_who_is_not_does_not_leave(clock, sami, nadia, refused):
    row = due(sami)
    with refused("is_not_here"):
        services.check_out(row.pk, by=nadia)
    services.check_in(row.pk, by=nadia)
    with refused("is_here"):
        services.check_in(row.pk, by=nadia)


@pytest.mark.parametrize("hours", ["14:59", "22:00"])
def test_the_buttons_work_in_the_hours_alone(clock, sami, nadia, hours, refused):
    row = due(sami)
    clock(hours)
    with refused("not_the_hours"):
        services.check_in(row.pk, by=nadia)


def test_a_correction_says_why_and_stands_against_scans_of_before_it(clock, sami, nadia):
    row = due(sami)
    clock("17:00")
    scanned(sami, "16:50")
    correction = Correction("present", at("15:55"))
    services.correct_presence(row.pk, correction, reason="كان القارئ معطلًا", by=nadia)
    assert now_at(row) == ("present", "15:55", None, 0)
    assert (row.correction_reason, row.corrected_by) == ("كان القارئ معطلًا", nadia)
    assert trail(row).last().reason == "كان القارئ معطلًا"
    scanned(sami, "15:40")
    scanned(sami, "16:58")
    assert now_at(row) == ("present", "15:55", None, 0)
    scanned(sami, "18:05")
    assert now_at(row) == ("present", "15:55", "18:05", 0)


def test_the_later_of_two_corrections_stands(clock, sami, nadia):
    row = due(sami)
    clock("17:00")
    services.correct_presence(row.pk, Correction("absent"), reason="لم يحضر", by=nadia)
    services.correct_presence(row.pk, Correction("late", at("16:40")), reason="حضر متأخرًا", by=nadia)
    assert now_at(row) == ("late", "16:40", None, 40)


def test_a_time_that_was_not_changed_keeps_its_reader(clock, sami, nadia):
    row = due(sami)
    clock("17:00")
    scanned(sami, "16:25")
    services.correct_presence(row.pk, Correction("present", at("16:25")), reason="بإذن", by=nadia)
    assert now_at(row) == ("present", "16:25", None, 0)
    assert row.check_in_via == "rfid"


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction("present"), "check_in_missing"),
        (Correction("absent", at("16:00")), "times_without_presence"),
        (Correction("present", at("17:30")), "in_future"),
        (Correction("present", at("16:00"), at("17:30")), "in_future"),
        (Correction("present", at("16:00", DAY - dt.timedelta(days=1))), "outside_day"),
        (Correction("present", at("16:30"), at("16:10")), "leaves_before_coming"),
        (Correction("late", at("15:59")), "is_not_late"),
        (Correction("pending"), "illegal_step"),
    ],
)
def test_a_correction_that_can_not_be_is_refused(clock, sami, nadia, correction, code, refused):
    row = due(sami)
    clock("17:00")
    with refused(code):
        services.correct_presence(row.pk, correction, reason="تجربة", by=nadia)
    assert now_at(row) == ("not_started", None, None, 0)


def test_a_correction_has_a_reason_and_is_of_what_has_begun(clock, sami, nadia, refused):
    row = due(sami)
    with refused("reason_missing"):
        services.correct_presence(row.pk, Correction("absent"), reason=" ", by=nadia)
    clock("14:30")
    with refused("not_begun"):
        services.correct_presence(row.pk, Correction("absent"), reason="مريض", by=nadia)


def test_who_came_is_rated_and_nobody_else(clock, sami, nadia, refused):
    row = due(sami)
    with refused("was_not_there"):
        services.rate_presence(row.pk, Decimal(8), by=nadia)
    services.check_in(row.pk, by=nadia)
    for rating in ("0.99", "10.01"):
        with refused("rating_out_of_range"):
            services.rate_presence(row.pk, Decimal(rating), by=nadia)
    services.rate_presence(row.pk, Decimal("8.5"), by=nadia)
    row.refresh_from_db()
    assert row.rating == Decimal("8.50")
    assert trail(row).last().changes == {"rating": [None, "8.50"]}


def everything_by(person, row):
    """All that the office may do with a row."""
    return [
        lambda: services.check_in(row.pk, by=person),
        lambda: services.check_out(row.pk, by=person),
        lambda: services.correct_presence(row.pk, Correction("absent"), reason="تجربة", by=person),
        lambda: services.rate_presence(row.pk, Decimal(8), by=person),
    ]


def test_nobody_speaks_of_their_own_row_not_even_a_manager(clock, nadia, refused):
    boss = manager()
    boss.instructor = make_supervisor(user=boss)
    for person in (nadia, boss):
        for step in everything_by(person, on_the_rota(person.instructor)):
            with refused("own_row"):
                step()


def test_instructors_and_the_rest_of_the_office_speak_of_nobodys(clock, sami, refused):
    row = due(sami)
    for person in (make_instructor().user, huda(), make_staff("Registrars"), make_staff("Instructors")):
        for step in everything_by(person, row):
            with refused("may_not_correct"):
                step()


def test_a_manager_may(clock, sami):
    row = due(sami)
    services.check_in(row.pk, by=manager())
    assert now_at(row)[0] == "present"
