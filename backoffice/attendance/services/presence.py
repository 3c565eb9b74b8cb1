"""The staff's rows, read anew from everything that is known of a person's comings and goings."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from backoffice.shared import audit
from backoffice.shared.states import advance

from ..events import announce_presence
from ..models import InstructorAttendance, Scan
from ..selectors import moment
from ..selectors.due import NEIGHBOURS, due_of, kept_breaks, passing_of, standing_unseen
from ..selectors.presence import Passing, Presence, read_passings

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

type Actor = "CustomUser | None"
type Rows = list[InstructorAttendance]

Status = InstructorAttendance.Status
THERE: Final = (Status.PRESENT, Status.LATE)
_DAY: Final = dt.timedelta(days=1)
_WRITTEN: Final = (
    *("status", "check_in", "check_in_via", "check_in_device", "check_out", "check_out_via", "check_out_device"),
    *("breaks", "late_minutes", "rating", "settled", "correction_reason", "corrected_by"),
)


@transaction.atomic
def follow_scans(
    instructor_ids: Collection[UUID], *, since: dt.datetime, until: dt.datetime, by: Actor = None
) -> dict[str, str]:
    """Read these people's rows anew after scans of theirs, at `since` to `until`, were logged (`Scan.instructor`).

    Returns what became of each scan of these days, by `selectors.due.passing_key`: a `Scan.Outcome`, which a scan that
    is told later may change. The same scans leave the same rows in whatever order, and however often, they are told.
    Tells the live screens, so call it last in the transaction. Source: domain.md, Attendance; `selectors.presence`.
    """
    held = hold_around(instructor_ids, timezone.localdate(since), timezone.localdate(until))
    outcomes = read(held, timezone.now())
    announce_presence(save_changed(held, by=by))
    return outcomes


@dataclass(frozen=True)
class Held:
    """Rows of some people that passings of some days may count for, with their neighbours, and as they were."""

    people: Collection[UUID]
    first: dt.date
    last: dt.date
    rows: Rows
    before: dict[int, audit.Snapshot]


def hold_around(people: Collection[UUID], first: dt.date, last: dt.date) -> Held:
    """Hold these people's rows of the days until the transaction ends."""
    around = 2 * NEIGHBOURS
    rows = list(InstructorAttendance.objects.hold(people, first - around, last + around))
    return Held(people, first, last, rows, {row.pk: audit.snapshot(row) for row in rows})


def read(held: Held, now: dt.datetime) -> dict[str, str]:
    """Let the held rows say what is known of their people; returns what became of each scan. `save_changed` writes.

    A row whose own neighbours are not held keeps what it says.
    """
    passings = _passings_of(held)
    outcomes: dict[str, str] = {}
    for person in held.people:
        theirs = [row for row in held.rows if row.instructor_id == person]
        reading = read_passings([due_of(row) for row in theirs], passings.get(person, ()))
        outcomes.update(reading.outcomes)
        for row in theirs:
            if held.first - NEIGHBOURS <= row.day <= held.last + NEIGHBOURS:
                _stand_as_read(row, reading.presences.get(row.pk), now)
    return outcomes


def save_changed(held: Held, *, by: Actor, reason: str = "") -> Rows:
    """Write the held rows that aren't what they were, each with its entry in the trail and `reason`; returns them."""
    changed, entries = [], []
    for row in held.rows:
        changes = audit.difference(held.before[row.pk], audit.snapshot(row))
        if changes:
            changed.append(row)
            entries.append(audit.entry(row, audit.Action.UPDATE, by=by, changes=changes, reason=reason))
    InstructorAttendance.objects.bulk_update(changed, _WRITTEN, batch_size=500)
    audit.record_many(entries)
    return changed


def _passings_of(held: Held) -> dict[UUID, list[Passing]]:
    begin = moment(held.first - 2 * NEIGHBOURS, dt.time(0))
    end = moment(held.last + 2 * NEIGHBOURS + _DAY, dt.time(0))
    passings: dict[UUID, list[Passing]] = {}
    for scan in Scan.objects.filter(instructor__in=held.people, at__gte=begin, at__lt=end).order_by():
        passings.setdefault(scan.instructor_id, []).append(passing_of(scan))  # type: ignore[arg-type]
    return passings


def _stand_as_read(row: InstructorAttendance, presence: Presence | None, now: dt.datetime) -> None:
    if presence is not None:
        stand(row, presence)
    elif row.status in THERE:
        # A scan that was told late takes somebody's presence back; who stands as expected or absent goes by the clock.
        stand(row, Presence(standing_unseen(row, now)))


def stand(row: InstructorAttendance, presence: Presence) -> None:
    """Let the row say it; who isn't there has no rating."""
    if row.status != presence.status:
        advance(row, presence.status)
    came, left = presence.check_in, presence.check_out
    row.check_in, row.check_in_via, row.check_in_device_id = _columns(came)
    row.check_out, row.check_out_via, row.check_out_device_id = _columns(left)
    row.breaks = kept_breaks(presence.breaks)
    row.late_minutes = presence.late_minutes
    if row.status not in THERE:
        row.rating = None


def _columns(passing: Passing | None) -> tuple[dt.datetime | None, str, UUID | None]:
    # In UTC, as the database gives it back: else the trail would tell of a change of the zone alone.
    return (passing.at.astimezone(dt.UTC), passing.via, passing.device_id) if passing else (None, "", None)
