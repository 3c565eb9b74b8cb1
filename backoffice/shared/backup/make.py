"""Making a backup: written under another name, read back whole, and only then called a backup."""

import fcntl
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import postgresql, sqlite
from .keys import key_of_settings
from .names import Backup, backup_folder, backups_in, name_at
from .opened import opened
from .parts import Target, writing_parts
from .plain import PlainWriter
from .refusals import disk_in_words, refusal
from .retention import forget_old
from .sealed import SealedWriter
from .stored import FilesKept

_UNFINISHED: Final = ".unfinished-"
# Files that came or changed while others were read; a busy centre would never be done otherwise.
_MOST_ROUNDS: Final = 4


def back_up(folder: Path | None = None) -> Backup:
    """Make a backup in the folder (BACKUP_DIR when none is named), encrypted when there is a key, and read it back.

    Raises DomainError `backup_disk_full`, `backup_disk`, `backup_running` and what the database's programs refuse.
    """
    folder, key = folder or backup_folder(), key_of_settings()
    with disk_in_words(folder), _alone(folder):
        path = folder / name_at(timezone.now())
        handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(SealedWriter(file, key) if key else PlainWriter(file), folder)
                file.flush()
                os.fsync(file.fileno())
            with opened(unfinished, key) as parts:
                parts.check()
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync(folder)
    return next(one for one in backups_in(folder) if one.path == path)


def back_up_nightly() -> dict[str, int]:
    """The night's backup and the end of those that are too old; nothing where backups are switched off."""
    if settings.BACKUPS.folder is None:
        return {"backups": 0}
    made = back_up()
    return {"backups": 1, "kilobytes": made.size // 1000, "forgotten": len(forget_old(made.path.parent))}


def _write(target: Target, folder: Path) -> None:
    """The files, the database, then what came while they were written: so each file that a row names is there."""
    made_at, files = timezone.now(), FilesKept()
    with writing_parts(target) as parts:
        files.take(parts)
        dump = postgresql.dump if connection.vendor == "postgresql" else sqlite.dump
        snapshot = dump(parts, folder)
        while files.take(parts) and files.rounds < _MOST_ROUNDS:
            pass
        parts.finish(
            {
                "made_at": made_at.isoformat(),
                "python": platform.python_version(),
                "django": django.get_version(),
                "database": asdict(snapshot),
                "files": {
                    "count": len(files.stamps),
                    "bytes": files.bytes,
                    "left_out": sorted(map(repr, files.left_out)),
                },
            }
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time; what a killed one left behind goes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refusal("running", _("Another backup is being made in %(folder)s."), folder=folder) from error
        for left in folder.glob(f"{_UNFINISHED}*"):
            left.unlink(missing_ok=True)
        yield


def _sync(folder: Path) -> Any:
    """Let the new name outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
