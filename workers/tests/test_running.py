"""A job does its business day exactly once: whoever asks, however often, and whatever went wrong before."""

import datetime as dt
from dataclasses import replace
from io import StringIO

import pytest
from croniter import croniter
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from backoffice.attendance.models import AttendanceCronLog
from backoffice.attendance.selectors import tries_again_at
from backoffice.attendance.services import Outcome, begin, do_once, job_log
from backoffice.courses.models import Weekday
from backoffice.shared.dates import CAIRO
from backoffice.shared.errors import DomainError
from workers import running, schedules
from workers.running import run_again, run_by_hand, run_due, run_missed
from workers.schedules import DAY_JOBS, day_job

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CAIRO)


class Clock:
    """The time of the centre, set by hand."""

    def __init__(self, monkeypatch):
        self.now = NOON
        monkeypatch.setattr(timezone, "now", lambda: self.now.astimezone(dt.UTC))


class Work:
    """A job's work that counts itself, and fails on some days."""

    def __init__(self):
        self.days, self.faulty = [], set()

    def __call__(self, day):
        self.days.append(day)
        if day in self.faulty:
            raise ValueError(f"the work of {day} is stuck")
        return {"rows": 3}


@pytest.fixture
def clock(monkeypatch):
    """Noon of a Wednesday; the jobs' clocks began the evening before last, so that each has its latest day to do."""
    clock = Clock(monkeypatch)
    for job in DAY_JOBS:
        begin(job.name, job.latest(NOON) - (7 if job.weekday is not None else 1) * DAY)
    return clock


@pytest.fixture
def work(monkeypatch):
    """Every job does this work."""
    work = Work()
    jobs = tuple(replace(job, work=work) for job in DAY_JOBS)
    monkeypatch.setattr(schedules, "DAY_JOBS", jobs)
    monkeypatch.setattr(running, "DAY_JOBS", jobs)
    return work


def logs(**which):
    return list(AttendanceCronLog.objects.exclude(origin="start").filter(**which).order_by("business_day"))


def the_log():
    (log,) = logs()
    return log


def date(text):
    return dt.date.fromisoformat(text)


def test_the_first_run_ever_makes_up_for_nothing_but_the_week_that_is_under_way(monkeypatch, work):
    clock = Clock(monkeypatch)
    schedules.sync_schedules()
    run_missed()
    assert [(log.job, log.business_day) for log in logs()] == [
        ("generate_instructor_attendance_weekly", date("2026-11-22"))
    ]
    clock.now += dt.timedelta(hours=12)
    schedules.sync_schedules()
    run_due("mark_absent_daily")
    assert [log.business_day for log in logs(job="mark_absent_daily")] == [date("2026-11-25")]


def test_a_job_whose_clock_never_began_does_nothing(monkeypatch, work):
    Clock(monkeypatch)
    assert run_missed() == run_due("mark_absent_daily") == ""


def test_a_second_run_finds_the_day_done(clock, work):
    run_due("mark_absent_daily")
    run_due("mark_absent_daily")
    assert work.days == [date("2026-11-24")]
    log = the_log()
    assert (log.counts, log.error, log.attempts, log.origin) == ({"rows": 3}, "", 1, "clock")
    assert log.finished_at >= log.started_at


def test_missed_days_are_made_up_for_the_oldest_first(clock, work):
    run_due("mark_absent_daily")
    clock.now += 5 * DAY
    run_due("mark_absent_daily")
    assert work.days == [date("2026-11-24") + n * DAY for n in range(6)]


def test_what_the_schedules_themselves_missed_the_sweep_makes_up_for_in_the_order_of_the_calendar(clock, work):
    for job in DAY_JOBS:
        run_due(job.name)
    work.days.clear()
    clock.now += 7 * DAY
    run_missed()
    assert work.days == sorted(work.days)
    done = {(log.job, log.business_day) for log in logs(finished_at__isnull=False)}
    assert ("generate_instructor_attendance_weekly", date("2026-11-29")) in done
    assert {day for job, day in done if job == "complete_enrollments"} == {NOON.date() + n * DAY for n in range(8)}
    assert {day for job, day in done if job == "check_ledger"} == {NOON.date(), NOON.date() + 7 * DAY}


def test_after_a_very_long_summer_a_quarter_is_made_up_for(clock, work):
    run_due("mark_absent_daily")
    clock.now += 200 * DAY
    run_due("mark_absent_daily")
    assert len(work.days) == 1 + schedules.A_QUARTER
    assert max(work.days) == clock.now.date() - DAY


def test_a_failure_is_kept_with_its_error_and_tried_again_after_a_while(clock, work, caplog):
    work.faulty.add(date("2026-11-24"))
    run_due("mark_absent_daily")
    log = the_log()
    assert log.finished_at is None
    assert "ValueError: the work of 2026-11-24 is stuck" in log.error
    assert f"log {log.pk}" in caplog.text
    run_due("mark_absent_daily")
    assert len(work.days) == 1
    work.faulty.clear()
    clock.now += dt.timedelta(minutes=5)
    run_due("mark_absent_daily")
    log.refresh_from_db()
    assert (len(work.days), log.attempts, log.error) == (2, 2, "")
    assert log.finished_at


def test_the_wait_doubles_up_to_an_hour():
    log = AttendanceCronLog(started_at=NOON)
    waits = []
    for log.attempts in (0, 1, 2, 3, 4, 5, 6, 900):
        waits.append((tries_again_at(log) - NOON) // dt.timedelta(minutes=1))
    assert waits == [5, 5, 10, 20, 40, 60, 60, 60]


def test_a_day_that_fails_holds_up_neither_the_next_days_nor_other_jobs(clock, work):
    for job in DAY_JOBS:
        run_due(job.name)
    work.days.clear()
    clock.now += 2 * DAY
    work.faulty.add(date("2026-11-25"))
    run_missed()
    unfinished = [(log.job, log.business_day) for log in logs(finished_at=None)]
    assert unfinished == [("mark_absent_daily", date("2026-11-25"))]
    assert logs(job="mark_absent_daily", business_day=date("2026-11-26"))[0].finished_at


def test_one_that_was_killed_is_taken_up_again(clock, work):
    AttendanceCronLog.objects.create(job="mark_absent_daily", business_day=date("2026-11-24"), started_at=clock.now)
    run_due("mark_absent_daily")
    assert work.days == []
    clock.now += dt.timedelta(minutes=5)
    run_due("mark_absent_daily")
    assert work.days == [date("2026-11-24")]
    assert the_log().attempts == 2


def test_work_that_is_cut_off_by_the_queue_is_noted_and_goes_on_ending(clock):
    def too_long(_day):
        raise SystemExit("Task exceeded maximum timeout value (600 seconds)")

    with pytest.raises(SystemExit):
        do_once("mark_absent_daily", date("2026-11-24"), too_long)
    assert "600 seconds" in the_log().error


def test_while_somebody_is_at_it_nobody_else_begins(clock, work):
    inner = []

    def again(day):
        inner.append(do_once("mark_absent_daily", day, work).outcome)
        return {}

    assert do_once("mark_absent_daily", date("2026-11-24"), again).outcome is Outcome.DONE
    assert inner == [Outcome.RUNNING]
    assert work.days == []


def test_without_the_claim_both_do_it(clock, work, monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr(job_log, "claim", lambda *_: nullcontext(True))

    def again(day):
        do_once("mark_absent_daily", day, work)
        return {}

    do_once("mark_absent_daily", date("2026-11-24"), again)
    assert work.days == [date("2026-11-24")]


def test_by_hand_a_day_is_done_once_too(clock, work):
    assert run_by_hand("mark_absent_daily", date("2026-10-01")).outcome is Outcome.DONE
    assert run_by_hand("mark_absent_daily", date("2026-10-01")).outcome is Outcome.DONE_BEFORE
    assert run_again("mark_absent_daily", "2026-10-01") == "mark_absent_daily 2026-10-01 done_before"
    assert work.days == [date("2026-10-01")]
    assert the_log().origin == "hand"


def test_an_old_day_done_by_hand_makes_the_clock_go_no_further_back(clock, work):
    run_by_hand("mark_absent_daily", date("2026-10-01"))
    run_due("mark_absent_daily")
    assert work.days == [date("2026-10-01"), date("2026-11-24")]


def refused(*args):
    with pytest.raises(DomainError) as error:
        run_by_hand(*args)
    return error.value.code


def test_by_hand_nothing_is_done_before_its_hour_nor_on_a_wrong_day(clock, work):
    assert refused("mark_absent_daily", date("2026-11-25")) == "not_due"
    assert refused("mark_absent_daily", date("2026-11-26")) == "not_due"
    assert refused("generate_instructor_attendance_weekly", date("2026-11-24")) == "not_its_day"
    assert refused("dust_the_shelves", date("2026-11-24")) == "unknown_job"
    assert work.days == []


def command(*args):
    out = StringIO()
    with translation.override("en"):
        call_command("run_job", *args, stdout=out, no_color=True)
    return out.getvalue()


def test_the_command_says_what_it_did_and_that_it_was_done_already(clock, work):
    assert "is done. new rows: 3" in command("mark_absent_daily", "--day", "2026-11-20")
    assert "was done already: nothing was changed" in command("mark_absent_daily", "--day", "20/11/2026")
    assert "mark_absent_daily of 2026-11-24 is done" in command("mark_absent_daily")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("mark_absent_daily", "--day", "2026-11-26"), "isn't due yet: wait until 11:59"),
        (("mark_absent_daily", "--day", "yesterday"), "is not a date"),
        (("dust_the_shelves",), "There are: generate_instructor_attendance_weekly, mark_absent_daily"),
    ],
)
def test_the_command_refuses_in_words(clock, work, args, words):
    with pytest.raises(CommandError, match=words):
        command(*args)
    assert not logs()


def test_the_command_fails_with_the_error_and_the_logs_number(clock, work):
    work.faulty.add(date("2026-11-24"))
    with pytest.raises(CommandError, match=r"failed \(number \d+ of the job log\)[\s\S]*is stuck"):
        command("mark_absent_daily")


def test_every_job_of_the_table_does_its_work_in_an_empty_centre(clock):
    for job in DAY_JOBS:
        run_due(job.name)
    assert {log.job for log in logs(finished_at__isnull=False)} == {job.name for job in DAY_JOBS}


def test_the_table_says_what_the_domain_says():
    hours = {job.name: (f"{job.at:%H:%M}", job.weekday) for job in DAY_JOBS}
    assert hours == {
        "generate_instructor_attendance_weekly": ("00:05", Weekday.SUNDAY),
        "mark_absent_daily": ("23:59", None),
        "expire_enrollment_requests": ("03:10", None),
        "complete_enrollments": ("03:10", None),
        "refresh_seasons": ("03:10", None),
        "check_ledger": ("03:30", None),
        "send_reports": ("06:00", None),
    }


def test_cron_looks_at_the_hours_of_winter_and_summer_in_utc():
    assert day_job("generate_instructor_attendance_weekly").cron == "5 21,22 * * 6"
    assert day_job("mark_absent_daily").cron == "59 20,21 * * *"
    assert day_job("check_ledger").cron == "30 0,1 * * *"
    assert replace(day_job("check_ledger"), at=dt.time(2, 30), weekday=Weekday.SATURDAY).cron == "30 0,23 * * 5,6"


@pytest.mark.parametrize("weekday", list(Weekday))
@pytest.mark.parametrize("month", [1, 7])
def test_cron_comes_in_the_minute_in_which_a_job_is_due(weekday, month):
    for hour in (0, 1, 2, 3, 12, 23):
        job = replace(day_job("mark_absent_daily"), weekday=weekday, at=dt.time(hour, 5))
        due = job.following(dt.datetime(2026, month, 15, 12, tzinfo=dt.UTC))
        comes = croniter(job.cron, due.astimezone(dt.UTC) - dt.timedelta(seconds=1)).get_next(dt.datetime)
        assert comes == due
        assert job.latest(comes) == due.date()
