"""A clock walks through the nights with django-q's own scheduler: each business day is done once, whatever the hour."""

import datetime as dt
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace

import pytest
from croniter import croniter
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q import scheduler as django_q_scheduler
from django_q.models import Schedule
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.attendance.selectors import Standing
from backoffice.courses.models import Weekday
from backoffice.shared.dates import CAIRO
from workers import running, schedules
from workers.schedules import DAY_JOBS, DayJob, sync_schedules

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY, TICK = dt.timedelta(days=1), dt.timedelta(seconds=30)

# A job that isn't ours, at an hour that one night in April hasn't.
FIVE_PAST = DayJob("five_past_midnight", "خمس دقائق", lambda day: {}, at=dt.time(0, 5))


def local(*numbers):
    return dt.datetime(*numbers, tzinfo=CAIRO)


def nights_of_change(year):
    """The days after which the clocks change, by the time zone's own table."""
    days = [dt.date(year, 1, 1) + n * DAY for n in range(365)]
    offset = {day: local(day.year, day.month, day.day, 12).utcoffset() for day in [*days, days[-1] + DAY]}
    return [day for day in days if offset[day] != offset[day + DAY]]


NIGHTS = [*nights_of_change(2026), *nights_of_change(2027)]


def downtime(day):
    """From 22:00 until 03:00 of the next day."""
    return (local(day.year, day.month, day.day, 22), local(*(day + DAY).timetuple()[:3], 3))


class Walk:
    """The sentinel's ticks, every 30 s while the worker is up; where nothing is due they are passed over."""

    def __init__(self, monkeypatch, start, *, down=(), jobs=(*DAY_JOBS, FIVE_PAST)):
        self.now, self.down = start.astimezone(dt.UTC), [tuple(at.astimezone(dt.UTC) for at in one) for one in down]
        self.done: dict[str, list] = {job.name: [] for job in jobs}
        self.fired = Counter()
        own = tuple(replace(job, work=self._work(job.name)) for job in jobs)
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        monkeypatch.setattr(schedules, "DAY_JOBS", own)
        monkeypatch.setattr(running, "DAY_JOBS", own)
        monkeypatch.setattr(schedules, "SWEEPS", ())
        # All of the scheduler is real but the broker, which hands the work over at once.
        monkeypatch.setattr(django_q_scheduler, "async_task", self._task)
        sync_schedules()

    def _work(self, name):
        return lambda day: self.done[name].append((day, self.now.astimezone(CAIRO))) or {}

    def _task(self, func, *args, **_options):
        at = self.now.astimezone(CAIRO)
        self.fired[args[0], at.date(), f"{at:%H:%M}"] += 1
        import_string(func)(*args)
        return "0" * 32

    def until(self, end):
        while True:
            first = Schedule.objects.order_by("next_run").values_list("next_run", flat=True).first()
            ticks = max(-((self.now - first) // TICK), 0) + 1
            self.now += ticks * TICK
            for begin, over in self.down:
                if begin <= self.now < over:
                    self.now = over + TICK
            if self.now >= end:
                return self
            django_q_scheduler.scheduler()

    def days(self, name):
        return [day for day, _at in self.done[name]]


def expected(job, first, last):
    days = [first + n * DAY for n in range((last - first).days + 1)]
    return [day for day in days if job.is_day(day)]


def passed_over(job, day, walk):
    """Whether the worker was down from a day's hour until the next day's: a job that doesn't go back leaves it out."""
    due, following = (dt.datetime.combine(one, job.at, CAIRO).astimezone(dt.UTC) for one in (day, day + DAY))
    return any(begin <= due + TICK and over + TICK >= following for begin, over in walk.down)


def check(walk, start, end):
    """Each job has done exactly its days, in order, none before its hour."""
    for job in (*DAY_JOBS, FIVE_PAST):
        # The week that is under way when a centre begins has its rows, too.
        first = job.latest(start) if job.weekday is not None else job.latest(start) + DAY
        days = expected(job, first, job.latest(end))
        if job.goes_back == 1:
            days = [day for day in days if day in walk.days(job.name) or not passed_over(job, day, walk)]
        assert walk.days(job.name) == days, job.name
        for day, at in walk.done[job.name]:
            assert at.replace(tzinfo=None) >= dt.datetime.combine(day, job.at)


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("is_down", [False, True], ids=["up", "down from 22 to 3"])
def test_the_nights_when_the_clocks_change(monkeypatch, night, is_down):
    start, end = local(*(night - 8 * DAY).timetuple()[:3], 12), local(*(night + 8 * DAY).timetuple()[:3], 12)
    walk = Walk(monkeypatch, start, down=[downtime(night)] if is_down else ()).until(end)
    check(walk, start, end)
    of_the_night = dict(walk.done["mark_absent_daily"])[night]
    if is_down:
        assert of_the_night.replace(tzinfo=None) < dt.datetime.combine(night + DAY, dt.time(3, 2))
    else:
        assert (of_the_night.date(), of_the_night.hour, of_the_night.minute) == (night, 23, 59)


@pytest.mark.parametrize("year", [2026, 2027])
def test_in_october_2359_comes_twice_and_the_day_is_done_once(monkeypatch, year):
    _april, night = nights_of_change(year)
    walk = Walk(monkeypatch, local(*(night - DAY).timetuple()[:3], 12)).until(local(*(night + DAY).timetuple()[:3], 12))
    assert walk.fired["mark_absent_daily", night, "23:59"] == 2
    assert walk.days("mark_absent_daily").count(night) == 1


@pytest.mark.parametrize("year", [2026, 2027])
def test_without_the_business_day_october_marks_twice(monkeypatch, year):
    _april, night = nights_of_change(year)
    monkeypatch.setattr(Standing, "to_do", lambda self, due: due[-1:])
    monkeypatch.setattr(running, "do_once", lambda job, day, work: work(day))
    monkeypatch.setattr(running, "_told", list)
    walk = Walk(monkeypatch, local(*(night - DAY).timetuple()[:3], 12)).until(local(*(night + DAY).timetuple()[:3], 12))
    assert walk.days("mark_absent_daily").count(night) > 1


def test_in_the_centres_own_time_the_cron_wouldnt_come_past_the_hour_that_comes_twice():
    """Why the crons are in UTC: the scheduler asks until the answer is later than now, by the clock on the wall."""
    _april, night = nights_of_change(2026)
    now = local(*night.timetuple()[:3], 23, 50, 30)
    assert croniter("*/10 * * * *", now).get_next(dt.datetime) < now
    assert croniter("*/10 * * * *", now.astimezone(dt.UTC)).get_next(dt.datetime) > now


def test_the_days_of_the_change_are_the_laws():
    """The last Friday of April at midnight, the end of the last Thursday of October."""
    assert [Weekday.of(night) for night in NIGHTS] == [Weekday.THURSDAY] * 4
    assert [(night.month, (night + 7 * DAY).month) for night in NIGHTS[1::2]] == [(10, 11)] * 2
    assert [((night + DAY).month, (night + 8 * DAY).month) for night in NIGHTS[::2]] == [(4, 5)] * 2


@pytest.mark.slow
def test_two_whole_years_with_a_worker_that_is_down_in_the_nights_of_change(monkeypatch):
    start, end = local(2026, 1, 1, 12), local(2028, 1, 1, 12)
    walk = Walk(monkeypatch, start, down=[downtime(night) for night in NIGHTS]).until(end)
    check(walk, start, end)
    assert len(walk.done["mark_absent_daily"]) == 730
    assert len(walk.done["generate_instructor_attendance_weekly"]) == 105  # the week under way, and 104 Sundays
    late = [day for day, at in walk.done["mark_absent_daily"] if at.date() != day]
    assert late == NIGHTS


@contextmanager
def undone():
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(
    night=st.sampled_from(NIGHTS),
    begins=st.integers(min_value=0, max_value=48 * 60),
    minutes=st.integers(min_value=1, max_value=30 * 60),
)
@settings(max_examples=25)
def test_however_long_a_worker_is_down_around_a_change_each_day_is_done_once(night, begins, minutes):
    start, end = local(*(night - 2 * DAY).timetuple()[:3], 12), local(*(night + 4 * DAY).timetuple()[:3], 12)
    down = start + dt.timedelta(minutes=begins)
    with pytest.MonkeyPatch.context() as monkeypatch, undone():
        walk = Walk(monkeypatch, start, down=[(down, down + dt.timedelta(minutes=minutes))]).until(end)
        check(walk, start, end)


@given(
    moment=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    weekday=st.none() | st.sampled_from(Weekday),
)
@settings(max_examples=200)
def test_the_latest_day_is_the_last_whose_hour_the_clock_has_shown(moment, at, weekday):
    now = moment.replace(tzinfo=dt.UTC)
    job = replace(FIVE_PAST, at=at, weekday=weekday)
    day, clock = job.latest(now), now.astimezone(CAIRO).replace(tzinfo=None)
    assert job.is_day(day)
    assert dt.datetime.combine(day, at) <= clock
    following = next(day + n * DAY for n in range(1, 8) if job.is_day(day + n * DAY))
    assert clock < dt.datetime.combine(following, at)
    assert job.due(now)[-1] == day
