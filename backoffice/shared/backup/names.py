"""The backups that lie in the folder: what they are called, which is the last."""

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..dates import CAIRO
from .plain import COMMENT
from .refusals import refusal
from .sealed import MAGIC

_NAME: Final = re.compile(r"redwan-(\d{8}-\d{6})\.backup")
_TIME: Final = "%Y%m%d-%H%M%S"
# A night may be missed by a machine that was off; two can't be without somebody having to look.
_RECENT: Final = dt.timedelta(hours=36)


@dataclass(frozen=True)
class Backup:
    """A backup that was finished: its name says so, for it is given when the file was read back whole."""

    path: Path
    made_at: dt.datetime
    size: int  # bytes
    encrypted: bool
    # By a look at its two ends; that every bit is right is `manage.py restore --check-only`'s to say.
    looks_whole: bool

    def is_good(self, now: dt.datetime) -> bool:
        """Whether the centre could rely on it tonight."""
        return self.looks_whole and now - self.made_at < _RECENT


def name_at(moment: dt.datetime) -> str:
    """What a backup of this moment is called, by the centre's clock."""
    return f"redwan-{moment.astimezone(CAIRO):{_TIME}}.backup"


def backup_folder() -> Path:
    """Where backups lie. Raises DomainError `backup_no_folder` where BACKUP_DIR is empty."""
    folder: Path | None = settings.BACKUPS.folder
    if folder is None:
        raise refusal("no_folder", _("BACKUP_DIR is empty: name a folder for the backup (--to)."))
    return folder


def backups_in(folder: Path) -> list[Backup]:
    """The finished backups of a folder, the newest first; whatever else lies there is none of ours."""
    try:
        found = [(time, path) for path in folder.iterdir() if (time := time_of(path.name)) and path.is_file()]
    except OSError:
        return []
    return [_looked_at(path, time) for time, path in sorted(found, reverse=True)]


def last_backup() -> Backup | None:
    """The newest backup of BACKUP_DIR; None without one, or where backups are switched off."""
    folder = settings.BACKUPS.folder
    return next(iter(backups_in(folder)), None) if folder else None


def time_of(name: str) -> dt.datetime | None:
    """When a backup of this name was made; None for a name that we give to nothing."""
    if not (match := _NAME.fullmatch(name)):
        return None
    try:
        return dt.datetime.strptime(match[1], _TIME).replace(tzinfo=CAIRO)
    except ValueError:
        return None


def _looked_at(path: Path, time: dt.datetime) -> Backup:
    size, encrypted, whole = 0, False, False
    try:
        with path.open("rb") as file:
            begin = file.read(len(MAGIC))
            size = file.seek(0, 2)
            file.seek(max(size - len(COMMENT), 0))
            encrypted = begin == MAGIC
            whole = size > 2 * len(MAGIC) if encrypted else file.read(7) == COMMENT[:7]
    except OSError:
        whole = False
    return Backup(path, time, size, encrypted, whole)
