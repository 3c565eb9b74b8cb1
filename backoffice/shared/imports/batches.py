"""Sheets that were handed in, from the upload to the import: services for the admin, the worker and the commands."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .. import audit
from ..errors import DomainError
from ..models import ImportBatch
from ..sheets.read import Sheet, open_sheet
from ..states import advance
from . import engine, kept
from .importer import importer_of
from .lines import Outcome
from .report import Report

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

Status = ImportBatch.Status
_PIECE: Final = 2**20
_NUMBERS: Final = ("done", *(outcome.value for outcome in Outcome))


def receive(stream: IO[bytes], *, name: str, kind: str, by: "CustomUser | None") -> ImportBatch:
    """Keep a sheet that somebody hands in, if it can be one of this kind; else a DomainError at the field `file`.

    Nothing is kept of a file that is refused.
    """
    importer = importer_of(kind)
    try:
        with open_sheet(stream, name=name, max_bytes=settings.IMPORT_MAX_BYTES) as sheet:
            importer.cells(sheet.headers)
            lines, headers = sheet.total, sheet.headers
    except DomainError as error:
        error.field = "file"
        raise
    batch = ImportBatch(
        id=uuid4(),
        kind=kind,
        file_name=Path(name).name[:200],
        sha256=_fingerprint(stream),
        lines=lines,
        uploaded_by=by,
        report={"headers": headers, "language": translation.get_language() or settings.LANGUAGE_CODE},
    )
    batch.stored_as = kept.keep_sheet(batch, stream, extension=Path(name).suffix.lower()[:6])
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            audit.record(batch, audit.Action.CREATE, by=by, changes={"file_name": [None, batch.file_name]})
    except BaseException:
        storages["private"].delete(batch.stored_as)
        raise
    return batch


def is_long(batch: ImportBatch) -> bool:
    """Whether reading it takes longer than a person should wait for a page: then the worker reads it."""
    return bool(batch.lines > settings.IMPORT_INLINE_LINES)


def handed_in_before(batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file, if there was one."""
    same = ImportBatch.objects.filter(kind=batch.kind, sha256=batch.sha256, status=Status.COMMITTED)
    return same.exclude(pk=batch.pk).order_by("-committed_at").first()


def read_batch(batch_id: str | UUID, progress: engine.Progress | None = None) -> ImportBatch:
    """Read a sheet that was handed in and keep its preview; does nothing to one that was read already."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.status != Status.UPLOADED:
        return batch
    report = Report()
    with translation.override(batch.report.get("language")):
        try:
            with opened(batch) as sheet:
                engine.preview(importer_of(batch.kind), sheet, report, progress=progress or _shown_by(batch))
        except DomainError as error:
            return _fail(batch, error)
    return _finish_reading(batch, report)


def confirm(batch_id: str | UUID, *, by: "CustomUser | None") -> ImportBatch:
    """Begin to import a sheet's good lines; a second confirmation is refused, and so changes nothing."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.status == Status.COMMITTING:
            raise DomainError("being_imported", _("This sheet is being imported already."))
        if batch.status == Status.CANCELLED and not batch.stored_as:
            raise kept.gone(batch)
        old, new = advance(batch, Status.COMMITTING)
        batch.committed_by = by
        # From here on the numbers are those of the import.
        for name in _NUMBERS:
            setattr(batch, name, 0)
        batch.report.pop("made", None)
        batch.save()
        audit.record(batch, audit.Action.TRANSITION, by=by, changes={"status": [old, new]})
    return batch


def import_batch(batch_id: str | UUID, progress: engine.Progress | None = None) -> ImportBatch:
    """Import the good lines of a confirmed sheet; run again after a crash it finishes what was begun."""
    batch = ImportBatch.objects.select_related("committed_by").get(pk=batch_id)
    if batch.status != Status.COMMITTING:
        return batch
    report = Report()
    with translation.override(batch.report.get("language")):
        try:
            with opened(batch) as sheet:
                engine.run(
                    importer_of(batch.kind),
                    sheet,
                    report,
                    batch=batch,
                    by=batch.committed_by,
                    progress=progress or (lambda done: None),
                )
        except DomainError as error:
            return _fail(batch, error)
    return _finish_import(batch, report)


def cancel(batch_id: str | UUID, *, by: "CustomUser | None") -> ImportBatch:
    """Put a sheet aside that nobody is going to import."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        old, new = advance(batch, Status.CANCELLED)
        batch.save(update_fields=["status"])
        audit.record(batch, audit.Action.TRANSITION, by=by, changes={"status": [old, new]})
    return batch


@contextmanager
def opened(batch: ImportBatch) -> Iterator[Sheet]:
    """The batch's own copy of the sheet. Raises DomainError: `file_gone`, `file_sealed`, and as `open_sheet` does."""
    with (
        kept.sheet_of(batch) as stream,
        open_sheet(stream, name=batch.file_name, max_bytes=settings.IMPORT_MAX_BYTES) as sheet,
    ):
        yield sheet


def _fingerprint(stream: IO[bytes]) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _shown_by(batch: ImportBatch) -> engine.Progress:
    """Tell the page how far the reading is."""

    def show(done: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(done=done)

    return show


def _finish_reading(batch: ImportBatch, report: Report) -> ImportBatch:
    """The preview stands, unless the sheet was cancelled while it was being read."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status != Status.UPLOADED:
            return batch
        advance(batch, Status.PREVIEWED)
        batch.lines = batch.done = report.total
        for outcome in Outcome:
            setattr(batch, outcome, report.counts[outcome])
        batch.report |= {"made": dict(report.made), "warned": report.counts["warned"]}
        batch.save()
        # While the row is held: nobody forgets it, or seals its files anew, in between.
        report.keep(batch)
    return batch


def _finish_import(batch: ImportBatch, report: Report) -> ImportBatch:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status != Status.COMMITTING:
            return batch  # another worker was given the same task and was quicker
        old, new = advance(batch, Status.COMMITTED)
        batch.committed_at = timezone.now()
        batch.report["warned"] = report.counts["warned"]
        batch.save()
        counts = {outcome.value: [None, getattr(batch, outcome)] for outcome in Outcome}
        changes = {"status": [old, new], **counts}
        audit.record(batch, audit.Action.IMPORT, by=batch.committed_by, changes=changes)
        report.keep(batch)
    return batch


def _fail(batch: ImportBatch, error: DomainError) -> ImportBatch:
    """The sheet turned out to be unreadable half-way: say why, and let go of it."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if Status.FAILED in ImportBatch.TRANSITIONS[Status(batch.status)]:
            advance(batch, Status.FAILED)
            batch.error = str(error)
            batch.save(update_fields=["status", "error"])
    return batch
