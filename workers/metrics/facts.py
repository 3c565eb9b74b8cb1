"""What only the database and the disk know, asked anew for each answer: no restart makes it wrong."""

import logging
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import OuterRef, Q, Subquery
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

from backoffice.attendance.models import AttendanceCronLog
from backoffice.enrollments.selectors import places_given_on
from backoffice.payments.selectors.today import paid_on
from backoffice.shared.backup.names import last_backup
from backoffice.shared.dates import cairo_today
from backoffice.shared.disk import disk_of
from backoffice.shared.figures import figures_of
from backoffice.shared.version import version

from ..queue_state import queue_state

_log = logging.getLogger(__name__)

# Seconds that an answer waits for one before it: of a database that keeps silent one thread is enough.
_PATIENCE: Final = 2.0


def gauge(name: str, words: str, value: float) -> Metric:
    """A number as it is now."""
    return GaugeMetricFamily(f"redwan_{name}", words, value=value)


class Sockets:
    """How many sockets the process keeps, which only it knows."""

    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count

    def collect(self) -> Iterator[Metric]:
        """The number as it is now."""
        yield gauge("open_sockets", "Sockets of apps and pages that are open.", self._count())


class Facts:
    """Queue, jobs, places, money, backup and disk."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()

    def collect(self) -> Iterator[Metric]:
        """Everything that can be had; `redwan_facts_complete` says whether it is all."""
        yield InfoMetricFamily("redwan_version", "Which version runs.", {"version": version()})
        yield from _disks()
        yield from _backup()
        told: list[Metric] = []
        if fine := self._one_at_a_time.acquire(timeout=_PATIENCE):
            try:
                told = [*_queue(), *_jobs(), *_today()]
            except DatabaseError as error:
                _log.warning("the database tells Prometheus nothing: %s", error)
                fine = False
            finally:
                # Each answer has a thread of its own.
                connection.close()
                self._one_at_a_time.release()
        yield from told
        yield gauge("facts_complete", "1 when the database told all that is asked of it.", float(fine))


def _queue() -> Iterator[Metric]:
    state = queue_state()
    yield gauge("queue_waiting_tasks", "Tasks that wait for the worker.", state.waiting)
    yield gauge("queue_running_tasks", "Tasks that the worker has taken.", state.running)
    yield gauge("queue_failed_tasks", "Tasks given up in the last seven days.", state.failed)
    oldest = state.oldest.total_seconds() if state.oldest else 0.0
    yield gauge("queue_oldest_task_seconds", "How long the first of those that wait has waited.", oldest)
    if state.silent is not None:
        silent = state.silent.total_seconds()
        yield gauge("worker_silent_seconds", "How long ago the worker finished anything.", silent)


def _jobs() -> Iterator[Metric]:
    """Of each job the last day that was done, and what failed and isn't done yet."""
    good = GaugeMetricFamily(
        "redwan_job_last_success_timestamp_seconds", "When a day of the job was last done.", labels=["job"]
    )
    took = GaugeMetricFamily("redwan_job_last_duration_seconds", "How long that took.", labels=["job"])
    bad = GaugeMetricFamily("redwan_job_failing_days", "Days that failed and aren't done yet.", labels=["job"])
    tried = GaugeMetricFamily(
        "redwan_job_last_failure_timestamp_seconds", "When a day that isn't done yet was last tried.", labels=["job"]
    )
    failing: dict[str, list[float]] = {}
    logs = AttendanceCronLog.objects.exclude(origin=AttendanceCronLog.Origin.START)
    last = logs.filter(job=OuterRef("job"), finished_at__isnull=False).order_by("-business_day").values("pk")[:1]
    failed = Q(finished_at=None) & ~Q(error="")
    for log in logs.filter(Q(pk=Subquery(last)) | failed).defer("error", "counts").order_by("job"):
        days = failing.setdefault(log.job, [])
        if log.finished_at is not None:
            good.add_metric([log.job], log.finished_at.timestamp())
            took.add_metric([log.job], (log.finished_at - log.started_at).total_seconds())
        else:
            days.append(log.started_at.timestamp())
    for job, days in failing.items():
        bad.add_metric([job], len(days))
        if days:
            tried.add_metric([job], max(days))
    yield from (good, took, bad, tried)


def _today() -> Iterator[Metric]:
    """The day's places and money by one statement; the day begins anew at midnight in Cairo."""
    today = cairo_today()
    figures = figures_of({"places": places_given_on(today), "money": paid_on(today)})
    yield gauge("seats_sold_today", "Places given today, by the centre's day.", figures["places"].count)
    yield gauge("payments_today", "Payments that came in today.", figures["money"].count)
    yield gauge("money_in_today_egp", "What they come to, before anything went back.", float(figures["money"].amount))


def _backup() -> Iterator[Metric]:
    backup = last_backup()
    if settings.BACKUPS.folder is None:
        return
    made = backup.made_at.timestamp() if backup and backup.looks_whole else 0.0
    yield gauge("backup_last_success_timestamp_seconds", "When the last whole backup was made; 0 without one.", made)
    yield gauge("backup_last_size_bytes", "How large it is.", backup.size if backup else 0)


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily("redwan_disk_free_bytes", "What is free where files or backups lie.", labels=["folder"])
    size = GaugeMetricFamily("redwan_disk_size_bytes", "How large that disk is.", labels=["folder"])
    for name, folder in (("files", settings.VAR_DIR), ("backups", settings.BACKUPS.folder)):
        if folder is not None and (disk := disk_of(folder)):
            free.add_metric([name], disk.free)
            size.add_metric([name], disk.size)
    yield from (free, size)
