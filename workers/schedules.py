"""The whole table of what is done by the clock, and how it is written into the worker's own.

Cron only, and in UTC. django-q's DAILY slips by an hour when the clocks change, and stays there. Its cron, asked in
Cairo's time for the next run on the night when 23:00 comes twice, answers with the second hour, which by the wall clock
isn't later than now; so it asks again, and turns in that circle, holding the table, until the hour is over. In UTC no
hour comes twice: a job is called at the hour it has in winter and at the one it has in summer, and `running.py` knows
by the business day which of the two it is, whether it came already, and what was missed.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

from backoffice.attendance.services import begin
from backoffice.courses.models import Weekday
from backoffice.shared.dates import CAIRO
from backoffice.shared.errors import DomainError

from . import jobs
from .sweeps import SWEEPS

_ONE_DAY: Final = dt.timedelta(days=1)
# Egypt in winter and in summer, in hours.
_AHEAD_OF_UTC: Final = (2, 3)
# A centre that opens again after a long summer makes up for it; what is older is left to `manage.py run_job`.
A_QUARTER: Final = 92


@dataclass(frozen=True)
class DayJob:
    """A job that is done once for each business day, or each one of a weekday, at an hour of the centre's clock."""

    name: str
    title: Promise
    work: Callable[[dt.date], jobs.Counts]
    at: dt.time
    weekday: Weekday | None = None
    # How many days it goes back to make up for missed ones; 1 where the last run says what the missed ones would have.
    goes_back: int = A_QUARTER

    @property
    def cron(self) -> str:
        """When it is looked whether it is due, in cron's words and in UTC; cron's week begins with Sunday = 0."""
        hours = [self.at.hour - ahead for ahead in _AHEAD_OF_UTC]
        weekdays = "*"
        if self.weekday is not None:
            weekdays = _listed((self.weekday - 1 + hour // 24) % 7 for hour in hours)
        return f"{self.at.minute} {_listed(hour % 24 for hour in hours)} * * {weekdays}"

    def is_day(self, day: dt.date) -> bool:
        """Whether it has work on this day of the calendar."""
        return self.weekday is None or Weekday.of(day) == self.weekday

    def latest(self, now: dt.datetime) -> dt.date:
        """The last business day whose hour has come.

        By the centre's wall clock: an hour that doesn't exist (the night when 00:00 is 01:00) has come when the clock
        shows a later one, and an hour that comes twice has come with the first.
        """
        local = now.astimezone(CAIRO)
        day = local.date() if local.time() >= self.at else local.date() - _ONE_DAY
        while not self.is_day(day):
            day -= _ONE_DAY
        return day

    def following(self, now: dt.datetime) -> dt.datetime:
        """When it is due next."""
        day = self.latest(now) + _ONE_DAY
        while not self.is_day(day):
            day += _ONE_DAY
        return dt.datetime.combine(day, self.at, CAIRO)

    def before_the_first(self, now: dt.datetime) -> dt.date:
        """In a new system, the last day that isn't its work: the latest; of a job of a weekday the one before, for the
        week that is under way is its work."""
        return self.latest(now) if self.weekday is None else self.latest(now) - 7 * _ONE_DAY

    def due(self, now: dt.datetime) -> list[dt.date]:
        """Every business day it goes back to, the oldest first."""
        latest = self.latest(now)
        days = (latest - _ONE_DAY * back for back in reversed(range(self.goes_back)))
        return [day for day in days if self.is_day(day)]


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in sorted(set(numbers)))


DAY_JOBS: Final = (
    DayJob(
        "generate_instructor_attendance_weekly",
        _("Who of the staff is due this week"),
        jobs.generate_instructor_attendance_weekly,
        at=dt.time(0, 5),
        weekday=Weekday.SUNDAY,
    ),
    DayJob("mark_absent_daily", _("The day's absences"), jobs.mark_absent_daily, at=dt.time(23, 59)),
    DayJob(
        "expire_enrollment_requests",
        _("Requests that nobody answered"),
        jobs.expire_enrollment_requests,
        at=dt.time(3, 10),
    ),
    DayJob("complete_enrollments", _("Places in courses that ended"), jobs.complete_enrollments, at=dt.time(3, 10)),
    DayJob("refresh_seasons", _("Seasons that begin and end"), jobs.refresh_seasons, at=dt.time(3, 10)),
    DayJob("backup", _("The nightly backup"), jobs.back_up, at=dt.time(2, 30), goes_back=1),
    DayJob("check_ledger", _("The nightly check of the ledger"), jobs.check_ledger, at=dt.time(3, 30), goes_back=1),
    # A schedule finds by itself which of its mornings were missed, and sends the latest of them.
    DayJob("send_reports", _("Reports by e-mail"), jobs.send_reports, at=dt.time(6, 0), goes_back=1),
)


def day_job(name: str) -> DayJob:
    """The job of this name. Raises DomainError `unknown_job`, which names all there are."""
    for job in DAY_JOBS:
        if job.name == name:
            return job
    names = ", ".join(job.name for job in DAY_JOBS)
    sentence = _("There is no job “%(name)s”. There are: %(names)s.")
    raise DomainError("unknown_job", sentence % {"name": name, "names": names}, field="job")


def title_of(name: str) -> str:
    """A job or a sweep in words; its name where it is none of ours."""
    return next((str(one.title) for one in (*DAY_JOBS, *SWEEPS) if one.name == name), name)


def often(name: str) -> str:
    """How often a job or a sweep comes, in words."""
    for sweep in SWEEPS:
        if sweep.name == name:
            return str(sweep.often)
    for job in DAY_JOBS:
        if job.name == name:
            words = _("every day at %(at)s") if job.weekday is None else _("every %(weekday)s at %(at)s")
            return str(words) % {
                "at": time_format(job.at, "TIME_FORMAT"),
                "weekday": "" if job.weekday is None else job.weekday.label,
            }
    return ""


_COUNTED: Final[Mapping[str, Promise]] = {
    "rows": _("new rows"),
    "lectures": _("lectures"),
    "participants": _("participants absent"),
    "staff": _("staff absent"),
    "expired": _("expired"),
    "courses": _("courses"),
    "completed": _("places completed"),
    "opened": _("opened"),
    "closed": _("closed"),
    "differences": _("rows that differ"),
    "reports": _("reports"),
    "backups": _("backups"),
    "kilobytes": _("kilobytes"),
    "forgotten": _("old backups deleted"),
}


def counts_in_words(counts: jobs.Counts) -> str:
    """What a job counted: “lectures: 12 · participants absent: 31”."""
    return " · ".join(f"{_COUNTED.get(key, key)}: {number:,}" for key, number in counts.items())


@transaction.atomic
def sync_schedules() -> None:
    """Make the worker's table exactly this one: unknown rows go, rows that were changed by hand are put right.

    A next run that is overdue stays, so that a deployment at midnight loses nothing.
    """
    wanted = dict(_rows())
    Schedule.objects.exclude(name__in=wanted).delete()
    there: dict[str, Schedule] = {}
    for row in Schedule.objects.select_for_update().order_by("pk"):
        if there.setdefault(row.name, row) is not row:
            row.delete()
    for name, columns in wanted.items():
        _write(there.get(name), name, columns)
    for job in DAY_JOBS:
        begin(job.name, job.before_the_first(timezone.now()))


def _rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for job in DAY_JOBS:
        yield job.name, {"func": "workers.running.run_due", "args": repr(job.name), "cron": job.cron}
    for sweep in SWEEPS:
        yield sweep.name, {"func": sweep.function, "args": None, "cron": sweep.cron}


_SAME_FOR_ALL: Final = {
    "schedule_type": Schedule.CRON,
    "repeats": -1,
    "minutes": None,
    "hook": None,
    "kwargs": None,
    "cluster": None,
    "intended_date_kwarg": None,
}


def _write(row: Schedule | None, name: str, columns: dict[str, Any]) -> None:
    columns = {**_SAME_FOR_ALL, **columns}
    if row is None:
        Schedule.objects.create(name=name, **columns)
        return
    changed = {key for key, value in columns.items() if getattr(row, key) != value}
    for key in changed:
        setattr(row, key, columns[key])
    coming = row.calculate_next_run()
    if "cron" in changed or row.next_run is None or row.next_run > coming:
        row.next_run = coming
        changed.add("next_run")
    if changed:
        row.save(update_fields=changed)
