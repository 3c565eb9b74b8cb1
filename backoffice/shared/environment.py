"""The environment that settings are read from; NAME may stand in a file that NAME_FILE names (Docker's secrets)."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from environ.fileaware_mapping import FileAwareMapping


class _Files(FileAwareMapping):  # type: ignore[misc]
    """A file wins over the value beside it, and its last line break is no part of a secret."""

    def __getitem__(self, key: str) -> Any:
        try:
            value = super().__getitem__(key)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            raise ImproperlyConfigured(f"{key}_FILE={self.env[key + '_FILE']} can't be read: {reason}.") from error
        return value.rstrip("\r\n") if key in self.files_cache else value


class FileAwareEnv(Env):  # type: ignore[misc]
    """django-environ's reader, with a sentence where a secret's file can't be read."""

    ENVIRON = _Files()


def environment(folder: Path) -> FileAwareEnv:
    """The process's environment, and what `.env` in this folder adds to it."""
    FileAwareEnv.read_env(folder / ".env")
    return FileAwareEnv()
