"""What is kept of a sheet in the private storage: its file and the lists of its lines, sealed, and for how long.

What was handed in before they were sealed lies there as it came, until it is forgotten.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from ..errors import DomainError
from ..models import ImportBatch
from ..sealed_files import NotOpenedError, open_whole, pieces_of, seal_pieces

logger = logging.getLogger(__name__)

#: So long after it was handed in, or imported if that was later: what it brought in is paid, counted and mended within
#: a month, and for that somebody may have to see what stood in a line.
KEPT: Final = dt.timedelta(days=30)
FOLDER: Final = "imports"
#: How the name of a sealed file ends.
SEALED: Final = ".sealed"
#: And while it is sealed anew, that of its second copy.
ANEW: Final = ".anew"


def folder(batch: ImportBatch) -> str:
    """Where a batch's files lie in the private storage."""
    return f"{FOLDER}/{batch.pk}"


def files_in(name: str) -> list[str]:
    """The names of the files in a folder, without it; none where there is no folder."""
    try:
        return sorted(storages["private"].listdir(name)[1])
    except FileNotFoundError:
        return []


def whose(batch: ImportBatch, what: str) -> str:
    """What binds a sealed file to its batch: `what` is `sheet` or the section of a list."""
    return f"{batch.pk}/{what}"


def keep(name: str, pieces: Iterable[bytes], *, of: str) -> str:
    """Keep the pieces sealed; the name they got."""
    with seal_pieces(pieces, of=of) as sealed:
        return storages["private"].save(name, File(sealed))


def keep_sheet(batch: ImportBatch, stream: IO[bytes], *, extension: str) -> str:
    """Keep the file that was handed in; the name it got."""
    stream.seek(0)
    return keep(f"{folder(batch)}/sheet{extension}{SEALED}", pieces_of(stream), of=whose(batch, "sheet"))


@contextmanager
def sheet_of(batch: ImportBatch) -> Iterator[IO[bytes]]:
    """The file as it was handed in. Raises DomainError `file_gone`, `file_sealed`."""
    if not batch.stored_as:
        raise gone(batch)
    try:
        stored = find(batch.stored_as)
    except FileNotFoundError:
        raise gone(batch) from None
    with stored:
        if not batch.stored_as.endswith(SEALED):
            yield stored
            return
        try:
            plain = open_whole(stored, of=whose(batch, "sheet"))
        except NotOpenedError as error:
            logger.warning("the sheet of import %s can't be opened: %s", batch.pk, error)
            sentence = _(
                "The file “%(name)s” can't be opened with this centre's keys, or is damaged: hand it in again."
            )
            raise DomainError("file_sealed", sentence % {"name": batch.file_name}) from None
    with plain:
        yield plain


def find(name: str) -> Any:
    """The kept file, open, while it is sealed anew, too. Raises FileNotFoundError."""
    for one in (name, name + ANEW):
        try:
            return storages["private"].open(one)
        except FileNotFoundError:
            continue
    # It was sealed anew in between.
    return storages["private"].open(name)


def gone(batch: ImportBatch) -> DomainError:
    """Why nothing can be done with a sheet whose file isn't kept."""
    sentence = _("The file “%(name)s” is no longer kept here: hand it in again.") % {"name": batch.file_name}
    return DomainError("file_gone", sentence)


def lines_gone() -> DomainError:
    """Why a list of lines isn't shown."""
    sentence = _(
        "The lines of this sheet are no longer kept: a sheet and its lists go %(days)s days after it was handed in or "
        "imported. Its numbers stay."
    )
    return DomainError("lines_gone", sentence % {"days": KEPT.days})
