"""Doing the day jobs: what the clock calls, what makes up for missed and failed days, and what a person asks for."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.attendance.models import AttendanceCronLog
from backoffice.attendance.selectors import Standing, standing_of
from backoffice.attendance.services import Outcome, Run, do_once
from backoffice.shared.errors import DomainError

from .schedules import DAY_JOBS, DayJob, day_job

Origin = AttendanceCronLog.Origin


def run_due(name: str) -> str:
    """What a job's schedule calls: every business day that is due and not done, the oldest first."""
    job, now = day_job(name), timezone.now()
    return _told(do_once(job.name, day, job.work) for day in _standing(job, now).to_do(job.due(now)))


def run_missed() -> str:
    """Of all jobs what was missed, killed or failed, in the order of the calendar."""
    now = timezone.now()
    missed = [(day, job.at, job) for job in DAY_JOBS for day in _standing(job, now).to_do(job.due(now))]
    missed.sort(key=lambda one: one[:2])
    return _told(do_once(job.name, day, job.work) for day, _at, job in missed)


def run_by_hand(name: str, day: dt.date) -> Run:
    """Do one business day of a job because a person wants it; one that is done isn't done again.

    Raises DomainError `unknown_job`, `not_due`, `not_its_day`.
    """
    job = day_job(name)
    if not job.is_day(day):
        sentence = _("“%(title)s” is done for one weekday only, and %(day)s is another.")
        raise DomainError("not_its_day", sentence % {"title": job.title, "day": f"{day:%Y-%m-%d}"}, field="day")
    if day > job.latest(timezone.now()):
        sentence = _("“%(title)s” of %(day)s isn't due yet: wait until %(at)s of that day.")
        words = {"title": job.title, "day": f"{day:%Y-%m-%d}", "at": f"{job.at:%H:%M}"}
        raise DomainError("not_due", sentence % words, field="day")
    return do_once(job.name, day, job.work, origin=Origin.HAND)


def run_again(name: str, day: str) -> str:
    """What a manager's button hands to the queue."""
    return _told([run_by_hand(name, dt.date.fromisoformat(day))])


def _standing(job: DayJob, now: dt.datetime) -> Standing:
    return standing_of(job.name, since=job.due(now)[0], now=now)


def _told(runs: Iterable[Run]) -> str:
    """A line for the queue's own record."""
    return "; ".join(f"{run.log.job} {run.log.business_day} {run.outcome.value}" for run in runs)


__all__ = ["Outcome", "run_again", "run_by_hand", "run_due", "run_missed"]
