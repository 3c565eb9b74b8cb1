"""What the clock does for exports: takes up those whose worker died, and takes away files that were kept a week."""

import datetime as dt
from typing import Final
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.shared.claims import Work, claim
from backoffice.shared.queue import enqueue_on_commit
from backoffice.shared.states import advance

from ..models import Export
from .files import drop_file
from .running import run_export

# So long one may wait for a worker before it is asked for again: the queue may have lost it, and has it twice at worst.
_PATIENCE: Final = dt.timedelta(minutes=5)


def take_up() -> int:
    """Hand to the queue again what nobody is at: its worker was killed, or it waits for too long; how many."""
    running = Q(status=Export.Status.RUNNING)
    long_ago = Q(status=Export.Status.WAITING, asked_at__lt=timezone.now() - _PATIENCE)
    found = 0
    for export in Export.objects.filter(running | long_ago):
        with claim(export.pk.int, of=Work.EXPORT) as nobody_is_at_it:
            if not nobody_is_at_it:
                continue
        found += 1
        with transaction.atomic():
            enqueue_on_commit(run_export, str(export.pk))
    return found


def forget_files() -> int:
    """Take away the files that were kept long enough, and what cancelled and failed exports left; how many."""
    count = 0
    for export in Export.objects.overdue():
        # First the file: broken off here, the next night finds the row as it was, and nobody may take the file now.
        storages["private"].delete(export.stored_as)
        count += _expire(export.pk)
    left = Export.objects.filter(status__in=[Export.Status.CANCELLED, Export.Status.FAILED]).exclude(stored_as="")
    for export in left:
        with claim(export.pk.int, of=Work.EXPORT) as nobody_is_at_it:
            if nobody_is_at_it:
                drop_file(export)
                count += 1
    return count


@transaction.atomic
def _expire(pk: UUID) -> int:
    """The row stays and says so."""
    export = Export.objects.overdue().select_for_update(no_key=True).filter(pk=pk).first()
    if export is None:
        return 0
    advance(export, Export.Status.EXPIRED)
    export.stored_as = ""
    export.save(update_fields=["status", "stored_as"])
    return 1
