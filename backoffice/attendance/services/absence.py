"""What the end of a day makes of whom nobody marked: absent."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backoffice.courses.models import Lecture
from backoffice.shared import audit
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry

from ..events import announce_presence, announce_summaries
from ..models import InstructorAttendance, LectureAttendance, MarkedVia
from .weekly import generate_instructor_attendance

# A writer of SQLite keeps all others waiting, so its transactions are short.
_ROWS_AT_ONCE: Final = {"sqlite": 500, "postgresql": 20_000}
_STAFF_AT_ONCE: Final = 500
_ABSENT: Final = InstructorAttendance.Status.ABSENT


def mark_absent_of_day(day: dt.date) -> dict[str, int]:
    """Mark absent who wasn't marked in the day's lectures, and the instructors and supervisors who never came.

    Cancelled lectures are left out. Safe to stop anywhere and to run again: a list is marked as a whole or not at all,
    and a mark that is there stays. Returns `lectures`, `participants` and `staff`. Raises DomainError `day_to_come`.
    Source: domain.md, Scheduled jobs.
    """
    if day > cairo_today():
        raise DomainError("day_to_come", _("This day is still to come."), field="day")
    counts = Counter({"lectures": 0, "participants": 0, "staff": 0})
    for lecture_ids in _steps(_unmarked_of(day)):
        counts.update(_mark_lists(lecture_ids))
    # A lecture that was added after the week's rows were made has its instructor's row now.
    generate_instructor_attendance(day, days=1)
    for row_ids in batched(_expected_of(day), _STAFF_AT_ONCE):
        counts["staff"] += _mark_staff(row_ids)
    return dict(counts)


def _unmarked_of(day: dt.date) -> list[tuple[UUID, int]]:
    """The day's lectures with somebody unmarked on the list, and how many these are."""
    lectures = Lecture.objects.on(day).held()
    rows = LectureAttendance.objects.unmarked().filter(lecture__in=lectures)
    return list(rows.order_by("lecture").values_list("lecture").annotate(count=Count("pk")))


def _steps(lectures: Iterable[tuple[UUID, int]]) -> Iterator[list[UUID]]:
    """Lectures in groups of as many rows as one transaction takes; a longer list is a group of its own."""
    most = _ROWS_AT_ONCE[connection.vendor]
    group: list[UUID] = []
    rows = 0
    for lecture_id, count in lectures:
        if group and rows + count > most:
            yield group
            group, rows = [], 0
        group.append(lecture_id)
        rows += count
    if group:
        yield group


@transaction.atomic
def _mark_lists(lecture_ids: Sequence[UUID]) -> dict[str, int]:
    """Whoever marks one of these lectures by hand has done it before, or waits and marks over it."""
    locked = Lecture.objects.held().select_for_update(of=("self",)).filter(pk__in=lecture_ids)
    lectures = list(locked.select_related("course").order_by("pk"))
    unmarked = LectureAttendance.objects.unmarked().filter(lecture__in=[lecture.pk for lecture in lectures])
    counts: dict[UUID, int] = dict(unmarked.order_by().values_list("lecture").annotate(count=Count("pk")))
    unmarked.update(present=False, marked_via=MarkedVia.AUTO, marked_at=timezone.now(), marked_by=None)
    Lecture.objects.filter(pk__in=counts).update(attendance_taken=True)
    audit.record_many(_told(lecture, counts[lecture.pk]) for lecture in lectures if lecture.pk in counts)
    announce_summaries(counts)
    return {"lectures": len(counts), "participants": sum(counts.values())}


def _told(lecture: Lecture, count: int) -> AuditEntry:
    """One line of the trail for a list: each of its rows says by itself when and how it was marked."""
    words = ngettext(
        "%(count)s participant without a mark is absent.", "%(count)s participants without a mark are absent.", count
    )
    changes = {} if lecture.attendance_taken else {"attendance_taken": [False, True]}
    return audit.entry(lecture, audit.Action.UPDATE, by=None, changes=changes, reason=words % {"count": count})


def _expected_of(day: dt.date) -> list[int]:
    rows = InstructorAttendance.objects.expected().filter(day=day).exclude(lecture__status=Lecture.Status.CANCELLED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _mark_staff(row_ids: Sequence[int]) -> int:
    """Whoever checks in at the same moment has done it before, or waits and is present."""
    locked = InstructorAttendance.objects.expected().select_for_update(of=("self",)).filter(pk__in=row_ids)
    rows = list(locked.select_related("instructor__user", "lecture").order_by("pk"))
    entries = []
    for row in rows:
        changes = {"status": [row.status, _ABSENT.value]}
        row.status = _ABSENT
        entries.append(audit.entry(row, audit.Action.TRANSITION, by=None, changes=changes))
    InstructorAttendance.objects.filter(pk__in=[row.pk for row in rows]).update(status=_ABSENT)
    audit.record_many(entries)
    announce_presence(rows)
    return len(rows)
