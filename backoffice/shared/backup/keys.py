"""The key that makes a backup unreadable for everybody else."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .refusals import refusal

_SHORTEST = 20


def key_of_settings() -> str:
    """BACKUP_KEY; empty where backups aren't encrypted."""
    key: str = settings.BACKUPS.key
    return key


def key_in(file: Path) -> str:
    """The key that a file holds, without the line's end. Raises DomainError `backup_key_file`, `backup_short_key`."""
    try:
        key = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        sentence = _("The key can't be read from %(file)s: %(reason)s")
        raise refusal("key_file", sentence, file=file, reason=reason) from error
    if len(key) < _SHORTEST:
        sentence = _("The key in %(file)s is shorter than %(least)d characters.")
        raise refusal("short_key", sentence, file=file, least=_SHORTEST)
    return key
