"""A backup that is opened for reading: every bit was looked at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from .parts import PartsReader
from .plain import open_plain
from .refusals import refusal
from .sealed import MAGIC, open_sealed


@contextmanager
def opened(file: Path, key: str) -> Iterator[PartsReader]:
    """The parts of a backup whose bytes are those that were written.

    Raises DomainError `backup_unreadable`, `backup_damaged`, `backup_no_key`, `backup_wrong_key`.
    """
    try:
        source = file.open("rb")
    except OSError as error:
        sentence = _("%(file)s can't be read: %(reason)s")
        raise refusal("unreadable", sentence, file=file, reason=error.strerror or error) from error
    with source:
        sealed = source.read(len(MAGIC)) == MAGIC
        yield PartsReader(open_sealed(source, file, key) if sealed else open_plain(source, file), file)
