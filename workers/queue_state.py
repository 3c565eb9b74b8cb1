"""How the queue stands: what waits, what runs, what failed, and whether the worker is alive."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django_q.models import Failure, OrmQ, Task

# A task may take Q_CLUSTER["timeout"], ten minutes; who has finished none for longer than this is dead or dead-locked.
SILENT_AT_MOST: Final = dt.timedelta(minutes=15)
# What failed longer ago is history.
RECENT: Final = dt.timedelta(days=7)


@dataclass(frozen=True)
class QueueState:
    """Numbers of tasks, and ages."""

    waiting: int
    running: int
    failed: int
    oldest: dt.timedelta | None
    silent: dt.timedelta | None

    @property
    def is_alive(self) -> bool:
        """Whether the worker did anything lately, its heartbeat at least."""
        return self.silent is not None and self.silent <= SILENT_AT_MOST


@dataclass(frozen=True)
class LastRun:
    """When a sweep ran last, and whether that went well."""

    at: dt.datetime
    went_well: bool


def queue_state() -> QueueState:
    """How the queue stands now."""
    now = timezone.now()
    # A task that was taken is locked until it would be given out again.
    waits = Q(lock__lte=now)
    tasks = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=waits), running=Count("pk", filter=~waits), oldest=Min("lock", filter=waits)
    )
    oldest, sign = tasks["oldest"], last_sign_of_life()
    return QueueState(
        waiting=tasks["waiting"],
        running=tasks["running"],
        failed=Failure.objects.filter(stopped__gte=now - RECENT).count(),
        oldest=now - oldest if oldest else None,
        silent=now - sign if sign else None,
    )


def last_sign_of_life() -> dt.datetime | None:
    """When the worker last finished anything: every minute its heartbeat, unless longer work is in its way."""
    last: dt.datetime | None = Task.objects.aggregate(last=Max("stopped"))["last"]
    return last


def last_runs() -> dict[str, LastRun]:
    """The last run of each schedule, by its name."""
    last = Task.objects.exclude(group=None).order_by().values_list("group")
    rows = last.annotate(at=Max("stopped"), good=Max("stopped", filter=Q(success=True)))
    return {name: LastRun(at, went_well=at == good) for name, at, good in rows}
