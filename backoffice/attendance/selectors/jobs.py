"""Which business days of a job are still to be done."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Min
from django.utils import timezone

from ..models import AttendanceCronLog

# What failed, or was killed, is tried again after a while: 5, 10, 20, 40 minutes, then every hour.
FIRST_WAIT: Final = dt.timedelta(minutes=5)
LONGEST_WAIT: Final = dt.timedelta(hours=1)
_DOUBLINGS: Final = 4


@dataclass(frozen=True)
class Standing:
    """Where a job stands: the day with which its clock began (None before it did), and what became of the others."""

    first_day: dt.date | None
    done: Collection[dt.date]
    # Begun and not finished: those to be tried again now, and those that wait a while.
    unfinished: Collection[dt.date]
    waiting: Collection[dt.date]

    def to_do(self, due: Sequence[dt.date]) -> list[dt.date]:
        """Of the days that are due, those to be done now, the oldest first; and what was begun before them."""
        if self.first_day is None:
            return sorted(self.unfinished)
        begun = [day for day in due if day >= self.first_day and day not in self.done and day not in self.waiting]
        return sorted({*begun, *self.unfinished})


def standing_of(job: str, *, since: dt.date, now: dt.datetime | None = None) -> Standing:
    """Where the job stands; of days before `since` only what is unfinished."""
    now = now or timezone.now()
    logs = AttendanceCronLog.objects.filter(job=job)
    # One done by hand, however old, isn't the beginning.
    by_clock = logs.exclude(origin=AttendanceCronLog.Origin.HAND)
    unfinished = {log.business_day: tries_again_at(log) <= now for log in logs.filter(finished_at=None)}
    return Standing(
        first_day=by_clock.aggregate(first=Min("business_day"))["first"],
        done=set(logs.filter(business_day__gte=since).exclude(finished_at=None).values_list("business_day", flat=True)),
        unfinished={day for day, ready in unfinished.items() if ready},
        waiting={day for day, ready in unfinished.items() if not ready},
    )


def tries_again_at(log: AttendanceCronLog) -> dt.datetime:
    """When a job's day that was begun and isn't finished may be tried again."""
    wait = FIRST_WAIT * 2 ** min(max(log.attempts - 1, 0), _DOUBLINGS)
    return log.started_at + min(wait, LONGEST_WAIT)
