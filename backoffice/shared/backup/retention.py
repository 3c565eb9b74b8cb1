"""Which backups are kept: the last of each of so many days, weeks and months."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from .names import Backup, backups_in

_PERIODS: Final[dict[str, Callable[[Backup], Any]]] = {
    "daily": lambda backup: backup.made_at.date(),
    "weekly": lambda backup: backup.made_at.isocalendar()[:2],
    "monthly": lambda backup: (backup.made_at.year, backup.made_at.month),
}


def too_old(backups: Sequence[Backup], keep: dict[str, int]) -> list[Backup]:
    """Which of the backups, the newest first, may go. The newest that looks whole never may, nor what doesn't."""
    whole = [backup for backup in backups if backup.looks_whole]
    kept = {whole[0].path} if whole else set()
    for name, period in _PERIODS.items():
        seen: set[Any] = set()
        for backup in whole:
            if len(seen) < keep[name] and period(backup) not in seen:
                seen.add(period(backup))
                kept.add(backup.path)
    return [backup for backup in whole if backup.path not in kept]


def forget_old(folder: Path) -> list[Path]:
    """Delete the backups that are too old; files of other names are none of ours."""
    old = [backup.path for backup in too_old(backups_in(folder), settings.BACKUPS.keep)]
    for path in old:
        path.unlink(missing_ok=True)
    return old
