"""What is said when a backup can't be made, or a file can't be restored."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from ..errors import DomainError
from ..room import is_no_room

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def damaged(file: Path) -> DomainError:
    """The file isn't what was written."""
    sentence = _("%(file)s is damaged or cut short: nothing was restored. Take another backup.")
    return refusal("damaged", sentence, file=file)


def refusal(code: str, sentence: "StrOrPromise", **params: Any) -> DomainError:
    """A refusal with its words filled in."""
    return DomainError(f"backup_{code}", str(sentence) % params, **params)


@contextmanager
def disk_in_words(folder: Path) -> Iterator[None]:
    """Say in a sentence what a disk refuses. Raises DomainError `backup_disk_full`, `backup_disk`."""
    try:
        yield
    except OSError as error:
        if is_no_room(error):
            sentence = _("The disk of %(folder)s is full: this was given up, and earlier backups are as before.")
            raise refusal("disk_full", sentence, folder=folder) from error
        sentence = _("%(folder)s can't be used: %(reason)s")
        raise refusal("disk", sentence, folder=folder, reason=error.strerror or error) from error
