"""Undoing a mark that one has just made."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from backoffice.shared.models import AuditEntry

from ..models import LectureAttendance, MarkedVia
from .marks import Mark, Signature, hold_lecture, hold_list, write_marks

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@transaction.atomic
def undo_marks(lecture_id: UUID, participants: Collection[str], *, by: "CustomUser") -> int:
    """Put rows back as they were before one's own last mark; returns how many.

    What stood there is read from the trail while the list is held, so a row that somebody else marked since, or that
    has left the list, keeps what it has. Undone once more, the mark is there again. Raises DomainError `may_not_mark`.
    """
    lecture = hold_lecture(lecture_id, by)
    rows = [row for row in hold_list(lecture) if str(row.participant_key) in participants]
    last = _last_entries(rows)
    mine = [(row, entry) for row in rows if (entry := last.get(str(row.pk))) and entry.actor_id == by.pk]
    undone = [(row, _before(row, entry.changes)) for row, entry in mine]
    return write_marks(lecture, undone, Signature(by, MarkedVia.MANUAL, timezone.now()))


def _last_entries(rows: Collection[LectureAttendance]) -> dict[str, AuditEntry]:
    of_rows = AuditEntry.objects.filter(
        model=LectureAttendance._meta.label_lower, object_id__in=[str(row.pk) for row in rows]
    )
    newest = of_rows.order_by().values("object_id").annotate(newest=Max("pk")).values_list("newest", flat=True)
    return {entry.object_id: entry for entry in AuditEntry.objects.filter(pk__in=list(newest))}


def _before(row: LectureAttendance, changes: Mapping[str, Any]) -> Mark:
    """The mark that the row had before these changes, as the trail keeps them: `{column: [old, new]}`."""
    present = changes["present"][0] if "present" in changes else row.present
    rating = changes["rating"][0] if "rating" in changes else row.rating
    notes = changes["notes"][0] if "notes" in changes else row.notes
    return Mark(present=present, rating=None if rating is None else Decimal(rating), notes=notes)
