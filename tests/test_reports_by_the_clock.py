"""Scheduled reports over the nights when the clocks change, by the worker's own scheduler: each morning once."""

import datetime as dt
from collections import Counter

import pytest

from reports.models import ReportDelivery
from reports.sending import due
from reports.tests.makers import LOCMEM, accountant, make_report_schedule
from workers.schedules import day_job
from workers.tests.test_clock import DAY, NIGHTS, Walk, downtime, local

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class RealWalk(Walk):
    """The clock's walk with the job's own work."""

    def _work(self, name):
        def work(day):
            self.done[name].append((day, self.now))
            return due.make_due(day)

        return work


@pytest.mark.parametrize("night", NIGHTS, ids=str)
@pytest.mark.parametrize("is_down", [False, True], ids=["up", "down from 22 to 3"])
def test_each_morning_is_begun_once_and_a_weekly_one_on_its_day(monkeypatch, settings, night, is_down):
    settings.MAIL_SERVER = LOCMEM
    monkeypatch.setattr(due, "enqueue_on_commit", lambda *_args: None)
    daily, weekly = (
        make_report_schedule(accountant()),
        make_report_schedule(accountant(email="w@example.org"), rhythm="week", weekday=6),
    )
    start, end = local(*(night - 3 * DAY).timetuple()[:3], 12), local(*(night + 4 * DAY).timetuple()[:3], 12)
    walk = RealWalk(monkeypatch, start, down=[downtime(night)] if is_down else (), jobs=(day_job("send_reports"),))
    walk.until(end)
    days = Counter(ReportDelivery.objects.filter(schedule=daily).values_list("business_day", flat=True))
    assert days == Counter([night + n * DAY for n in range(-2, 5)])
    # The Friday after the night: the change itself.
    fridays = set(ReportDelivery.objects.filter(schedule=weekly).values_list("business_day", flat=True))
    assert night + DAY in fridays
    assert all(at.astimezone(local(2026, 1, 1).tzinfo).time() >= dt.time(6) for _day, at in walk.done["send_reports"])


def test_a_weekly_report_that_was_missed_for_days_comes_once_when_the_worker_is_back(monkeypatch, settings):
    settings.MAIL_SERVER = LOCMEM
    monkeypatch.setattr(due, "enqueue_on_commit", lambda *_args: None)
    make_report_schedule(accountant(), rhythm="week", weekday=5)
    start = local(2026, 11, 10, 12)
    down = (local(2026, 11, 11, 0), local(2026, 11, 24, 12))
    RealWalk(monkeypatch, start, down=[down], jobs=(day_job("send_reports"),)).until(local(2026, 11, 26, 12))
    assert [one.business_day for one in ReportDelivery.objects.order_by("business_day")][-2:] == [
        dt.date(2026, 11, 19),
        dt.date(2026, 11, 26),
    ]
    assert ReportDelivery.objects.filter(business_day=dt.date(2026, 11, 12)).count() == 0
