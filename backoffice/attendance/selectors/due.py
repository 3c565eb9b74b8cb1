"""The rows and scans of the database as `presence` reads them, and what the office said as the row keeps it."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from ..models import InstructorAttendance, Scan
from .marking import moment
from .presence import AFTER, EARLY, LECTURE_GRACE, Break, Due, Passing, Settled

Kind = InstructorAttendance.Kind
Status = InstructorAttendance.Status

# Passings of one day may count for a row of the day before or after; those rows are read with their own neighbours.
NEIGHBOURS: Final = dt.timedelta(days=1)


def hours_due(row: InstructorAttendance) -> tuple[dt.datetime, dt.datetime]:
    """From which instant to which the person is due.

    An hour that the clocks leave out begins when they have gone on, so an end may fall before its begin: then it is
    over at once.
    """
    begins = moment(row.day, row.start_time)
    return begins, max(begins, moment(row.day, row.end_time))


def due_of(row: InstructorAttendance) -> Due:
    """The row as it is read: from when to when, and what the office said; the rota's grace is its own."""
    begins, ends = hours_due(row)
    grace = dt.timedelta(minutes=row.schedule.grace_period_minutes) if row.schedule else LECTURE_GRACE
    return Due(row.pk, begins, ends, grace, settled_from(row.settled) if row.settled else None)


def passing_of(scan: Scan) -> Passing:
    """The scan as it is read: at the device's own time; the device's number for it tells two of one instant apart."""
    return Passing(scan.at, passing_key(scan), scan.method, scan.device_id)


def passing_key(scan: Scan) -> str:
    """The scan's name among all: the same however often and in whatever order it is told."""
    return f"{scan.device_id}:{scan.scan_id}"


def absent_from(row: InstructorAttendance) -> dt.datetime:
    """From when on who hasn't come counts as absent: the rota's minutes after its begin, a lecturer's whole day."""
    if row.schedule:
        return moment(row.day, row.start_time) + dt.timedelta(minutes=row.schedule.auto_absent_after_minutes)
    return moment(row.day + dt.timedelta(days=1), dt.time(0))


def standing_unseen(row: InstructorAttendance, now: dt.datetime) -> str:
    """What a row that nobody came to is at a moment: not begun, expected, or absent."""
    if now < moment(row.day, row.start_time):
        return Status.NOT_STARTED
    return Status.PENDING if now < absent_from(row) else Status.ABSENT


def steps_of(row: InstructorAttendance, now: dt.datetime) -> list[str]:
    """What the office may note about the row at a moment: the service that is offered, by its name."""
    due = due_of(row)
    if now < due.begins - EARLY:
        return []
    here = row.check_in is not None and row.check_out is None
    steps = ["check_out" if here else "check_in"] if now < due.ends + AFTER else []
    return [*steps, "correct", *(["rate"] if row.check_in else [])]


def settled_from(kept: dict[str, Any]) -> Settled:
    """What the office said, from the row's column."""
    return Settled(
        at=dt.datetime.fromisoformat(kept["at"]),
        status=kept["status"],
        check_in=_passing_from(kept["check_in"]),
        check_out=_passing_from(kept["check_out"]),
        breaks=_breaks_from(kept["breaks"]),
    )


def as_kept(word: Settled) -> dict[str, Any]:
    """What the office said, for the row's column."""
    return {
        "at": _iso(word.at),
        "status": str(word.status),
        "check_in": _kept_passing(word.check_in),
        "check_out": _kept_passing(word.check_out),
        "breaks": kept_breaks(word.breaks),
    }


def kept_breaks(breaks: tuple[Break, ...]) -> list[list[str]]:
    """Breaks as the row keeps them."""
    return [[_iso(left), _iso(came)] for left, came in breaks]


def breaks_of(row: InstructorAttendance) -> tuple[Break, ...]:
    """The times in which somebody was out between coming and going."""
    return _breaks_from(row.breaks)


def _breaks_from(kept: list[list[str]]) -> tuple[Break, ...]:
    return tuple((dt.datetime.fromisoformat(left), dt.datetime.fromisoformat(came)) for left, came in kept)


def _passing_from(kept: list[Any] | None) -> Passing | None:
    if kept is None:
        return None
    at, via, device = kept
    return Passing(dt.datetime.fromisoformat(at), via=via, device_id=UUID(device) if device else None)


def _kept_passing(passing: Passing | None) -> list[Any] | None:
    if passing is None:
        return None
    return [_iso(passing.at), str(passing.via), str(passing.device_id) if passing.device_id else None]


def _iso(at: dt.datetime) -> str:
    # One spelling of each instant, whatever zone it came in.
    return at.astimezone(dt.UTC).isoformat()
