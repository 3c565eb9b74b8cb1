"""Putting a backup back: only a whole one, and only where nothing is lost unasked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.core.cache import caches
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_lazy as _

from . import postgresql, sqlite
from .databases import counts_now, is_empty, server_version
from .opened import opened
from .parts import FORMAT, PartsReader
from .refusals import disk_in_words, refusal
from .stored import put_back

_NEWER_SERVER: Final = _(
    "This backup comes from a newer server (%(what)s): restore it into one that is at least as new."
)


@dataclass(frozen=True)
class Restored:
    """What a backup held, and the tables whose rows aren't as many as it says: none, unless something is wrong."""

    manifest: dict[str, Any]
    files: int
    differing: Sequence[tuple[str, int, int | None]]


def check_backup(file: Path, *, key: str) -> dict[str, Any]:
    """Look at every bit and every part of a backup; its manifest. Raises DomainError as `opened` does."""
    with opened(file, key) as parts:
        parts.check()
        return parts.manifest


def restore(file: Path, *, key: str, replacing: str = "") -> Restored:
    """Put database and files back; `replacing` is the database's name where what is in it may go.

    The files first: more of them than rows do no harm. Raises DomainError `backup_not_empty`, `backup_other_database`,
    `backup_newer`, and what is wrong with the file, before anything is touched.
    """
    with opened(file, key) as parts:
        parts.check()
        _require_fitting(parts)
        if replacing != str(connection.settings_dict["NAME"]) and not is_empty():
            raise refusal("not_empty", _("There is a centre in this database already: nothing was restored."))
        with disk_in_words(file.parent):
            files = put_back(parts)
            database = postgresql if connection.vendor == "postgresql" else sqlite
            with parts.part(database.PART) as part:
                database.restore(part, parts.manifest["database"]["program"])
        counts: dict[str, int] = parts.manifest["database"]["counts"]
        found = counts_now(list(counts))
        caches["default"].clear()
        return Restored(parts.manifest, files, [(t, n, found.get(t)) for t, n in counts.items() if found.get(t) != n])


def _require_fitting(parts: PartsReader) -> None:
    """A backup of another kind of database, or of a newer release or server, can't be read here."""
    held = parts.manifest["database"]
    if held["vendor"] != connection.vendor:
        sentence = _("This is a backup of %(held)s; the database here is %(here)s.")
        raise refusal("other_database", sentence, held=held["vendor"], here=connection.vendor)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(held["migrations"]) - known)
    if parts.manifest["format"] != FORMAT or unknown:
        sentence = _("This backup was made by a newer release (%(what)s): install that release first.")
        raise refusal("newer", sentence, what=", ".join(unknown[:3]) or parts.manifest["format"])
    if connection.vendor == "postgresql":
        if int(held["server"].split(".")[0]) > server_version()[0]:
            raise refusal("newer", _NEWER_SERVER, what=f"PostgreSQL {held['server']}")
        postgresql.require_reader(held["program"])
