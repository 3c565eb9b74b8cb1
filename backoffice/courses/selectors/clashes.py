"""Two lectures at once: the same instructor, or the same room."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from backoffice.shared.errors import DomainError
from backoffice.users.models import Instructor

from ..models import Course, Lecture, Room, Weekday

# A list that is read on a screen: what is past this many is counted, not named.
NAMED_CLASHES = 12


class Hours(Protocol):
    """From when to when."""

    @property
    def start_time(self) -> dt.time: ...
    @property
    def end_time(self) -> dt.time: ...


class Meeting(Hours, Protocol):
    """What a lecture in the database and a planned one have in common."""

    @property
    def course(self) -> Course: ...
    @property
    def lecture_number(self) -> int: ...
    @property
    def day(self) -> dt.date: ...
    @property
    def instructor(self) -> Instructor | None: ...
    @property
    def room(self) -> Room | None: ...


@dataclass(frozen=True, kw_only=True)
class PlannedLecture:
    """A lecture as it will stand; `existing` is the row that is kept for it, None when one is made."""

    course: Course
    lecture_number: int
    day: dt.date
    start_time: dt.time
    end_time: dt.time
    instructor: Instructor | None
    room: Room | None
    existing: Lecture | None = None


class Shared(StrEnum):
    """What two lectures at once have in common."""

    INSTRUCTOR = "instructor"
    ROOM = "room"


@dataclass(frozen=True)
class Clash:
    """A planned lecture and one that needs the same instructor or room at the same time."""

    shared: Shared
    planned: PlannedLecture
    other: Meeting

    def __str__(self) -> str:
        mine, other = self.planned, self.other
        sentence = {
            Shared.INSTRUCTOR: _(
                "%(when)s: %(who)s would give %(mine)s (lecture %(number)s, %(hours)s) and "
                "%(other)s (lecture %(other_number)s, %(other_hours)s) at once."
            ),
            Shared.ROOM: _(
                "%(when)s: in %(where)s there would be %(mine)s (lecture %(number)s, %(hours)s) and "
                "%(other)s (lecture %(other_number)s, %(other_hours)s) at once."
            ),
        }[self.shared]
        return str(sentence) % {
            "when": day_in_words(mine.day),
            "who": mine.instructor,
            "where": mine.room,
            "mine": f"“{mine.course}”",
            "number": mine.lecture_number,
            "hours": hours_in_words(mine),
            "other": f"“{other.course}”",
            "other_number": other.lecture_number,
            "other_hours": hours_in_words(other),
        }


def day_in_words(day: dt.date) -> str:
    """Sunday 02/11/2025."""
    return f"{Weekday.of(day).label} {date_format(day, 'SHORT_DATE_FORMAT')}"


def hours_in_words(meeting: Hours) -> str:
    """16:00–18:00, kept in this order within a line that runs from right to left."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{meeting.start_time:%H:%M}–{meeting.end_time:%H:%M}\N{POP DIRECTIONAL ISOLATE}"


def clash_sentences(clashes: Sequence[Clash]) -> list[str]:
    """A sentence for each clash, the first dozen named and the rest counted."""
    sentences = [str(clash) for clash in clashes[:NAMED_CLASHES]]
    left = len(clashes) - NAMED_CLASHES
    if left > 0:
        sentences.append(str(_("… and %(count)s more clashes.")) % {"count": left})
    return sentences


def clash_error(clashes: Sequence[Clash]) -> DomainError:
    """The refusal that names the lectures that clash."""
    return DomainError("lecture_clash", "\n".join(clash_sentences(clashes)), clashes=list(clashes))


def find_clashes(planned: Sequence[PlannedLecture], *, apart_from: Collection[UUID] = ()) -> list[Clash]:
    """Lectures of the same instructor or room that overlap a planned one, in the database or within the plan.

    `apart_from` are lectures that the plan itself takes away or puts elsewhere. One query, whatever the plan's length.
    """
    if not planned:
        return []
    by_day: dict[dt.date, list[Meeting]] = defaultdict(list)
    for lecture in _rivals(planned, apart_from):
        by_day[lecture.day].append(lecture)
    clashes: list[Clash] = []
    for mine in planned:
        clashes += _clashes_of(mine, by_day[mine.day])
        # The next planned ones meet this one too.
        by_day[mine.day].append(mine)
    return clashes


def _rivals(planned: Sequence[PlannedLecture], apart_from: Collection[UUID]) -> Iterable[Lecture]:
    """Lectures that are held within the plan's days by its instructors or in its rooms."""
    instructors = {one.instructor.pk for one in planned if one.instructor}
    rooms = {one.room.pk for one in planned if one.room}
    days = [one.day for one in planned]
    lectures = (
        Lecture.objects.held()
        .filter(Q(instructor_id__in=instructors) | Q(room_id__in=rooms), day__range=(min(days), max(days)))
        .select_related("course", "instructor__user", "room")
        .order_by("day", "start_time")
    )
    return (lecture for lecture in lectures if lecture.pk not in apart_from)


def _clashes_of(mine: PlannedLecture, others: Iterable[Meeting]) -> Iterable[Clash]:
    for other in others:
        if not overlap(mine, other):
            continue
        if mine.instructor and mine.instructor == other.instructor:
            yield Clash(Shared.INSTRUCTOR, mine, other)
        if mine.room and mine.room == other.room:
            yield Clash(Shared.ROOM, mine, other)


def overlap(one: Meeting, other: Meeting) -> bool:
    """Whether two lectures share a minute; one that begins as the other ends doesn't."""
    return one.day == other.day and one.start_time < other.end_time and other.start_time < one.end_time
