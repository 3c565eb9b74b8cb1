"""Who of the staff was there: read from the day's passings at the doors. Rules alone, no database.

A device may tell of a passing late, twice, or after a later one. So nothing here counts up: everything known of a
person is put in order of time and read anew, and the same passings give the same presence in whatever order they came.

How a person's passings are read (domain.md, Attendance):

- Rows that follow each other within an hour are one sitting: who teaches at 16:00 and at 18:00 passes on coming and on
  going. A sitting's passings are those from an hour before it until four hours after it; between two sittings that are
  nearer than that, those in the first half of the time between belong to the first.
- Within two minutes of a passing that counted, another is a repeat. The others come and go by turns: check-in,
  check-out, re-entry, check-out. Who forgot to check out comes anew with the next sitting; who passes again only after
  that one is over has stayed through both.
- A stay belongs to each row in whose core it lies (the row's time less its grace at both ends: who leaves five minutes
  into the next lecture doesn't give it); a stay in no row's core belongs to the row that begins nearest to its coming.
- A row's check-in is the coming of its first stay, its check-out the going of its last; a re-entry clears the
  check-out. Coming after the grace is late, by the whole minutes missed since the row's begin; within the grace nobody
  is late.
- What the office said about a row stands against every passing of before it was said; later ones go on from it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Final
from uuid import UUID

from ..models import InstructorAttendance, Scan

# A second scan within two minutes is a repeat; lecturers are late after 20 minutes (domain.md, Attendance).
REPEAT: Final = dt.timedelta(minutes=2)
LECTURE_GRACE: Final = dt.timedelta(minutes=20)
# When passings count for a sitting, and how far apart two rows of one sitting are at most (docs/decisions.md).
EARLY: Final = dt.timedelta(hours=1)
AFTER: Final = dt.timedelta(hours=4)

Status = InstructorAttendance.Status
Outcome = Scan.Outcome


# From a check-out to the re-entry that cleared it.
type Break = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, order=True)
class Passing:
    """Somebody passed a door, as a reader or the office says; `key` is the scan's, and orders two at one instant."""

    at: dt.datetime
    key: str = ""
    via: str = ""
    device_id: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Settled:
    """What the office last said about a row, and when it was said: present or late since a coming, or absent."""

    at: dt.datetime
    status: str
    check_in: Passing | None = None
    check_out: Passing | None = None
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class Due:
    """One row of a person: from when to when they are due, and how late they may come; `key` is the row's."""

    key: int
    begins: dt.datetime
    ends: dt.datetime
    grace: dt.timedelta = LECTURE_GRACE
    settled: Settled | None = None


@dataclass(frozen=True)
class Presence:
    """How one row stands by what is known: `present` or `late`; `absent` only by the office's word.

    `late_minutes` is 0 for who isn't late.
    """

    status: str
    check_in: Passing | None = None
    check_out: Passing | None = None
    breaks: tuple[Break, ...] = ()
    late_minutes: int = 0


@dataclass(frozen=True)
class Reading:
    """All of a person's rows (by `Due.key`; a row nobody came to is missing) and passings (by `Passing.key`)."""

    presences: dict[int, Presence]
    outcomes: dict[str, str]


def read_passings(dues: Iterable[Due], passings: Iterable[Passing]) -> Reading:
    """How one person's rows stand, and what became of each passing, whatever order they are given in.

    Give all rows that lie within a day of the passings, else a neighbour's passing is read as one of theirs.
    """
    rows = sorted(dues, key=attrgetter("begins", "ends", "key"))
    walk = _Walk(_sittings(rows))
    words = [(due.settled.at, 0, str(due.key), due) for due in rows if due.settled]
    seen = [(passing.at, 1, passing.key, passing) for passing in set(passings)]
    for *_order, event in sorted([*words, *seen], key=itemgetter(0, 1, 2)):
        walk.hear(event) if isinstance(event, Due) else walk.see(event)
    presences = {due.key: presence for due in rows if (presence := _presence(due, walk))}
    return Reading(presences, walk.outcomes)


@dataclass(eq=False)
class _Sitting:
    """Rows that follow each other, and the time in which passings count for them."""

    dues: list[Due]
    opens: dt.datetime = field(init=False)
    closes: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        self.opens, self.closes = self.dues[0].begins - EARLY, self.ends + AFTER

    @property
    def ends(self) -> dt.datetime:
        return max(due.ends for due in self.dues)


@dataclass(eq=False)
class _Stay:
    """From a coming to a going; `left` is None while nothing is known of a going."""

    sitting: _Sitting
    came: Passing
    left: Passing | None = None

    def lies_in(self, due: Due) -> bool:
        """Whether it covers some of the row's core; without a going it lasts as long as its sitting."""
        until = self.left.at if self.left else self.sitting.closes
        return self.came.at < due.ends - due.grace and until > due.begins + due.grace


def _sittings(rows: Sequence[Due]) -> list[_Sitting]:
    sittings: list[_Sitting] = []
    for due in rows:
        if sittings and due.begins - sittings[-1].ends <= EARLY:
            sittings[-1] = _Sitting([*sittings[-1].dues, due])
        else:
            sittings.append(_Sitting([due]))
    for one, following in pairwise(sittings):
        if one.closes > following.opens:
            one.closes = following.opens = one.ends + (following.dues[0].begins - one.ends) / 2
    return sittings


class _Walk:
    """Goes through a person's passings in order of time and finds the stays."""

    def __init__(self, sittings: Sequence[_Sitting]) -> None:
        self.sittings = sittings
        self.stays: list[_Stay] = []
        self.outcomes: dict[str, str] = {}
        self._inside: _Stay | None = None
        self._last: dt.datetime | None = None

    def see(self, passing: Passing) -> None:
        """A reader saw the person."""
        sitting = next((one for one in self.sittings if one.opens <= passing.at < one.closes), None)
        if sitting is None:
            self.outcomes[passing.key] = Outcome.OUTSIDE_WINDOW
        elif self._last is not None and passing.at - self._last <= REPEAT:
            self.outcomes[passing.key] = Outcome.REPEAT
        else:
            self._last = passing.at
            self.outcomes[passing.key] = self._turn(sitting, passing)

    def hear(self, due: Due) -> None:
        """The office says that the person came, and perhaps left: instead of what a reader last saw them do."""
        word = due.settled
        if word is None or word.check_in is None:
            return
        sitting = self.sitting_of(due)
        if self._inside and self._inside.sitting is sitting:
            self.stays.remove(self._inside)
            self._inside = None
        stay = _Stay(sitting, word.check_in, word.check_out)
        self.stays.append(stay)
        if word.at < sitting.closes:
            self._last = word.at
            self._inside = self._inside or (stay if stay.left is None else None)

    def sitting_of(self, due: Due) -> _Sitting:
        """The sitting that the row is in."""
        return next(one for one in self.sittings if due in one.dues)

    def owners_of(self, stay: _Stay) -> list[Due]:
        """The rows that a stay counts for."""
        dues = [due for sitting in self.sittings for due in sitting.dues if stay.lies_in(due)]
        return dues or [min(stay.sitting.dues, key=lambda due: abs(due.begins - stay.came.at))]

    def _turn(self, sitting: _Sitting, passing: Passing) -> str:
        stay = self._inside
        if stay and (stay.sitting is sitting or self._stayed_through(stay, sitting, passing)):
            stay.left, self._inside = passing, None
            return Outcome.CHECK_OUT
        again = any(one.sitting is sitting for one in self.stays)
        self._inside = _Stay(sitting, passing)
        self.stays.append(self._inside)
        return Outcome.RE_ENTRY if again else Outcome.CHECK_IN

    @staticmethod
    def _stayed_through(stay: _Stay, sitting: _Sitting, passing: Passing) -> bool:
        return stay.sitting.closes == sitting.opens and passing.at >= sitting.ends


def _presence(due: Due, walk: _Walk) -> Presence | None:
    """What the stays, and the office's word, make of the row."""
    theirs = [stay for stay in walk.stays if due in walk.owners_of(stay)]
    word = due.settled
    if word is None:
        return _judged(due, _merged(theirs)) if theirs else None
    later = _merged(stay for stay in theirs if stay.came.at > word.at)
    if word.check_in is None:
        return _judged(due, later) if later else Presence(word.status)
    # A reader may have seen the going since: in the stay of the same coming, as it was last told.
    said = next((stay for stay in reversed(walk.stays) if stay.came == word.check_in), None)
    own = _Stay(walk.sitting_of(due), word.check_in, word.check_out or (said.left if said else None))
    standing = _judged(due, _merged([own, *later]))
    return replace(
        standing,
        status=word.status,
        breaks=word.breaks + standing.breaks,
        late_minutes=_late_minutes(due, own.came, word.status),
    )


def _merged(stays: Iterable[_Stay]) -> list[_Stay]:
    """Stays in order of time, those that touch each other as one (a reader's and the office's of the same coming)."""
    merged: list[_Stay] = []
    for stay in sorted(stays, key=attrgetter("came")):
        before = merged[-1] if merged else None
        if before is None or (before.left and before.left < stay.came):
            merged.append(_Stay(stay.sitting, stay.came, stay.left))
        elif before.left and stay.left:
            before.left = max(before.left, stay.left)
        else:
            before.left = stay.left if before.left is None else None
    return merged


def _judged(due: Due, stays: Sequence[_Stay]) -> Presence:
    came = stays[0].came
    status = Status.LATE if came.at > due.begins + due.grace else Status.PRESENT
    return Presence(
        status=status,
        check_in=came,
        check_out=stays[-1].left,
        breaks=tuple((one.left.at, following.came.at) for one, following in pairwise(stays) if one.left),
        late_minutes=_late_minutes(due, came, status),
    )


def _late_minutes(due: Due, came: Passing, status: str) -> int:
    if status != Status.LATE:
        return 0
    # Nobody misses more than the whole of it.
    return min(came.at - due.begins, due.ends - due.begins) // dt.timedelta(minutes=1)
