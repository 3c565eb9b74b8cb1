"""Where backups lie, what makes them unreadable for others, and how many are kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environ import Env

#: Shorter ones can be tried out on a stolen file.
SHORTEST_KEY: Final = 20


@dataclass(frozen=True)
class Backups:
    """What the environment says of backups."""

    # None where BACKUP_DIR was emptied: there is no nightly backup then.
    folder: Path | None
    key: str
    # How many days, weeks and months have their last backup kept.
    keep: dict[str, int]


def backups_from(env: Env, var_dir: Path) -> Backups:
    """The settings of backups. Raises ImproperlyConfigured for a key that is too short, or a folder among uploads."""
    named = env("BACKUP_DIR", default=str(var_dir / "backups"))
    folder = Path(named).resolve() if named else None
    for served in (var_dir / "media", var_dir / "private"):
        if folder is not None and folder.is_relative_to(served.resolve()):
            raise ImproperlyConfigured(
                f"BACKUP_DIR={named} lies among the uploads: each backup would hold all earlier ones."
            )
    # BACKUP_KEY_FILE too: the environment's reader opens it, as any other secret's.
    key = env("BACKUP_KEY", default="").strip()
    if key and len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"BACKUP_KEY is shorter than {SHORTEST_KEY} characters. A random one comes from: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    keep = {
        "daily": env.int("BACKUP_KEEP_DAILY", default=7),
        "weekly": env.int("BACKUP_KEEP_WEEKLY", default=4),
        "monthly": env.int("BACKUP_KEEP_MONTHLY", default=12),
    }
    if min(keep.values()) < 0:
        raise ImproperlyConfigured("BACKUP_KEEP_DAILY, …_WEEKLY and …_MONTHLY are numbers from 0 on.")
    return Backups(folder, key, keep)
