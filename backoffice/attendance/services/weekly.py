"""Who of the staff is due in the coming days: from the lectures and from the supervisors' rota."""

import datetime as dt
from collections.abc import Sequence
from itertools import batched
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, DateField, F, QuerySet, Value, When

from backoffice.courses.models import Lecture, Weekday
from backoffice.shared.bulk import insert_from

from ..models import InstructorAttendance, SupervisorSchedule
from ..selectors.planned import open_days

Kind = InstructorAttendance.Kind

_A_WEEK: Final = 7


@transaction.atomic
def generate_instructor_attendance(first_day: dt.date, days: int = _A_WEEK) -> int:
    """Make a row for each instructor due at a lecture and each supervisor due by the rota; returns how many are new.

    Rows that are there stay as they are, so it may run again and at once with itself. On a holiday of all seasons the
    centre is closed and no supervisor is due; a lecture that stands there anyway is held.
    """
    range_ = [first_day + dt.timedelta(days=number) for number in range(days)]
    if not range_:
        return 0
    due = Lecture.objects.held().filter(day__range=(range_[0], range_[-1]), instructor__isnull=False)
    made = _insert(Kind.LECTURE, due, {"instructor": "instructor_id", "lecture": "pk", "day": "day"})
    for week in batched(open_days(range_), _A_WEEK):
        made += _insert(Kind.SUPERVISION, *_rota(week))
    return made


def _rota(week: Sequence[dt.date]) -> tuple[QuerySet[Any], dict[str, Any]]:
    """The rota's hours on at most seven days in a row: each weekday is one of them, or none."""
    on = {int(Weekday.of(day)): day for day in week}
    day = Case(
        *(When(weekday=weekday, then=Value(day, DateField())) for weekday, day in on.items()), output_field=DateField()
    )
    hours = SupervisorSchedule.objects.due_on(on.values())
    return hours, {"instructor": "supervisor_id", "schedule": "pk", "day": day}


def _insert(kind: str, due: QuerySet[Any], columns: dict[str, Any]) -> int:
    columns |= {"start_time": F("start_time"), "end_time": F("end_time"), "kind": Value(kind)}
    return insert_from(InstructorAttendance, _fresh() | columns, due)


def _fresh() -> dict[str, Any]:
    """What a row begins with, whoever it is about: the model's defaults, for the database has none of its own."""
    needed = (field for field in InstructorAttendance._meta.concrete_fields if not field.null and not field.primary_key)
    # A field without a default begins as an empty text where it may be empty; all others are the caller's to give.
    defaults = {field: field.get_default() for field in needed if field.has_default() or field.blank}
    return {field.name: Value(value, output_field=field) for field, value in defaults.items()}
