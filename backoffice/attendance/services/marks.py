"""Marking who came to a lecture."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Lecture
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.validators import MAX_RATING, MIN_RATING

from ..models import LectureAttendance, MarkedVia
from ..selectors import lecture_begins, may_mark

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@dataclass(frozen=True)
class Mark:
    """One participant's mark: present with a rating of 1.00 to 10.00, or absent without one."""

    present: bool
    rating: Decimal | None = None
    notes: str = ""


@transaction.atomic
def mark_lecture(lecture_id: UUID, marks: Mapping[int, Mark], *, by: "CustomUser", via: str = MarkedVia.MANUAL) -> int:
    """Mark rows of a lecture's list (`{row id: Mark}`), all or nothing; returns how many changed.

    Raises DomainError `not_begun`, `may_not_mark`, `not_on_the_list`, `rating_missing`, `rating_out_of_range` or
    `rating_without_presence`. Source: domain.md, Attendance.
    """
    lecture = Lecture.objects.select_for_update(of=("self",)).get(pk=lecture_id)
    _check_may_mark(lecture, by)
    rows = {row.pk: row for row in LectureAttendance.objects.select_for_update().filter(lecture=lecture)}
    if not marks.keys() <= rows.keys():
        raise DomainError("not_on_the_list", _("Somebody is not on this lecture's list."))
    changed = sum(_mark_row(rows[pk], mark, by, via) for pk, mark in marks.items())
    if marks and not lecture.attendance_taken:
        before = audit.snapshot(lecture)
        lecture.attendance_taken = True
        lecture.save(update_fields=["attendance_taken"])
        audit.record_changed(lecture, before, by=by)
    return changed


def _check_may_mark(lecture: Lecture, by: "CustomUser") -> None:
    if timezone.now() < lecture_begins(lecture):
        raise DomainError("not_begun", _("This lecture has not begun yet."))
    if not may_mark(lecture, by):
        raise DomainError("may_not_mark", _("You may not mark this lecture now."))


def _mark_row(row: LectureAttendance, mark: Mark, by: "CustomUser", via: str) -> bool:
    check_mark(mark)
    if (row.present, row.rating, row.notes) == (mark.present, mark.rating, mark.notes):
        return False
    before = audit.snapshot(row)
    row.present, row.rating, row.notes = mark.present, mark.rating, mark.notes
    row.marked_by, row.marked_at, row.marked_via = by, timezone.now(), via
    row.save()
    return audit.record_changed(row, before, by=by)


def check_mark(mark: Mark) -> None:
    """Present needs a rating of 1.00 to 10.00; absent has none (domain.md, Attendance)."""
    if not mark.present and mark.rating is not None:
        raise DomainError("rating_without_presence", _("Who is absent has no rating."), field="rating")
    if mark.present and mark.rating is None:
        raise DomainError("rating_missing", _("Who is present needs a rating from 1 to 10."), field="rating")
    if mark.rating is not None and not MIN_RATING <= mark.rating <= MAX_RATING:
        raise DomainError("rating_out_of_range", _("A rating is from 1 to 10."), field="rating")
