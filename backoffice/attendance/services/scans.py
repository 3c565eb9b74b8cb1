"""Scans: every one is logged, whatever comes of it, and says who was there."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ..models import Device, Scan
from ..querysets import REACH
from ..selectors.cards import Code, Holder, Holding, holder_at, holder_of, holdings_of, names_of, read_code
from ..selectors.devices import CLOCK_MAY_BE_OFF, DEVICE_REFUSED
from ..selectors.due import passing_key
from .settling import hold_people, settle

# So much may a device's clock be ahead of ours where it doesn't say what it shows; a scan of later can't be.
AHEAD: Final = dt.timedelta(minutes=5)
# How much of a code the log keeps.
_KEPT: Final = 80
# last_seen_at is written so often at most, and the clock when it moved by so much: not with each batch.
_HEARD_AGAIN: Final = dt.timedelta(seconds=30)
_CLOCK_MOVED: Final = 5
# What fits into the column; a clock that is off by decades is off.
_FURTHEST: Final = 2**31 - 1

DUPLICATE: Final = "duplicate"
Outcome = Scan.Outcome


@dataclass(frozen=True)
class ScanLine:
    """One scan as a device tells of it: its own number for it, and its own time."""

    scan_id: UUID
    code: str
    method: str
    at: dt.datetime


@dataclass(frozen=True)
class Person:
    """Whose code it was, as a screen at the door may show it."""

    name: str
    is_staff: bool


@dataclass(frozen=True)
class ScanResult:
    """What became of a scan: a `Scan.Outcome`, or `duplicate` for one that was told before."""

    scan_id: UUID
    outcome: str
    who: Person | None


@transaction.atomic
def take_scans(device_id: UUID, lines: Sequence[ScanLine], *, sent_at: dt.datetime | None = None) -> list[ScanResult]:
    """Log a device's scans and let them say who was there; a result for each line, in order.

    A scan counts once however often it is told, and the same scans say the same in whatever order they come.
    `sent_at` is what the device's clock showed when it sent them: where that is off by more than a minute, their times
    are put right by as much. A time that can't be, or of more than `REACH` ago, is outside the hours. As many queries
    for one as for 500. Raises DomainError `device_refused`. Source: domain.md, Attendance.
    """
    device = Device.objects.lock(device_id)
    if not device.is_active:
        raise DEVICE_REFUSED
    now = timezone.now()
    _hear_of(device, sent_at, now)
    told = [line.scan_id for line in lines]
    known = {scan.scan_id: scan for scan in Scan.objects.filter(device=device, scan_id__in=told)}
    fresh = _fresh_of(device, lines, known, _ahead(sent_at, now))
    for scan in fresh.values():
        scan.received_at = now
    _find_people(fresh.values(), now)
    hold_people(_holders(fresh.values()))
    Scan.objects.bulk_create(fresh.values())
    outcomes = settle(list(fresh.values()))
    return _results(lines, known, fresh, outcomes)


@transaction.atomic
def resolve_codes(codes: Collection[Code]) -> int:
    """Give the scans that wait with these codes to those whose the codes are by now; how many there were.

    The attendance of their days is read anew.
    """
    # Else a batch that is under way would log a scan that nobody gives to anybody.
    Device.objects.hold_all()
    waiting = Scan.objects.waiting().filter(code__in={code for _method, code in codes}).select_for_update(no_key=True)
    scans = [scan for scan in waiting.order_by("pk") if (scan.method, scan.code) in codes]
    holdings = holdings_of(codes)
    for scan in scans:
        _give(scan, holdings)
    found = [scan for scan in scans if scan.outcome != Outcome.UNKNOWN_CODE]
    hold_people(_holders(found))
    Scan.objects.bulk_update(found, ["child", "student", "instructor", "outcome"], batch_size=500)
    settle(found)
    return len(found)


def _hear_of(device: Device, sent_at: dt.datetime | None, now: dt.datetime) -> None:
    """Note that the device was heard of, and by how much its clock is off; the smallest write that says so."""
    offset = device.clock_offset_seconds if sent_at is None else _seconds((sent_at - now).total_seconds())
    before = device.clock_offset_seconds
    moved = offset != before and (offset is None or before is None or abs(offset - before) >= _CLOCK_MOVED)
    if device.last_seen_at is None or now - device.last_seen_at >= _HEARD_AGAIN or moved:
        Device.objects.filter(pk=device.pk).update(last_seen_at=now, clock_offset_seconds=offset)


def _seconds(offset: float) -> int:
    return round(max(-_FURTHEST, min(offset, _FURTHEST)))


def _ahead(sent_at: dt.datetime | None, now: dt.datetime) -> int:
    """By how many seconds the device's times are put right: by none while its clock is about right."""
    if sent_at is None or abs(sent_at - now) <= CLOCK_MAY_BE_OFF:
        return 0
    return round((sent_at - now).total_seconds())


def _fresh_of(device: Device, lines: Sequence[ScanLine], known: Mapping[UUID, Scan], ahead: int) -> dict[UUID, Scan]:
    """The scans that nobody told of before; of two with one number the first."""
    fresh: dict[UUID, Scan] = {}
    for line in lines:
        if line.scan_id not in known and line.scan_id not in fresh:
            method, code = read_code(line.code, line.method)
            at, put_right_by = _put_right(line.at, ahead)
            fresh[line.scan_id] = Scan(
                device=device, scan_id=line.scan_id, code=code[:_KEPT], method=method, at=at,
                clock_ahead_seconds=put_right_by, outcome=Outcome.UNKNOWN_CODE,
            )  # fmt: skip
    return fresh


def _put_right(at: dt.datetime, ahead: int) -> tuple[dt.datetime, int]:
    try:
        return at - dt.timedelta(seconds=ahead), ahead
    except OverflowError:
        return at, 0


def _find_people(scans: Iterable[Scan], now: dt.datetime) -> None:
    """Whose each code was at its time; what can't have been counts for nobody."""
    holdings = holdings_of({(scan.method, scan.code) for scan in scans})
    for scan in scans:
        if now - REACH <= scan.at <= now + AHEAD:
            _give(scan, holdings)
        else:
            scan.outcome = Outcome.OUTSIDE_WINDOW


def _give(scan: Scan, holdings: Mapping[Code, list[Holding]]) -> None:
    holder = holder_at(holdings.get((scan.method, scan.code), ()), scan.at)
    if holder is not None:
        setattr(scan, f"{holder.kind}_id", holder.pk)
        scan.outcome = Outcome.CHECK_IN if holder.is_staff else Outcome.PRESENT


def _holders(scans: Iterable[Scan]) -> set[Holder]:
    return {holder for scan in scans if (holder := holder_of(scan))}


def _results(
    lines: Sequence[ScanLine], known: Mapping[UUID, Scan], fresh: Mapping[UUID, Scan], outcomes: Mapping[str, str]
) -> list[ScanResult]:
    names = names_of(_holders([*known.values(), *fresh.values()]))
    told: set[UUID] = set()
    results = []
    for line in lines:
        scan = known.get(line.scan_id) or fresh[line.scan_id]
        holder = holder_of(scan)
        is_new = line.scan_id in fresh and line.scan_id not in told
        told.add(line.scan_id)
        results.append(
            ScanResult(
                scan_id=line.scan_id,
                outcome=outcomes.get(passing_key(scan), scan.outcome) if is_new else DUPLICATE,
                who=Person(names[holder], holder.is_staff) if holder else None,
            )
        )
    return results
