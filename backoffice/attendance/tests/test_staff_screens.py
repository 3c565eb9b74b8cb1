"""The screens of the staff's attendance and of the rota: who sees which button, and what a press of it does."""

import datetime as dt

import pytest
from django.urls import reverse

from backoffice.attendance.models import InstructorAttendance, SupervisorSchedule
from backoffice.users.tests.makers import make_instructor, manager

from .staff_makers import DAY, at, due, make_rota, make_supervisor, on_the_rota

pytestmark = pytest.mark.django_db

LIST = "admin:attendance_instructorattendance_changelist"


@pytest.fixture
def sami():
    return make_instructor(first_name="سامي")


@pytest.fixture
def desk(client, nadia, clock):
    """Nadia's window, at four in the afternoon."""
    client.force_login(nadia)
    return client


def press(window, name, row, **typed):
    address = reverse(f"admin:attendance_{type(row)._meta.model_name}_{name}", args=[row.pk])
    return window.post(address, {"_form_submitted": "on", **typed})


def listed(window, **query):
    response = window.get(reverse(LIST), query)
    return {row.pk for row in response.context["cl"].result_list}


def test_the_list_is_todays_unless_other_days_are_asked_for(desk, sami):
    rows = {days: due(sami, day=DAY - dt.timedelta(days=days)).pk for days in (0, 1, 5, 40)}
    assert listed(desk) == {rows[0]}
    assert listed(desk, when="yesterday") == {rows[1]}
    assert listed(desk, when="week") == {rows[0], rows[1], rows[5]}
    assert listed(desk, when="all") == set(rows.values())
    assert listed(desk, day_from="2026-10-27", day_to="2026-10-27") == {rows[5]}


def test_the_buttons_are_those_that_make_sense_now(desk, sami):
    row = due(sami)

    def buttons():
        page = desk.get(reverse(LIST)).content.decode()
        return {name for name in ("check_in", "check_out", "correct", "rate") if f"staff-step-{name}" in page}

    assert buttons() == {"check_in", "correct"}
    press(desk, "check_in", row)
    assert buttons() == {"check_out", "correct", "rate"}


def test_a_press_notes_the_coming_and_shows_the_list_anew(desk, sami):
    row = due(sami)
    response = press(desk, "check_in", row)
    assert response.headers["HX-Refresh"] == "true"
    row.refresh_from_db()
    assert (row.status, row.check_in) == ("present", at("16:00"))
    refused = press(desk, "check_in", row)
    assert "HX-Refresh" not in refused.headers


def test_a_correction_is_typed_as_times_of_the_day(desk, sami, clock):
    row = due(sami)
    clock("20:00")
    press(desk, "correct", row, status="late", check_in="16:30", check_out="18:00", reason="زحمة")
    row.refresh_from_db()
    assert (row.status, row.check_in, row.check_out, row.late_minutes) == ("late", at("16:30"), at("18:00"), 30)


def test_a_going_before_the_coming_was_after_midnight(desk, sami, clock):
    row = due(sami, "22:00-23:59")
    tomorrow = DAY + dt.timedelta(days=1)
    clock("00:30", tomorrow)
    press(desk, "correct", row, status="present", check_in="21:50", check_out="00:10", reason="نسي البطاقة")
    row.refresh_from_db()
    assert row.check_out == at("00:10", tomorrow)


def test_a_correction_without_a_reason_keeps_what_was_typed(desk, sami):
    row = due(sami)
    page = press(desk, "correct", row, status="absent").content.decode()
    row.refresh_from_db()
    assert row.status == "not_started"
    assert 'value="absent" selected' in page


def test_nobody_has_buttons_at_their_own_row(desk, nadia):
    row = on_the_rota(nadia.instructor)
    assert "staff-step" not in desk.get(reverse(LIST)).content.decode()
    assert "HX-Refresh" not in press(desk, "check_in", row).headers
    row.refresh_from_db()
    assert row.status == "not_started"


def test_a_rating_is_typed_in_either_digits(desk, sami):
    row = due(sami)
    press(desk, "check_in", row)
    press(desk, "rate", row, rating="٨.٥")
    row.refresh_from_db()
    assert str(row.rating) == "8.50"


# The rota.


def give(window, supervisor, **overrides):
    typed = {
        "supervisor": str(supervisor.pk), "weekday": "1", "start_time": "17:00", "end_time": "20:00",
        "grace_period_minutes": "١٥", "auto_absent_after_minutes": "60", "begins_on": "",
    } | overrides  # fmt: skip
    return window.post(reverse("admin:attendance_supervisorschedule_add"), typed)


def test_hours_are_given_on_a_page_and_todays_row_is_there(desk):
    supervisor = make_supervisor()
    assert give(desk, supervisor).status_code == 302
    schedule = SupervisorSchedule.objects.get()
    assert (schedule.grace_period_minutes, schedule.begins_on) == (15, DAY)
    assert InstructorAttendance.objects.filter(schedule=schedule, day=DAY).exists()


def test_an_overlap_is_said_at_the_field(desk):
    supervisor = make_supervisor()
    make_rota(supervisor, "16:00-18:00")
    page = give(desk, supervisor)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["start_time"]
    assert SupervisorSchedule.objects.count() == 1


def test_who_only_teaches_can_not_be_chosen(desk, sami):
    assert "supervisor" in give(desk, sami).context["form"].errors


def test_hours_are_changed_and_ended_in_dialogs(desk):
    schedule = make_rota(make_supervisor())
    typed = {
        "weekday": "2", "start_time": "10:00", "end_time": "14:00", "grace_period_minutes": "5",
        "auto_absent_after_minutes": "30",
    }  # fmt: skip
    press(desk, "change_hours", schedule, **typed)
    schedule.refresh_from_db()
    assert (schedule.weekday, schedule.start_time, schedule.ended_on) == (2, dt.time(10), None)
    press(desk, "end_hours", schedule)
    schedule.refresh_from_db()
    assert schedule.ended_on == DAY


def test_the_week_stands_above_the_list_and_ended_hours_below_their_filter(desk):
    supervisor = make_supervisor()
    make_rota(supervisor, "09:00-12:30")
    make_rota(supervisor, "14:00-15:00", ended_on=DAY)
    response = desk.get(reverse("admin:attendance_supervisorschedule_changelist"))
    (week,) = response.context["week"]
    assert (week.total, [len(day) for day in week.days]) == ("3:30", [0, 1, 0, 0, 0, 0, 0])
    assert [row.start_time.hour for row in response.context["cl"].result_list] == [9]
    ended = desk.get(reverse("admin:attendance_supervisorschedule_changelist"), {"ended": "1"})
    assert [row.start_time.hour for row in ended.context["cl"].result_list] == [14]


def test_the_hours_of_the_rota_are_deleted_by_nobody(client, clock):
    client.force_login(manager())
    schedule = make_rota(make_supervisor())
    address = reverse("admin:attendance_supervisorschedule_delete", args=[schedule.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
