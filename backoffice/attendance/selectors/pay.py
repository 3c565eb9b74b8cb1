"""What is due to the staff for a month, from what the system knows: the salary agreed, and who came when they were due.

No law and no text of the centre says more, so this is the rule (docs/decisions.md, Reports):

- The salary is the one that was agreed when the month ended; one that was written down later for the first time counts.
- It is for the hours that the person was due in the month, by the lectures they give and by the rota; hours due twice
  (a lecture given while on the rota) are hours due once. Each hour of the month is worth the same.
- Who was due for the first time ever within the month has a share of the salary by its calendar days from that day on;
  whose account was closed within it, to that day.
- `earned` is for the hours that have passed, which is all of it when the month is over.
- `absences` is for those at which the person is marked absent. Lateness is shown and costs nothing, and neither does a
  lecture that was cancelled. Nobody's absence has an excuse that the system knows of: one that is forgiven is paid by
  whoever forgives it.
- Both are rounded to the piastre once, half up, and `due` is their difference: sums are sums of these.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from backoffice.courses.models import Lecture
from backoffice.shared.dates import cairo_today, day_begins
from backoffice.shared.models import AuditEntry
from backoffice.shared.money import CENT
from backoffice.users.models import CustomUser, Instructor

from ..models import InstructorAttendance
from .due import hours_due
from .month import THERE, Line, Month, Sheet, Status, length_of, united
from .planned import Span, planned_spans


@dataclass(frozen=True, slots=True)
class Pay:
    """Of one person and month, in EGP: the whole salary, what of it is for the hours so far, what absences take off."""

    salary: Decimal
    earned: Decimal
    absences: Decimal

    @property
    def due(self) -> Decimal:
        """What is to be paid by now."""
        return self.earned - self.absences


def pay_of(sheets: Sequence[Sheet], month: Month) -> dict[UUID, Pay]:
    """What is due for a month to each person of its sheets; at most six queries, however many they are."""
    people = {sheet.instructor.pk: sheet.instructor for sheet in sheets}
    salaries = _salaries(people.values(), month)
    known = _due_before(people, month.first)
    closed = _closed([one for one in people.values() if not one.user.is_active])
    to_come = planned_spans([pk for pk in people if pk not in closed], max(month.first, _tomorrow()), month.last)
    pays = {}
    for sheet in sheets:
        pk = sheet.instructor.pk
        first = month.first if pk in known else sheet.lines[0].row.day
        last = min(month.last, max(first, closed.get(pk, month.last)))
        days = Fraction((last - first).days + 1, month.last.day)
        lines = [line for line in sheet.lines if line.row.day <= last]
        pays[pk] = _pay(salaries[pk], days, lines, to_come.get(pk, []))
    return pays


def _pay(salary: Decimal, days: Fraction, sheet: Sequence[Line], to_come: Iterable[Span]) -> Pay:
    """By hours: of all that were due, those that have passed, and of these those at which the person wasn't there."""
    lines = [line for line in sheet if line.row.status in THERE or not _is_cancelled(line)]
    there = _seconds(hours_due(line.row) for line in lines if line.row.status in THERE)
    passed = _seconds(hours_due(line.row) for line in lines if line.row.status in (*THERE, Status.ABSENT))
    whole = _seconds([*(hours_due(line.row) for line in lines), *to_come])
    missed, passed = (passed - there, passed) if whole else (0, 1)
    whole = whole or 1
    return Pay(salary, _part(salary, days * passed / whole), _part(salary, days * missed / whole))


def _is_cancelled(line: Line) -> bool:
    return line.row.lecture is not None and line.row.lecture.status == Lecture.Status.CANCELLED


def _seconds(spans: Iterable[Span]) -> int:
    return length_of(united(spans)) // dt.timedelta(seconds=1)


def _part(salary: Decimal, share: Fraction) -> Decimal:
    """Multiplied before it is divided, so that half a piastre is one."""
    return (salary * share.numerator / share.denominator).quantize(CENT, rounding=ROUND_HALF_UP)


def _tomorrow() -> dt.date:
    return cairo_today() + dt.timedelta(days=1)


def _salaries(people: Iterable[Instructor], month: Month) -> dict[UUID, Decimal]:
    """The salary that each had agreed when the month ended: what the first change since says was there before."""
    salaries = {one.pk: one.monthly_salary or Decimal("0.00") for one in people}
    if month.last >= cairo_today():
        return salaries
    changed = _changes(Instructor, salaries, "monthly_salary").filter(at__gte=day_begins(month.beside(1).first))
    for key, changes in changed.order_by("-at", "-pk").values_list("object_id", "changes"):
        before, _after = changes["monthly_salary"]
        if before is not None:
            salaries[UUID(key)] = Decimal(before)
    return salaries


def _due_before(people: Collection[UUID], day: dt.date) -> set[UUID]:
    """Who of these was due on any day before."""
    rows = InstructorAttendance.objects.filter(instructor=OuterRef("pk"), day__lt=day)
    return set(Instructor.objects.filter(Exists(rows), pk__in=people).values_list("pk", flat=True))


def _closed(people: Sequence[Instructor]) -> dict[UUID, dt.date]:
    """The day on which each of these accounts, which are closed, was closed; no query where there are none."""
    if not people:
        return {}
    changed = _changes(CustomUser, [one.pk for one in people], "is_active").order_by("at", "pk")
    return {UUID(key): timezone.localdate(at) for key, at in changed.values_list("object_id", "at")}


def _changes(model: Any, keys: Iterable[UUID], field: str) -> Any:
    entries = AuditEntry.objects.filter(model=model._meta.label_lower, object_id__in=[str(key) for key in keys])
    return entries.filter(action=AuditEntry.Action.UPDATE, changes__has_key=field)
