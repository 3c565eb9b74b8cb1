"""The page of the scheduled jobs: what is wrong stands there in red, and a manager can have a day done again."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django_q.models import Schedule, Task

from backoffice.attendance.models import AttendanceCronLog
from backoffice.config.jobs_overview import overview, standing_of
from backoffice.config.roles import SUPERVISORS
from backoffice.shared.dates import cairo_today
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import make_staff, ziad
from workers import running
from workers.schedules import DAY_JOBS, sync_schedules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
YESTERDAY = cairo_today() - dt.timedelta(days=1)
PAGE = reverse("admin:attendance_attendancecronlog_changelist")
BY_HAND = reverse("admin:attendance_attendancecronlog_do_by_hand")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def work(monkeypatch):
    """What is handed to the worker, and not done."""
    handed = []
    monkeypatch.setattr(running, "enqueue_on_commit", lambda function, *args: handed.append((function.__name__, *args)))
    return handed


def make_log(**overrides):
    fields = {"job": "mark_absent_daily", "business_day": YESTERDAY, "started_at": timezone.now() - HOUR}
    return AttendanceCronLog.objects.create(**(fields | overrides))


def line_of(name):
    return next(line for line in overview().jobs if line.name == name)


def test_the_page_shows_each_job_with_its_next_run_and_the_queue(boss):
    sync_schedules()
    page = boss.get(PAGE).content.decode()
    for job in DAY_JOBS:
        assert str(escape(job.title)) in page
    assert "no sign of life yet" in page
    assert "every day at 11:59" in page
    following = timezone.localtime(line_of("mark_absent_daily").following)
    assert (following.hour, following.minute) == (23, 59)
    assert timezone.now() < following <= timezone.now() + 25 * HOUR


def test_a_job_that_was_done_says_what_it_counted():
    make_log(finished_at=timezone.now(), counts={"participants": 31})
    line = line_of("mark_absent_daily")
    assert (line.standing.colour, line.standing.note, line.is_wrong) == ("success", "participants absent: 31", False)


def test_a_failed_day_is_red_with_its_number_even_when_later_ones_went_well(boss):
    failed = make_log(error="Traceback …\nValueError: stuck", business_day=YESTERDAY - dt.timedelta(days=3), attempts=4)
    make_log(finished_at=timezone.now())
    line = line_of("mark_absent_daily")
    assert line.standing.colour == "success"
    assert line.is_wrong
    assert line.unfinished == [failed]
    assert f"attempt 4, number {failed.pk}" in boss.get(PAGE).content.decode()
    detail = boss.get(reverse("admin:attendance_attendancecronlog_change", args=[failed.pk])).content.decode()
    assert "ValueError: stuck" in detail


@pytest.mark.parametrize(
    ("ago", "attempts", "colour"), [(HOUR, 1, "danger"), (HOUR / 60, 1, "info"), (HOUR / 60, 0, "info")]
)
def test_one_that_began_and_never_ended_is_cut_off_after_a_while(ago, attempts, colour):
    log = make_log(started_at=timezone.now() - ago, attempts=attempts)
    assert standing_of(log).colour == colour


def test_a_day_that_nobody_began_is_late():
    make_log(business_day=YESTERDAY - dt.timedelta(days=4), finished_at=timezone.now())
    line = line_of("mark_absent_daily")
    assert (str(line.standing.word), line.is_wrong) == ("Late", True)


def test_a_job_that_never_ran_is_late_from_the_day_after_its_clock_began():
    make_log(origin="start", finished_at=timezone.now())
    assert str(line_of("mark_absent_daily").standing.word) == "Not yet"
    AttendanceCronLog.objects.update(business_day=YESTERDAY - dt.timedelta(days=4))
    assert str(line_of("mark_absent_daily").standing.word) == "Late"


def test_work_that_comes_again_and_again_is_late_or_failed_or_done():
    sync_schedules()
    now = timezone.now()
    for number, (group, success) in enumerate([("heartbeat", True), ("expire_offers", False)]):
        Task.objects.create(id=f"{number:032}", name=group, group=group, started=now, stopped=now, success=success)
    Schedule.objects.filter(name="forget_answers").update(next_run=now - HOUR)
    words = {line.name: str(line.standing.word) for line in overview().sweeps}
    assert (words["heartbeat"], words["expire_offers"], words["forget_answers"]) == ("Done", "Failed", "Late")
    assert words["retry_jobs"] == "Not yet"


def test_the_beginning_of_a_clock_is_no_row_of_the_log(boss):
    sync_schedules()
    assert AttendanceCronLog.objects.count() == len(DAY_JOBS)
    assert "The clock began" not in boss.get(PAGE).content.decode()


def test_a_manager_has_a_failed_day_done_again_and_the_trail_says_who(boss, work):
    log = make_log(error="ValueError: stuck")
    url = reverse("admin:attendance_attendancecronlog_do_again", args=[log.pk])
    assert boss.get(url).status_code == 200
    assert work == []
    answer = boss.post(url, {"_form_submitted": "on"})
    assert "HX-Redirect" in answer.headers
    assert work == [("run_again", "mark_absent_daily", YESTERDAY.isoformat())]
    entry = AuditEntry.objects.get(model="attendance.attendancecronlog")
    assert entry.object_id == str(log.pk)
    assert entry.actor_name


def test_a_manager_has_any_past_day_done_by_hand(boss, work):
    day = YESTERDAY - dt.timedelta(days=200)
    answer = boss.post(BY_HAND, {"_form_submitted": "on", "job": "mark_absent_daily", "day": f"{day:%d/%m/%Y}"})
    assert answer.headers["HX-Redirect"] == PAGE
    assert work == [("run_again", "mark_absent_daily", day.isoformat())]
    log = AttendanceCronLog.objects.get()
    assert (log.origin, log.attempts, str(standing_of(log).word)) == ("hand", 0, "Waits")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (cairo_today() + dt.timedelta(days=1), "isn&#x27;t due yet"),
        (YESTERDAY, "done already"),
        ("the day before", "is not a date"),
    ],
)
def test_what_may_not_be_done_is_said_in_the_dialog(boss, work, day, words):
    make_log(finished_at=timezone.now())
    typed = f"{day:%d/%m/%Y}" if isinstance(day, dt.date) else day
    answer = boss.post(BY_HAND, {"_form_submitted": "on", "job": "mark_absent_daily", "day": typed})
    assert words in answer.content.decode()
    assert work == []


def test_asking_twice_for_a_day_hands_it_over_twice_and_does_it_once(boss):
    log = make_log(error="ValueError: stuck")
    for _ in range(2):
        boss.post(reverse("admin:attendance_attendancecronlog_do_again", args=[log.pk]), {"_form_submitted": "on"})
        running.run_again(log.job, log.business_day.isoformat())
    log.refresh_from_db()
    assert (bool(log.finished_at), log.attempts) == (True, 2)


@pytest.mark.parametrize("url", [PAGE, BY_HAND])
def test_ziad_sees_nothing_of_it(client, url):
    client.force_login(ziad())
    assert client.get(url).status_code == 302


def test_a_supervisor_looks_and_does_nothing_by_hand(client, work):
    client.force_login(make_staff(SUPERVISORS))
    assert client.get(PAGE).status_code == 200
    assert BY_HAND not in client.get(PAGE).content.decode()
    assert (
        client.post(BY_HAND, {"_form_submitted": "on", "job": "mark_absent_daily", "day": "1/1/2026"}).status_code
        == 403
    )
    assert work == []


def test_schedules_are_changed_by_nobody_in_the_admin(boss):
    sync_schedules()
    row = Schedule.objects.first()
    assert boss.get(reverse("admin:django_q_schedule_add")).status_code == 403
    change = reverse("admin:django_q_schedule_change", args=[row.pk])
    assert boss.get(change).status_code == 200
    assert boss.post(change, {"func": "os.getpid"}).status_code == 403
    assert boss.post(reverse("admin:django_q_schedule_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert "every day at 11:59" in boss.get(reverse("admin:django_q_schedule_changelist")).content.decode()
