"""A job of a business day is done once, by whoever claims it; what came of it stands in the log."""

import datetime as dt
import enum
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from backoffice.shared import audit
from backoffice.shared.claims import claim

from ..models import AttendanceCronLog

_log = logging.getLogger(__name__)

_ERROR_AT_MOST: Final = 8_000

type Work = Callable[[dt.date], Mapping[str, int]]


class Outcome(enum.Enum):
    """What became of doing a job's day."""

    DONE = "done"
    DONE_BEFORE = "done_before"
    # Somebody else is at it.
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """An outcome, and the day's row of the log."""

    outcome: Outcome
    log: AttendanceCronLog


def begin(job: str, day: dt.date) -> None:
    """Let a job's clock begin after `day`, unless it has begun: no earlier day will be made up for."""
    now, origins = timezone.now(), AttendanceCronLog.Origin
    if AttendanceCronLog.objects.filter(job=job).exclude(origin=origins.HAND).exists():
        return
    started = {"started_at": now, "finished_at": now, "attempts": 0, "origin": origins.START}
    AttendanceCronLog.objects.update_or_create(job=job, business_day=day, defaults=started)


def log_of(job: str, day: dt.date, *, origin: str) -> AttendanceCronLog:
    """The day's row of the log; a new one says that nobody has tried yet."""
    fresh = {"started_at": timezone.now(), "attempts": 0, "origin": origin}
    log, _created = AttendanceCronLog.objects.get_or_create(job=job, business_day=day, defaults=fresh)
    return log


def do_once(job: str, day: dt.date, work: Work, *, origin: str = AttendanceCronLog.Origin.CLOCK) -> Run:
    """Do a job's business day unless it is done or somebody is at it; `work` makes the counts of the log.

    `work` has to be safe to stop anywhere and to run again: what a killed process left half-done, the next run
    finishes. What it raises stands in the log and isn't raised here.
    """
    log = log_of(job, day, origin=origin)
    with claim(log.pk) as mine:
        if not mine:
            return Run(Outcome.RUNNING, log)
        # As it is under the claim: whoever held it before may have finished.
        log.refresh_from_db()
        if log.finished_at is not None:
            return Run(Outcome.DONE_BEFORE, log)
        return Run(_attempt(log, work), log)


def _attempt(log: AttendanceCronLog, work: Work) -> Outcome:
    log.started_at = timezone.now()
    log.attempts += 1
    log.save(update_fields=["started_at", "attempts"])
    try:
        with audit.by_way_of(audit.Source.JOB):
            counts = work(log.business_day)
    except BaseException as error:
        _note_failure(log)
        # The queue ends work that takes too long by a SystemExit: noted, but not ours to hold up.
        if not isinstance(error, Exception):
            raise
        return Outcome.FAILED
    log.counts, log.error = dict(counts), ""
    # A clock that was set back in between doesn't undo what was done.
    log.finished_at = max(timezone.now(), log.started_at)
    log.save(update_fields=["counts", "error", "finished_at"])
    return Outcome.DONE


def _note_failure(log: AttendanceCronLog) -> None:
    _log.exception("job %s of %s failed, log %s, attempt %s", log.job, log.business_day, log.pk, log.attempts)
    # The connection may be what failed; inside somebody's transaction it isn't ours to close.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    log.error = traceback.format_exc()[-_ERROR_AT_MOST:]
    log.save(update_fields=["error"])
