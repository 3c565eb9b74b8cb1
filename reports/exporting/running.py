"""The worker's part: an export is written whole, kept in private, and there once, however often it is begun."""

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.shared import audit
from backoffice.shared.claims import Work, claim
from backoffice.shared.errors import DomainError
from backoffice.shared.replica import reading_connection
from backoffice.shared.room import is_no_room
from backoffice.shared.states import advance

from ..access import asked_for
from ..definition import Report
from ..files import Asked, written
from ..filters import Filters
from ..models import Export
from ..reading import Reading, Row
from ..trail import filtered_by, record_export
from .files import drop_file, new_name
from .progress import NotWantedError, Progress

logger = logging.getLogger(__name__)

#: A file is kept for so long after it is made.
KEPT: Final = dt.timedelta(days=7)
#: Begun so often and never finished, it isn't begun again: it may be what ends the worker.
MOST_ATTEMPTS: Final = 5

Status = Export.Status


def run_export(export_id: str) -> str:
    """Make an export; what a killed worker began is begun anew, and nothing is done twice. Says how it stands."""
    export = Export.objects.filter(pk=export_id).first()
    if export is None:
        return "gone"
    with claim(export.pk.int, of=Work.EXPORT) as mine:
        if not mine:
            return "running"
        begun = _begin(export)
        if begun is not None:
            _attempt(begun)
    export.refresh_from_db(fields=["status"])
    return str(export.status)


def _begin(export: Export) -> Export | None:
    """The export as this worker's own; None when there is nothing to do."""
    export.refresh_from_db()
    if export.is_at_work:
        drop_file(export)  # of whoever was at it before
    with transaction.atomic():
        export = Export.objects.select_related("owner").lock(export.pk)
        if not export.is_at_work:
            return None
        advance(export, Status.RUNNING)
        export.attempts += 1
        export.started_at = timezone.now()
        export.rows_done, export.rows_total, export.stored_as = 0, None, new_name()
        export.save(update_fields=["status", "attempts", "started_at", "rows_done", "rows_total", "stored_as"])
    return export


def _attempt(export: Export) -> None:
    """Write it, or leave the reason why it can't be written; half a file is never left."""
    # By way of where it was asked for: the queue's hour has nothing to do with it.
    with translation.override(export.language), audit.by_way_of(audit.Source.ADMIN):
        reason = number = ""
        try:
            _write(export)
            return
        except NotWantedError:
            pass
        except DomainError as error:
            reason = str(error)
        except Exception as error:
            number = uuid.uuid4().hex[:8]
            logger.exception("export %s failed, number %s", export.pk, number)
            reason = _said_of(error) % {"id": number}
        # Only here: the error holds the rows' cursor open, and a connection of SQLite that reads what has changed since
        # can't write.
        if reason:
            _fail(export, reason, failure_id=number)
        else:
            drop_file(export)


def _said_of(error: Exception) -> str:
    if is_no_room(error):
        return _("There is no room left for the file. Tell the office this number: %(id)s")
    return _("Something went wrong that we can't explain here. Tell the office this number: %(id)s")


def _write(export: Export) -> None:
    if export.attempts > MOST_ATTEMPTS:
        message = _("This export was broken off again and again. Ask for fewer rows, or tell the office.")
        raise DomainError("broken_off", message)
    report = asked_for(export.slug, export.owner)
    filters = report.filters.read(QueryDict(export.filters))
    if not filters.is_valid():
        raise DomainError("filters_gone", _("What was filtered by is no longer there."))
    with Progress(export) as progress:
        asked = Asked(_Watched(report, filters.cleaned_data, progress), filters, export.owner)
        # Where the copy breaks in the middle, all of it is read from the database.
        file, rows = asked.reading.from_copy(lambda: _one_file(asked, export.kind, progress))
        with file:
            size = file.tell()
            progress.show(rows)
            file.seek(0)
            storages["private"].save(export.stored_as, File(file))
    _finish(export, report, filters, rows=rows, size=size)


def _one_file(asked: Asked, kind: str, progress: Progress) -> tuple[IO[bytes], int]:
    with _one_view():
        progress.total = asked.reading.count()
        progress.show(0)
        return written(asked, kind)


def _finish(export: Export, report: Report, filters: Filters, *, rows: int, size: int) -> None:
    """It is there, with its entry in the trail; unless it was cancelled in the last moment."""
    with transaction.atomic():
        now_it_is = Export.objects.select_related("owner").lock(export.pk)
        if (now_it_is.status, now_it_is.attempts) != (Status.RUNNING, export.attempts):
            raise NotWantedError
        advance(now_it_is, Status.DONE)
        now_it_is.rows_done = now_it_is.rows_total = rows
        now_it_is.size, now_it_is.finished_at = size, timezone.now()
        now_it_is.expires_at = now_it_is.finished_at + KEPT
        now_it_is.save()
        record_export(report, export.kind, rows=rows, filters=filtered_by(filters), by=export.owner)


def _fail(export: Export, sentence: str, *, failure_id: str) -> None:
    with transaction.atomic():
        now_it_is = Export.objects.lock(export.pk)
        if (now_it_is.status, now_it_is.attempts) == (Status.RUNNING, export.attempts):
            advance(now_it_is, Status.FAILED)
            now_it_is.error, now_it_is.failure_id = sentence, failure_id
            now_it_is.finished_at = timezone.now()
            now_it_is.save(update_fields=["status", "error", "failure_id", "finished_at"])
    drop_file(export)


@contextmanager
def _one_view() -> Iterator[None]:
    """Count and rows are of one moment, and the rows' cursor keeps its connection behind PgBouncer.

    On SQLite a statement is a view of its own, and a transaction would keep every writer waiting.
    """
    connection = reading_connection()
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@dataclass(frozen=True)
class _Watched(Reading):
    """A reading whose rows are counted on their way."""

    progress: Progress

    def rows(self) -> Iterator[Row]:
        """Every row. Raises NotWantedError."""
        return self.progress.through(super().rows())
