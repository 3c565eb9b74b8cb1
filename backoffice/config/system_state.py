"""How the system stands, for the managers' page: each part with a word for whether somebody should look at it."""

import datetime as dt
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from api.health import missing_migrations
from backoffice.attendance.models import Device
from backoffice.attendance.selectors.devices import state_of
from backoffice.shared.backup.names import last_backup
from backoffice.shared.disk import disk_of
from backoffice.shared.version import version

from .jobs_overview import JobLine, Overview, overview, standing_of

# A disk below either is filled by a busy month, or by the next backups.
LITTLE: Final = 5 * 2**30  # bytes
LITTLE_OF_ALL: Final = 0.10
# Who waits longer than this waits for a worker that doesn't keep up.
LONG: Final = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Line:
    """A part: what it is called, what there is to say of it in figures, and whether it is well."""

    title: str
    value: str = ""
    note: str = ""
    is_well: bool = True
    # What it is called where it is neither well nor ill: not in use, or not yet.
    idle: str = ""

    @property
    def word(self) -> str:
        """The state in a word."""
        return self.idle or (_("In order") if self.is_well else _("Attention"))

    @property
    def colour(self) -> str:
        """For the label."""
        return "" if self.idle else "success" if self.is_well else "danger"


@dataclass(frozen=True)
class Section:
    """Parts that belong together, and the page that tells more."""

    title: str
    lines: Sequence[Line]
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class State:
    """The whole page."""

    versions: list[tuple[str, str]]
    sections: list[Section] = field(default_factory=list)

    @property
    def attention(self) -> int:
        """How many parts somebody should look at."""
        return sum(not line.is_well for section in self.sections for line in section.lines)


def system_state() -> State:
    """How everything stands now."""
    jobs = overview()
    redis, redis_line = _redis()
    return State(
        [
            (_("Back office"), version()),
            ("Django", django.get_version()),
            ("Python", platform.python_version()),
            _database(),
            *([("Redis", redis)] if redis else []),
        ],
        [
            Section(_("What it stands on"), [_migrations(), redis_line, *_disks(), _backup()]),
            Section(_("The worker and its queue"), list(_queue(jobs)), reverse(_FAILURES), _("Failed work")),
            Section(_("Jobs by the clock"), list(_jobs(jobs)), reverse(_LOG), _("The job log")),
            Section(_("Devices at the doors"), list(_devices()), reverse(_DEVICES), _("All devices")),
        ],
    )


_LOG: Final = "admin:attendance_attendancecronlog_changelist"
_FAILURES: Final = "admin:django_q_failure_changelist"
_DEVICES: Final = "admin:attendance_device_changelist"


def _database() -> tuple[str, str]:
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return name, ".".join(map(str, connection.get_database_version()))


def _migrations() -> Line:
    missing = sorted(f"{app}.{name}" for app, name in missing_migrations())
    if not missing:
        return Line(_("The database's tables"), _("as this version wants them"))
    words = _("%(count)s migrations aren't applied") % {"count": localize(len(missing))}
    return Line(_("The database's tables"), words, ", ".join(missing[:5]), is_well=False)


def _redis() -> tuple[str, Line]:
    """Its version, empty where it isn't to be had, and how it stands."""
    title = _("Shared memory: counts of tries, live pages")
    if not settings.REDIS_URL:
        return "", Line(title, _("the database does its work"), idle=_("Not in use"))
    from redis.exceptions import RedisError

    try:
        # Django's cache has no word for it.
        told: dict[str, Any] = cache._cache.get_client().info("server")  # type: ignore[attr-defined]
    except RedisError:
        note = _("Pages go on. Tries to sign in aren't counted by address, and live pages look every second.")
        return "", Line(title, _("doesn't answer"), note, is_well=False)
    return str(told.get("redis_version", "")), Line(title, _("answers"))


def _disks() -> Iterator[Line]:
    folders = {_("Disk of the files"): settings.VAR_DIR, _("Disk of the backups"): settings.BACKUPS.folder}
    for title, folder in folders.items():
        if folder is not None:
            yield _disk(title, folder)


def _disk(title: str, folder: Path) -> Line:
    disk = disk_of(folder)
    if disk is None:
        return Line(title, _("can't be read"), is_well=False)
    words = _("%(free)s of %(size)s free") % {"free": filesizeformat(disk.free), "size": filesizeformat(disk.size)}
    little = disk.free < LITTLE or disk.free < disk.size * LITTLE_OF_ALL
    return Line(title, words, _("Make room, or nothing more is kept.") if little else "", is_well=not little)


def _backup() -> Line:
    title = _("The last backup")
    if settings.BACKUPS.folder is None:
        return Line(title, _("switched off"), is_well=False)
    backup = last_backup()
    if backup is None:
        return Line(title, _("There is none yet."), is_well=False)
    sealed = _("encrypted") if backup.encrypted else _("not encrypted")
    note = f"{filesizeformat(backup.size)} · {sealed}"
    if not backup.looks_whole:
        note = f"{_('It is cut off or damaged.')} {note}"
    return Line(title, _ago(backup.made_at), note, is_well=backup.is_good(timezone.now()))


def _queue(jobs: Overview) -> Iterator[Line]:
    queue = jobs.queue
    silent = _("last sign of life %(age)s ago") % {"age": jobs.silent} if jobs.silent else _("no sign of life yet")
    yield Line(_("The worker"), _("At work") if queue.is_alive else _("Silent"), silent, is_well=queue.is_alive)
    oldest = _("the oldest for %(age)s") % {"age": jobs.oldest} if jobs.oldest else _("nothing waits")
    in_time = queue.oldest is None or queue.oldest < LONG
    yield Line(_("Waiting"), localize(queue.waiting), oldest, is_well=in_time)
    yield Line(_("Being done"), localize(queue.running))
    yield Line(_("Failed in seven days"), localize(queue.failed), is_well=not queue.failed)


def _jobs(jobs: Overview) -> Iterator[Line]:
    yield from (_job(job) for job in jobs.jobs)
    late = [sweep for sweep in jobs.sweeps if sweep.standing.colour == "danger"]
    words = _("%(count)s of %(all)s in order") % {
        "count": localize(len(jobs.sweeps) - len(late)),
        "all": localize(len(jobs.sweeps)),
    }
    yield Line(_("What comes again and again"), words, "، ".join(str(one.title) for one in late), is_well=not late)


def _job(job: JobLine) -> Line:
    told = [f"{job.standing.word}", job.standing.note]
    told += [f"{standing_of(log).word}: {log.business_day:%d/%m/%Y}" for log in job.unfinished if log != job.last]
    last = f"{job.last.business_day:%d/%m/%Y}" if job.last else "—"
    if job.last is None and not job.is_wrong:
        return Line(str(job.title), last, idle=_("Not yet"))
    return Line(str(job.title), last, " · ".join(filter(None, told)), is_well=not job.is_wrong)


def _devices() -> Iterator[Line]:
    now = timezone.now()
    for device in Device.objects.filter(is_active=True).order_by("name"):
        state, words = state_of(device, now)
        seen = _ago(device.last_seen_at) if device.last_seen_at else ""
        if state == "new":
            yield Line(device.name, idle=str(words))
        else:
            yield Line(device.name, str(words), seen, is_well=state == "online")


def _ago(moment: dt.datetime) -> str:
    return _("%(age)s ago") % {"age": timesince(moment, depth=1)}
