"""Marking who came to a lecture."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Lecture
from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.shared.validators import check_rating
from backoffice.users.participants import each_once

from ..events import announce_marks
from ..models import LectureAttendance, MarkedVia
from ..selectors import lecture_begins, may_mark

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@dataclass(frozen=True)
class Mark:
    """One participant's mark: present with a rating of 1.00 to 10.00, absent without one, or none at all.

    `present=None` takes a mark back; `notes=None` leaves what is written beside it.
    """

    present: bool | None
    rating: Decimal | None = None
    notes: str | None = ""


@dataclass(frozen=True)
class MarkLine:
    """A participant, `child:<id>` or `student:<id>`, and the mark."""

    participant: str
    mark: Mark


@dataclass(frozen=True)
class Signature:
    """Who marks, how and when; nobody (`by=None`) is a device or the system itself.

    `at` is the moment the mark is of: of a device that was offline the time of its scan, and so it may be long past.
    """

    by: "CustomUser | None"
    via: str
    at: dt.datetime


class SignedMark(NamedTuple):
    """A row of a list, what is marked on it, and who signs."""

    row: LectureAttendance
    mark: Mark
    signature: Signature


# The ways of readers at the doors.
BY_READER: Final = (MarkedVia.QR, MarkedVia.RFID, MarkedVia.FINGERPRINT)
_MARK: Final = ("present", "rating", "notes", "marked_by", "marked_at", "marked_via")
_TAKEN: Final = {"attendance_taken": [False, True]}
_NOT_ON_THE_LIST: Final = DomainError(
    "not_on_the_list", _("Somebody is not on this lecture's list."), field="participant"
)


@transaction.atomic
def mark_lecture(lecture_id: UUID, marks: Mapping[int, Mark], *, by: "CustomUser", via: str = MarkedVia.MANUAL) -> int:
    """Mark rows of a lecture's list (`{row id: Mark}`), all or nothing; returns how many changed.

    Raises DomainError `not_begun`, `may_not_mark`, `not_on_the_list`, `rating_missing`, `rating_out_of_range` or
    `rating_without_presence`. Source: domain.md, Attendance.
    """
    lecture = hold_lecture(lecture_id, by)
    rows = {row.pk: row for row in hold_list(lecture)}
    if not marks.keys() <= rows.keys():
        raise _NOT_ON_THE_LIST
    for mark in marks.values():
        check_mark(mark)
    signature = Signature(by, via, timezone.now())
    return write_marks(lecture, [(rows[pk], mark) for pk, mark in marks.items()], signature)


@transaction.atomic
def mark_participants(
    lecture_id: UUID, lines: Sequence[MarkLine], *, by: "CustomUser", via: str = MarkedVia.MANUAL
) -> int:
    """Mark participants of a lecture by their names for programs, all or nothing; returns how many changed.

    Who isn't named keeps their mark. Raises DomainError `not_begun`, `may_not_mark`; FaultyLines with each line that is
    wrong: `participant_unreadable`, `not_on_the_list`, `named_twice`, and what a mark lacks.
    """
    lecture = hold_lecture(lecture_id, by)
    rows = {row.participant_key: row for row in hold_list(lecture)}
    chosen = each_once([line.participant for line in lines], rows, _NOT_ON_THE_LIST)
    for place, line in enumerate(lines):
        try:
            check_mark(line.mark)
        except DomainError as fault:
            chosen.faults.setdefault(place, fault)
    chosen.refuse()
    signature = Signature(by, via, timezone.now())
    return write_marks(lecture, [(chosen.found[place], line.mark) for place, line in enumerate(lines)], signature)


@transaction.atomic
def mark_rest_present(lecture_id: UUID, rating: Decimal, *, by: "CustomUser") -> int:
    """Mark everybody present whom nobody has marked yet, all with one rating; returns how many.

    Who is unmarked is decided while the list is held: a mark that a colleague makes at this moment stays. Raises
    DomainError `not_begun`, `may_not_mark`, `rating_out_of_range`.
    """
    lecture = hold_lecture(lecture_id, by)
    mark = Mark(present=True, rating=rating, notes=None)
    check_mark(mark)
    rest = [(row, mark) for row in hold_list(lecture) if row.present is None]
    return write_marks(lecture, rest, Signature(by, MarkedVia.MANUAL, timezone.now()))


@transaction.atomic
def note_participant(lecture_id: UUID, participant: str, notes: str, *, by: "CustomUser") -> int:
    """Write beside a participant's mark and leave the mark as it stands at this moment; returns whether it was new.

    Raises DomainError `not_begun`, `may_not_mark`, `not_on_the_list`.
    """
    lecture = hold_lecture(lecture_id, by)
    row = next((row for row in hold_list(lecture) if str(row.participant_key) == participant), None)
    if row is None:
        raise _NOT_ON_THE_LIST
    mark = Mark(present=row.present, rating=row.rating, notes=notes)
    return write_marks(lecture, [(row, mark)], Signature(by, MarkedVia.MANUAL, timezone.now()))


def check_mark(mark: Mark) -> None:
    """Present needs a rating of 1.00 to 10.00; who isn't present has none (domain.md, Attendance)."""
    if not mark.present and mark.rating is not None:
        raise DomainError("rating_without_presence", _("Who is absent has no rating."), field="rating")
    if mark.present and mark.rating is None:
        raise DomainError("rating_missing", _("Who is present needs a rating from 1 to 10."), field="rating")
    if mark.rating is not None:
        check_rating(mark.rating)


def hold_lecture(lecture_id: UUID, by: "CustomUser") -> Lecture:
    """The lecture, held, if the person may mark it now."""
    lecture: Lecture = Lecture.objects.select_for_update(of=("self",)).select_related("course").get(pk=lecture_id)
    if timezone.now() < lecture_begins(lecture):
        raise DomainError("not_begun", _("This lecture has not begun yet."))
    if not may_mark(lecture, by):
        raise DomainError("may_not_mark", _("You may not mark this lecture now."))
    return lecture


def hold_list(lecture: Lecture) -> QuerySet[LectureAttendance]:
    """The lecture's list, held, with its people."""
    rows = LectureAttendance.objects.select_for_update(of=("self",)).filter(lecture=lecture).order_by("pk")
    named: QuerySet[LectureAttendance] = rows.select_related("child", "student__user")
    return named


def write_marks(lecture: Lecture, marks: Sequence[tuple[LectureAttendance, Mark]], signature: Signature) -> int:
    """Write marks that were checked on held rows of one held lecture, all signed alike; see `write_signed_marks`."""
    for row, _mark in marks:
        # The trail names each row's lecture: the one that is held, not one more query for each.
        row.lecture = lecture
    return write_signed_marks([SignedMark(row, mark, signature) for row, mark in marks])


def write_signed_marks(marks: Sequence[SignedMark]) -> int:
    """Write marks that were checked on rows that are held, with their lectures (`row.lecture`, held too), each with its
    entry in the trail, and tell the live screens.

    The one place where a mark is written, by hand or by a device. Returns how many say something new; as many queries
    for one as for all, of however many lectures.
    """
    changed, entries = [], []
    for row, mark, signature in marks:
        rating = None if mark.rating is None else round(mark.rating, 2)
        notes = row.notes if mark.notes is None else mark.notes
        if not _says_something_new(row, (mark.present, rating, notes), signature):
            continue
        before = audit.snapshot(row)
        row.present, row.rating, row.notes = mark.present, rating, notes
        # A row whose mark was taken back is signed by nobody; the trail says who did it.
        signed = (signature.by, signature.at, signature.via) if mark.present is not None else (None, None, "")
        row.marked_by, row.marked_at, row.marked_via = signed
        changes = audit.difference(before, audit.snapshot(row))
        entries.append(audit.entry(row, audit.Action.UPDATE, by=signature.by, changes=changes))
        changed.append(row)
    LectureAttendance.objects.bulk_update(changed, _MARK, batch_size=500)
    audit.record_many([*entries, *_note_taken(marks)])
    announce_marks(changed)
    return len(changed)


def _says_something_new(row: LectureAttendance, said: tuple[Any, ...], signature: Signature) -> bool:
    """The same mark by hand again leaves the first signature; a reader may know of an earlier coming."""
    if (row.present, row.rating, row.notes) != said:
        return True
    return signature.via in BY_READER and (row.marked_at, row.marked_via) != (signature.at, signature.via)


def _note_taken(marks: Sequence[SignedMark]) -> list[AuditEntry]:
    """Note that the lectures' attendance was taken, where nobody had; the entries of that."""
    fresh = {row.lecture_id: (row.lecture, signature.by) for row, _mark, signature in marks}
    fresh = {pk: pair for pk, pair in fresh.items() if not pair[0].attendance_taken}
    for lecture, _by in fresh.values():
        lecture.attendance_taken = True
    Lecture.objects.filter(pk__in=fresh).update(attendance_taken=True)
    return [audit.entry(lecture, audit.Action.UPDATE, by=by, changes=_TAKEN) for lecture, by in fresh.values()]
