"""What the clock does for sheets: takes away their files and lists of lines once they were kept long enough."""

import datetime as dt
from contextlib import suppress
from typing import Final
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from .. import audit
from ..errors import DomainError
from ..models import ImportBatch
from . import batches
from .kept import FOLDER, KEPT, files_in, folder

Status = ImportBatch.Status
_WAITING: Final = (Status.UPLOADED, Status.PREVIEWED)


def forget_sheets() -> int:
    """Take away what was kept for `KEPT`, and put aside sheets that nobody confirmed in that time; how many.

    The row and its numbers stay. One that is being imported is left alone.
    """
    before = timezone.now() - KEPT
    count = 0
    for batch in _overdue(before):
        if batch.status in _WAITING:
            # Somebody may confirm it at this moment: then it is no longer overdue.
            with suppress(DomainError), audit.by_way_of(audit.Source.JOB):
                batches.cancel(batch.pk, by=None)
        count += _forget(batch.pk, before)
    return count + _forget_strays(before)


def _overdue(before: dt.datetime) -> QuerySet[ImportBatch]:
    imported = Q(status=Status.COMMITTED, committed_at__lte=before)
    others = Q(uploaded_at__lte=before) & ~Q(status__in=[Status.COMMITTED, Status.COMMITTING])
    return ImportBatch.objects.filter(imported | others).exclude(stored_as="").order_by("pk")


@transaction.atomic
def _forget(pk: UUID, before: dt.datetime) -> int:
    """Its files, and then the row says so."""
    ended = _overdue(before).exclude(status__in=_WAITING)
    batch = ended.select_for_update(no_key=True).filter(pk=pk).first()
    if batch is None:
        return 0
    # First the files: broken off here, the next night finds the row as it was.
    _empty(folder(batch))
    batch.stored_as = ""
    batch.save(update_fields=["stored_as"])
    return 1


def _forget_strays(before: dt.datetime) -> int:
    """Files of no row: whoever handed one in was cut off, or an older backup was put back."""
    try:
        folders, _files = storages["private"].listdir(FOLDER)
    except FileNotFoundError:
        return 0
    keys = ImportBatch.objects.exclude(stored_as="").values_list("pk", flat=True)
    strays = [f"{FOLDER}/{one}" for one in sorted(set(folders) - {str(key) for key in keys})]
    old = [one for one in strays if _is_old(one, before)]
    for one in old:
        _empty(one)
    return len(old)


def _is_old(name: str, before: dt.datetime) -> bool:
    """Whether all files of a folder are; one without files may be about to get its first."""
    times = [storages["private"].get_modified_time(f"{name}/{file}") for file in files_in(name)]
    return bool(times) and max(times) <= before


def _empty(name: str) -> None:
    """Take away a folder and the files in it; done again, it does nothing."""
    for file in files_in(name):
        storages["private"].delete(f"{name}/{file}")
    storages["private"].delete(name)  # where there are folders
