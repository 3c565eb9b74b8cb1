"""What runs by the clock is written down once; what a hand changed in the worker's table is put right."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from backoffice.attendance.models import AttendanceCronLog
from backoffice.payments.models import LedgerCheck
from workers.jobs import check_ledger
from workers.schedules import DAY_JOBS, sync_schedules, title_of
from workers.sweeps import SWEEPS

pytestmark = pytest.mark.django_db
NAMES = {one.name for one in (*DAY_JOBS, *SWEEPS)}


def table():
    return list(Schedule.objects.order_by("name").values())


def test_written_twice_is_written_once():
    sync_schedules()
    before, begun = table(), AttendanceCronLog.objects.count()
    sync_schedules()
    assert table() == before
    assert {row["name"] for row in before} == NAMES
    assert AttendanceCronLog.objects.count() == begun == len(DAY_JOBS)


def test_each_is_a_cron_and_comes_for_ever():
    sync_schedules()
    assert set(Schedule.objects.values_list("schedule_type", "repeats")) == {("C", -1)}


def test_a_next_run_that_is_overdue_stays_and_one_too_far_away_is_put_right():
    sync_schedules()
    overdue = timezone.now() - dt.timedelta(hours=5)
    Schedule.objects.filter(name="check_ledger").update(next_run=overdue)
    Schedule.objects.filter(name="mark_absent_daily").update(next_run=timezone.now() + dt.timedelta(days=300))
    Schedule.objects.filter(name="heartbeat").update(next_run=None)
    sync_schedules()
    next_runs = dict(Schedule.objects.values_list("name", "next_run"))
    assert next_runs["check_ledger"] == overdue
    assert next_runs["mark_absent_daily"] < timezone.now() + dt.timedelta(days=1)
    assert next_runs["heartbeat"] < timezone.now() + dt.timedelta(minutes=2)


def test_strangers_go_and_so_do_doubles():
    sync_schedules()
    Schedule.objects.create(name="dust_the_shelves", func="os.getpid", args="(((")
    Schedule.objects.create(name=None, func="os.getpid", args="(((")
    Schedule.objects.create(name="heartbeat", func="os.getpid")
    sync_schedules()
    assert sorted(Schedule.objects.values_list("name", flat=True)) == sorted(NAMES)
    assert not Schedule.objects.filter(func="os.getpid").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"args": "((("},
        {"kwargs": "x=1"},
        {"func": "os.getpid"},
        {"cron": "0 0 1 1 *"},
        {"schedule_type": Schedule.DAILY},
        {"repeats": 0},
        {"cluster": "elsewhere"},
        {"hook": "os.getpid"},
    ],
    ids=str,
)
def test_what_a_hand_changed_is_put_right(change):
    sync_schedules()
    before = table()
    Schedule.objects.filter(name="mark_absent_daily").update(**change)
    sync_schedules()
    assert table() == before


def test_each_schedule_names_a_function_that_is_there():
    sync_schedules()
    for name in Schedule.objects.values_list("func", flat=True):
        assert callable(import_string(name))


def test_the_command_lists_what_comes_next():
    out = StringIO()
    call_command("sync_schedules", stdout=out)
    assert len(out.getvalue().splitlines()) == len(NAMES)
    assert "mark_absent_daily" in out.getvalue()


def test_everything_has_a_name_in_words():
    assert all(title_of(name) != name for name in NAMES)
    assert title_of("dust_the_shelves") == "dust_the_shelves"


def test_a_night_s_check_is_kept():
    assert check_ledger(timezone.localdate()) == {"differences": 0}
    assert LedgerCheck.objects.get().differences == 0
