"""Which lectures a participant came to: read from the passings at the doors. Rules alone, no database.

Readers tell of a passing late, twice and after a later one, so nothing counts up: a participant's passings are put in
order of time and read anew, and the same passings give the same marks in whatever order they came.

- A lecture's door is open from half an hour before it begins until it ends. A passing counts for the lecture whose
  door is open; for the one that begins nearest where two are (docs/decisions.md).
- Within two minutes of a passing that counted for the same lecture, another is a repeat (domain.md, Attendance).
- Present since the first passing. Who passes again, on going home say, is present as before.

Which lecture a passing is for depends on nothing but its own time: so one that is told late takes nothing back.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from ..models import Scan
from .presence import REPEAT, Passing

EARLY: Final = dt.timedelta(minutes=30)

Outcome = Scan.Outcome


@dataclass(frozen=True)
class Door:
    """A lecture on whose list the participant stands, from when to when; `key` is the row of the list."""

    key: int
    begins: dt.datetime
    ends: dt.datetime

    def is_open(self, at: dt.datetime) -> bool:
        """Whether a passing at this moment can be one to the lecture; not at its very end."""
        return self.begins - EARLY <= at < self.ends


@dataclass(frozen=True)
class Arrivals:
    """A participant's passings that counted, by lecture (`Door.key`) and in order of time; and what became of each
    passing (by `Passing.key`).
    """

    came: dict[int, list[Passing]]
    outcomes: dict[str, str]


def read_arrivals(doors: Iterable[Door], passings: Iterable[Passing]) -> Arrivals:
    """To which lectures one participant came, whatever order the passings are given in, and however often."""
    ordered = sorted(doors, key=attrgetter("begins", "key"))
    arrivals = Arrivals({}, {})
    for passing in sorted(set(passings), key=attrgetter("at", "via", "key")):
        door = _nearest(ordered, passing.at)
        if door is None:
            arrivals.outcomes[passing.key] = Outcome.OUTSIDE_WINDOW
            continue
        counted = arrivals.came.setdefault(door.key, [])
        if counted and passing.at - counted[-1].at <= REPEAT:
            arrivals.outcomes[passing.key] = Outcome.REPEAT
        else:
            counted.append(passing)
            arrivals.outcomes[passing.key] = Outcome.PRESENT
    return arrivals


def _nearest(doors: Iterable[Door], at: dt.datetime) -> Door | None:
    """The open door whose lecture begins nearest; the earlier one where two are as near."""
    return min((door for door in doors if door.is_open(at)), key=lambda door: abs(door.begins - at), default=None)
