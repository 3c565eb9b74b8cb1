"""The month's sheet of each of the staff: what was due, who came, how late, and how long they were there."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from django.utils import timezone

from backoffice.shared.money import CENT
from backoffice.shared.text import ascii_digits
from backoffice.users.models import Instructor

from ..models import InstructorAttendance
from .due import breaks_of, hours_due
from .planned import Span
from .presence import AFTER

Kind = InstructorAttendance.Kind
Status = InstructorAttendance.Status
THERE: Final = (Status.PRESENT, Status.LATE)
NOTHING: Final = dt.timedelta(0)
#: What the sums of a month and the pay are worked out from.
_OF_SUMS: Final = (
    *("instructor", "kind", "status", "day", "start_time", "end_time", "check_in", "check_out", "breaks"),
    *("late_minutes", "rating", "lecture__status"),
)


@dataclass(frozen=True)
class Month:
    """A month of the centre's calendar."""

    first: dt.date

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        """The month that a day lies in."""
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, text: str | None) -> "Month | None":
        """The month of "2026-11", or None for what is none."""
        try:
            return cls(dt.date.fromisoformat(f"{ascii_digits(text or '')}-01"))
        except ValueError:
            return None

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.first.replace(day=calendar.monthrange(self.first.year, self.first.month)[1])

    def beside(self, months: int) -> "Month":
        """The month so many later, or earlier."""
        number = self.first.year * 12 + self.first.month - 1 + months
        return Month(dt.date(number // 12, number % 12 + 1, 1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Line:
    """One row of the month: how long the person was there within the hours they were due, in real time."""

    row: InstructorAttendance
    spans: Sequence[Span]

    @property
    def hours(self) -> dt.timedelta:
        """Without the breaks; 0 while somebody is still there."""
        return length_of(self.spans)

    @property
    def lacks_check_out(self) -> bool:
        """Whether they never checked out: then the hours go to the end that was due."""
        return bool(self.spans) and self.row.check_out is None


@dataclass
class Sheet:
    """A person's month. Hours that two rows share (a lecture given while on the rota) count once in `hours`."""

    instructor: Instructor
    lines: list[Line] = field(default_factory=list)

    @property
    def days(self) -> int:
        """On how many days they came."""
        return len({line.row.day for line in self.lines if line.row.status in THERE})

    @property
    def hours(self) -> dt.timedelta:
        """How long they were there in all."""
        return length_of(united(span for line in self.lines for span in line.spans))

    @property
    def lectures(self) -> int:
        """How many lectures they gave."""
        return sum(1 for line in self._of(Kind.LECTURE) if line.row.status in THERE)

    @property
    def lecture_hours(self) -> dt.timedelta:
        """How long they were there for lectures."""
        return sum((line.hours for line in self._of(Kind.LECTURE)), NOTHING)

    @property
    def supervision_hours(self) -> dt.timedelta:
        """How long they supervised."""
        return sum((line.hours for line in self._of(Kind.SUPERVISION)), NOTHING)

    @property
    def times_late(self) -> int:
        """How often they were late."""
        return sum(1 for line in self.lines if line.row.status == Status.LATE)

    @property
    def late_minutes(self) -> int:
        """And by how many minutes in all."""
        return sum(line.row.late_minutes for line in self.lines)

    @property
    def absences(self) -> int:
        """How often they never came."""
        return sum(1 for line in self.lines if line.row.status == Status.ABSENT)

    @property
    def without_check_out(self) -> int:
        """How often the going was never noted."""
        return sum(1 for line in self.lines if line.lacks_check_out)

    @property
    def rating(self) -> Decimal | None:
        """The average of the ratings, with two decimals, half up."""
        ratings = [line.row.rating for line in self.lines if line.row.rating is not None]
        if not ratings:
            return None
        return (sum(ratings, Decimal(0)) / len(ratings)).quantize(CENT, rounding=ROUND_HALF_UP)

    def _of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.row.kind == kind]


def sheets_of_month(month: Month, instructor_id: UUID | None = None, *, only_sums: bool = False) -> list[Sheet]:
    """Everybody's month, or one person's, by name; two queries. Days that are still to come aren't in it.

    With `only_sums` the rows have only what sums and pay are worked out from: anything else is a query for each row.
    """
    now = timezone.now()
    due = InstructorAttendance.objects.filter(day__gte=month.first, day__lte=min(month.last, timezone.localdate(now)))
    if instructor_id is not None:
        due = due.filter(instructor=instructor_id)
    whole = due.select_related("lecture__course", "schedule")
    rows = due.select_related("lecture").only(*_OF_SUMS) if only_sums else whole
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for row in rows.order_by("day", "start_time", "pk"):
        lines[row.instructor_id].append(Line(row, spans_of(row, now)))
    people = Instructor.objects.filter(pk__in=lines).select_related("user").order_by("user__first_name", "pk")
    return [Sheet(person, lines[person.pk]) for person in people]


def spans_of(row: InstructorAttendance, now: dt.datetime) -> list[Span]:
    """When the person was there within the hours they were due, without the breaks.

    Coming early and leaving late don't count. Who never checked out is taken to have stayed to the end that was due,
    once nobody expects them to check out any more; until then nothing is counted. Instants are subtracted and never
    clocks, so an hour that a clock change takes away or gives is right.
    """
    begins, ends = hours_due(row)
    if row.check_in is None or (row.check_out is None and now < ends + AFTER):
        return []
    spans, came = [], row.check_in
    for out, back in breaks_of(row):
        spans.append((came, out))
        came = back
    spans.append((came, row.check_out or ends))
    clipped = ((max(begin, begins), min(end, ends)) for begin, end in spans)
    return [(begin, end) for begin, end in clipped if begin < end]


def united(spans: Iterable[Span]) -> list[Span]:
    """The same stretches of time, those that overlap as one."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def length_of(spans: Iterable[Span]) -> dt.timedelta:
    """How long they are in all."""
    return sum((end - begin for begin, end in spans), NOTHING)
