"""Who of the staff is due in the coming days: from the lectures and from the supervisors' rota."""

import datetime as dt
from collections.abc import Sequence
from itertools import batched
from typing import Any, Final

from django.db import transaction
from django.db.models import Case, DateField, F, Q, QuerySet, Value, When

from backoffice.courses.models import Holiday, Lecture, Weekday
from backoffice.shared.bulk import insert_from

from ..models import InstructorAttendance, SupervisorSchedule

Kind, Status = InstructorAttendance.Kind, InstructorAttendance.Status

_A_WEEK: Final = 7
# What a row begins with, whoever it is about.
_FRESH: Final = {
    "status": Value(Status.NOT_STARTED.value),
    "check_in_via": Value(""),
    "check_out_via": Value(""),
    "late_minutes": Value(0),
    "correction_reason": Value(""),
}


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
    open_days = _without_holidays(range_)
    for week in batched(open_days, _A_WEEK):
        made += _insert(Kind.SUPERVISION, *_rota(week))
    return made


def _rota(week: Sequence[dt.date]) -> tuple[QuerySet[Any], dict[str, Any]]:
    """The rota's hours on at most seven days in a row: each weekday is one of them, or none."""
    on = {int(Weekday.of(day)): day for day in week}
    day = Case(
        *(When(weekday=weekday, then=Value(day, DateField())) for weekday, day in on.items()), output_field=DateField()
    )
    hours = SupervisorSchedule.objects.filter(weekday__in=on)
    return hours, {"instructor": "supervisor_id", "schedule": "pk", "day": day}


def _insert(kind: str, due: QuerySet[Any], columns: dict[str, Any]) -> int:
    hours = {"start_time": F("start_time"), "end_time": F("end_time")}
    return insert_from(InstructorAttendance, {**columns, **hours, "kind": Value(kind), **_FRESH}, due)


def _without_holidays(days: Sequence[dt.date]) -> list[dt.date]:
    closed = Holiday.objects.filter(Q(start_date__lte=days[-1], end_date__gte=days[0]), season=None)
    spans = list(closed.values_list("start_date", "end_date"))
    return [day for day in days if not any(first <= day <= last for first, last in spans)]
