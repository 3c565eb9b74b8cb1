"""What logged scans say about who was there, written: marks of participants, rows of the staff, and each outcome."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.users.models import Child, Instructor, StudentUser

from ..models import LectureAttendance, MarkedVia, Scan
from ..selectors import moment
from ..selectors.arrivals import Door, read_arrivals
from ..selectors.cards import Holder, holder_of
from ..selectors.due import passing_key, passing_of
from ..selectors.presence import Passing
from .marks import BY_READER, Mark, Signature, SignedMark, write_signed_marks
from .presence import follow_scans

_DAY: Final = dt.timedelta(days=1)
_PEOPLE: Final[Mapping[str, Any]] = {"child": Child, "student": StudentUser, "instructor": Instructor}


@dataclass(frozen=True)
class Days:
    """The days of the centre's calendar that scans lie on."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, scans: Iterable[Scan]) -> "Days":
        """The days of these."""
        days = [timezone.localdate(scan.at) for scan in scans]
        return cls(min(days), max(days))

    def around(self) -> tuple[dt.datetime, dt.datetime]:
        """From the midnight before the day before to the midnight after the day after."""
        return moment(self.first - _DAY, dt.time()), moment(self.last + 2 * _DAY, dt.time())


def hold_people(holders: Iterable[Holder]) -> None:
    """Hold these people until the transaction ends, children before students before staff, each by key.

    Whoever reads a person's scans anew holds the person: else two batches at once would each miss the other's.
    """
    ids: dict[str, list[UUID]] = {}
    for holder in holders:
        ids.setdefault(holder.kind, []).append(holder.pk)
    for kind, model in _PEOPLE.items():
        if kind in ids:
            held = model.objects.filter(pk__in=ids[kind]).select_for_update(no_key=True)
            list(held.order_by("pk").values_list("pk", flat=True))


def settle(fresh: Sequence[Scan]) -> dict[str, str]:
    """Read everybody's days anew whose logged scans these are, and write what changed; hold the people first.

    Returns what became of each scan of those days, by `passing_key`. Takes the counter of live events, so call it last
    in the transaction.
    """
    outcomes: dict[str, str] = {}
    participants = [scan for scan in fresh if scan.child_id or scan.student_id]
    staff = [scan for scan in fresh if scan.instructor_id]
    marks = _marks_of(participants, outcomes) if participants else []
    if staff:
        # Their rows are the last that are locked; from here on only counters are taken.
        people, times = {scan.instructor_id for scan in staff}, [scan.at for scan in staff]
        outcomes |= follow_scans(people, since=min(times), until=max(times))  # type: ignore[arg-type]
    write_signed_marks(marks)
    _keep_outcomes(fresh, outcomes)
    return outcomes


def _marks_of(fresh: Sequence[Scan], outcomes: dict[str, str]) -> list[SignedMark]:
    """What the participants' scans say, as marks on held rows of held lectures; fills in the outcomes."""
    days, people = Days.of(fresh), {holder_of(scan) for scan in fresh}
    ids = [one.pk for one in people if one]
    theirs = Q(child__in=ids) | Q(student__in=ids)
    doors, lectures = _doors_of(theirs, days)
    came: dict[int, list[Passing]] = {}
    for person, passings in _passings_of(theirs, days).items():
        arrivals = read_arrivals(doors.get(person, ()), passings)
        outcomes.update(arrivals.outcomes)
        came.update(arrivals.came)
    wanted = {key: passings for key, passings in came.items() if key in lectures}
    return _verdicts(wanted, {lectures[key] for key in wanted})


def _doors_of(theirs: Q, days: Days) -> tuple[dict[UUID, list[Door]], dict[int, UUID]]:
    """The lectures near these days on whose lists the people stand, by person; and those that the days' scans may be
    for, as row → lecture. A door is open the evening before for a lecture soon after midnight.
    """
    doors: dict[UUID, list[Door]] = {}
    lectures: dict[int, UUID] = {}
    rows = LectureAttendance.objects.filter(
        theirs, lecture__day__gte=days.first - _DAY, lecture__day__lte=days.last + 2 * _DAY
    ).exclude(lecture__status=Lecture.Status.CANCELLED)
    columns = ("pk", "child", "student", "lecture", "lecture__day", "lecture__start_time", "lecture__end_time")
    for pk, child, student, lecture, day, start, end in rows.order_by().values_list(*columns):
        doors.setdefault(child or student, []).append(Door(pk, moment(day, start), moment(day, end)))
        if days.first <= day <= days.last + _DAY:
            lectures[pk] = lecture
    return doors, lectures


def _passings_of(theirs: Q, days: Days) -> dict[UUID, list[Passing]]:
    begin, end = days.around()
    passings: dict[UUID, list[Passing]] = {}
    for scan in Scan.objects.filter(theirs, at__gte=begin, at__lt=end).order_by():
        passings.setdefault(scan.child_id or scan.student_id, []).append(passing_of(scan))  # type: ignore[arg-type]
    return passings


def _verdicts(came: Mapping[int, Sequence[Passing]], lecture_ids: Collection[UUID]) -> list[SignedMark]:
    """Hold the lectures, then the rows, each by key; and what is to be written there."""
    held = Lecture.objects.filter(pk__in=lecture_ids).exclude(status=Lecture.Status.CANCELLED)
    held = held.select_related("course").select_for_update(of=("self",), no_key=True).order_by("pk")
    lectures = {lecture.pk: lecture for lecture in held}
    rows = LectureAttendance.objects.filter(pk__in=came, lecture__in=lectures)
    rows = rows.select_related("child", "student__user").select_for_update(of=("self",), no_key=True).order_by("pk")
    marks = []
    for row in rows:
        row.lecture = lectures[row.lecture_id]
        mark = _verdict(row, came[row.pk])
        marks += [mark] if mark else []
    return marks


def _verdict(row: LectureAttendance, passings: Sequence[Passing]) -> SignedMark | None:
    """What a reader's word changes about a mark.

    Present by hand stays as it is. Absent by hand gives way to a passing of later, absent by the nightly job to any.
    What a reader marked is signed with the first passing.
    """
    first: Passing | None = passings[0]
    if row.present and row.marked_via in BY_READER:
        if (passings[0].at, passings[0].via) >= (row.marked_at, row.marked_via):
            return None
    elif row.present:
        return None
    elif row.present is False and row.marked_via == MarkedVia.MANUAL:
        first = next((passing for passing in passings if passing.at > row.marked_at), None)
    if first is None:
        return None
    rating = row.rating if row.present else settings.ATTENDANCE_DEFAULT_RATING
    mark = Mark(present=True, rating=rating, notes=row.notes)
    return SignedMark(row, mark, Signature(None, first.via, first.at))


def _keep_outcomes(fresh: Sequence[Scan], outcomes: Mapping[str, str]) -> None:
    """Write the outcomes that are others than the log has: a scan that is told late may change those after it."""
    if not outcomes:
        return
    people: dict[str, set[UUID]] = {"child": set(), "student": set(), "instructor": set()}
    for scan in fresh:
        if holder := holder_of(scan):
            people[holder.kind].add(holder.pk)
    theirs = Q(child__in=people["child"]) | Q(student__in=people["student"]) | Q(instructor__in=people["instructor"])
    days = Days.of(fresh)
    begin, end = days.around()
    others: dict[str, list[int]] = {}
    for scan in Scan.objects.filter(theirs, at__gte=begin, at__lt=end).order_by():
        outcome = outcomes.get(passing_key(scan), scan.outcome)
        if outcome != scan.outcome:
            others.setdefault(outcome, []).append(scan.pk)
    for outcome, keys in others.items():
        Scan.objects.filter(pk__in=keys).update(outcome=outcome)
