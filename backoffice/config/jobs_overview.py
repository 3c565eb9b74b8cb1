"""How the scheduled jobs and the queue stand, for the page of the job log."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from backoffice.attendance.models import AttendanceCronLog
from backoffice.attendance.selectors import tries_again_at
from workers.queue_state import SILENT_AT_MOST, QueueState, last_runs, queue_state
from workers.schedules import DAY_JOBS, DayJob, counts_in_words, often
from workers.sweeps import SWEEPS

# Longer than this after its hour a day that nobody has begun is late.
_LATE: Final = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Standing:
    """A word in its colour, and what there is to say about it."""

    word: Promise
    colour: str
    note: str = ""


@dataclass(frozen=True)
class JobLine:
    """One job of the table."""

    title: Promise
    name: str
    often: str
    following: dt.datetime
    last: AttendanceCronLog | None
    standing: Standing
    # Days that were begun and aren't finished, the newest first.
    unfinished: list[AttendanceCronLog]

    @property
    def is_wrong(self) -> bool:
        """Whether somebody should look at it."""
        return self.standing.colour == "danger" or any(standing_of(log).colour == "danger" for log in self.unfinished)


@dataclass(frozen=True)
class SweepLine:
    """Work that comes again and again."""

    title: Promise
    name: str
    often: str
    last: dt.datetime | None
    standing: Standing


@dataclass(frozen=True)
class Overview:
    """The page's upper half."""

    queue: QueueState
    jobs: list[JobLine]
    sweeps: list[SweepLine]
    failures: str

    @property
    def oldest(self) -> str:
        """How long the first in the queue has waited."""
        return _ago(self.queue.oldest)

    @property
    def silent(self) -> str:
        """How long ago the worker finished anything."""
        return _ago(self.queue.silent)


def overview() -> Overview:
    """How everything stands now."""
    now = timezone.now()
    logs = _logs()
    return Overview(
        queue=queue_state(),
        jobs=[_job_line(job, [log for log in logs if log.job == job.name], now) for job in DAY_JOBS],
        sweeps=_sweep_lines(now),
        failures=reverse("admin:django_q_failure_changelist"),
    )


def standing_of(log: AttendanceCronLog) -> Standing:
    """What became of a job's day."""
    if log.finished_at is not None:
        return Standing(_("Done"), "success", counts_in_words(log.counts))
    if not log.attempts:
        return Standing(_("Waits"), "info", str(_("for the worker")))
    again = timezone.localtime(max(tries_again_at(log), timezone.now()))
    note = str(_("tried again from %(at)s on")) % {"at": time_format(again, "TIME_FORMAT")}
    if log.error:
        return Standing(_("Failed"), "danger", note)
    if timezone.now() - log.started_at <= SILENT_AT_MOST:
        return Standing(_("Being done"), "info", str(_("or just cut off")))
    return Standing(_("Cut off"), "danger", note)


def last_line(error: str) -> str:
    """What an error says, without where it came from."""
    return error.strip().rpartition("\n")[2]


def _logs() -> list[AttendanceCronLog]:
    """Each job's last day, and all that is unfinished; one query."""
    logs = AttendanceCronLog.objects.all()
    latest = logs.filter(job=OuterRef("job")).order_by("-business_day").values("pk")[:1]
    return list(logs.filter(Q(pk=Subquery(latest)) | Q(finished_at=None)).order_by("-business_day"))


def _job_line(job: DayJob, logs: list[AttendanceCronLog], now: dt.datetime) -> JobLine:
    # Where the clock began is no day that was done, but days after it are late as after any other.
    done = [log for log in logs if log.origin != AttendanceCronLog.Origin.START]
    last = done[0] if done else None
    return JobLine(
        title=job.title,
        name=job.name,
        often=often(job.name),
        following=job.following(now),
        last=last,
        standing=_late(job, logs, now) or (standing_of(last) if last else Standing(_("Not yet"), "")),
        unfinished=[log for log in logs if log.finished_at is None],
    )


def _late(job: DayJob, logs: list[AttendanceCronLog], now: dt.datetime) -> Standing | None:
    """A day that was due a while ago and that nobody has begun."""
    due = job.latest(now - _LATE)
    if not logs or logs[0].business_day >= due:
        return None
    return Standing(_("Late"), "danger", str(_("%(day)s wasn't begun")) % {"day": f"{due:%d/%m/%Y}"})


def _sweep_lines(now: dt.datetime) -> list[SweepLine]:
    runs = last_runs()
    next_runs = dict(Schedule.objects.values_list("name", "next_run"))
    lines = []
    for sweep in SWEEPS:
        last, following = runs.get(sweep.name), next_runs.get(sweep.name)
        standing = Standing(_("Not yet"), "")
        if last is not None:
            standing = Standing(_("Done"), "success") if last.went_well else Standing(_("Failed"), "danger")
        if following is None or following < now - _LATE:
            standing = Standing(_("Late"), "danger")
        lines.append(SweepLine(sweep.title, sweep.name, str(sweep.often), last.at if last else None, standing))
    return lines


def _ago(age: dt.timedelta | None) -> str:
    now = timezone.now()
    return "" if age is None else timesince(now - age, now, depth=1)
