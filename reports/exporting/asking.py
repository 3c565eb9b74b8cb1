"""What a person does with exports: asks for one, watches it, cancels it, takes its file."""

from functools import partial
from typing import IO, Final
from urllib.parse import urlencode
from uuid import UUID

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.shared.errors import DomainError
from backoffice.shared.queue import enqueue_on_commit
from backoffice.shared.states import advance
from backoffice.users.models import CustomUser

from .. import paper
from ..access import asked_for
from ..definition import Report
from ..filters import Filters
from ..models import Export
from ..models.export import ExportQuerySet
from ..reading import Reading
from ..registry import reports_for
from ..trail import record_download
from .files import drop_file
from .running import run_export

#: From so many rows on the worker makes it; fewer are there before a person looks up.
LONG_FROM: Final = 5_000
#: So many may wait or be made for one person: the worker has other work, and other people.
AT_ONCE: Final = 3


def must_wait(reading: Reading, kind: str) -> bool:
    """Whether the worker makes it; at most as many rows are counted as the answer needs.

    Raises DomainError `too_long_for_paper` at once for what the worker would refuse.
    """
    most = paper.MOST_ROWS if kind == Export.Kind.PDF else LONG_FROM
    count = reading.count(at_most=max(most + 1, LONG_FROM))
    if kind == Export.Kind.PDF:
        paper.refuse_longer(count)
    return count >= LONG_FROM


@transaction.atomic
def ask(report: Report, kind: str, filters: Filters, *, by: CustomUser) -> Export:
    """Have the worker make the report of valid filters as a file; asked twice, it is made once.

    Raises DomainError `not_allowed`, `drawer_open`, `too_many_exports`.
    """
    asked_for(report.slug, by)
    # Whoever asks twice at once is one person.
    CustomUser.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Export.objects.of(by).at_work()
    address = urlencode({name: value for name, value in filters.data.items() if value is not None})
    wanted = {"slug": report.slug, "kind": kind, "filters": address, "language": translation.get_language() or "ar"}
    same = waiting.filter(**wanted).first()
    if same is not None:
        return same
    if waiting.count() >= AT_ONCE:
        message = ngettext(
            "%(count)s export of yours isn't ready yet: wait for it, or cancel it.",
            "%(count)s exports of yours aren't ready yet: wait for one, or cancel one.",
            AT_ONCE,
        )
        raise DomainError("too_many_exports", message % {"count": number_format(AT_ONCE)})
    said = " · ".join(f"{label}: {words}" for label, words in filters.said())
    export = Export.objects.create(owner=by, said=said, **wanted)
    enqueue_on_commit(run_export, str(export.pk))
    return export


def visible_to(user: CustomUser) -> ExportQuerySet:
    """The person's own exports, of the reports that they may see today."""
    return Export.objects.of(user).filter(slug__in=[report.slug for report in reports_for(user)])


@transaction.atomic
def cancel(export_id: UUID, *, by: CustomUser) -> Export:
    """Give up an export that isn't made yet; a worker that is at it notices. Raises DomainError `illegal_step`."""
    export = visible_to(by).lock(export_id)
    advance(export, Export.Status.CANCELLED)
    export.finished_at = timezone.now()
    export.save(update_fields=["status", "finished_at"])
    transaction.on_commit(partial(drop_file, export))
    return export


def take(export_id: UUID, *, by: CustomUser) -> tuple[Export, IO[bytes]]:
    """The file of the person's own export, open at its beginning; that it was taken is in the trail.

    Raises Export.DoesNotExist, and DomainError `drawer_open`, `not_ready`, `file_gone`.
    """
    export = visible_to(by).get(pk=export_id)
    asked_for(export.slug, by)
    if export.is_at_work:
        raise DomainError("not_ready", _("This export isn't ready yet."))
    if not export.is_there:
        raise DomainError("file_gone", _("This file is no longer kept: make the export again."))
    try:
        file = storages["private"].open(export.stored_as)
    except FileNotFoundError:
        raise DomainError("file_gone", _("This file is no longer kept: make the export again.")) from None
    with transaction.atomic():
        record_download(export, by=by)
        Export.objects.filter(pk=export.pk, seen_at=None).update(seen_at=timezone.now())
    return export, file
