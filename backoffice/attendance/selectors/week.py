"""The supervisors' rota as a week."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.courses.models import Weekday
from backoffice.shared.dates import hours_and_minutes
from backoffice.users.models import Instructor

from ..models import SupervisorSchedule


@dataclass(frozen=True)
class WeekOf:
    """A supervisor's hours by weekday, Saturday first, and what the week comes to as 31:30."""

    supervisor: Instructor
    days: Sequence[Sequence[SupervisorSchedule]]
    total: str


def week_of_rota() -> list[WeekOf]:
    """Everybody who has hours that count, by name; one query."""
    rows = SupervisorSchedule.objects.current().select_related("supervisor__user")
    by_person: dict[Instructor, list[SupervisorSchedule]] = {}
    for row in rows.order_by("supervisor__user__first_name", "supervisor", "weekday", "start_time"):
        by_person.setdefault(row.supervisor, []).append(row)
    return [
        WeekOf(
            person,
            [[row for row in theirs if row.weekday == weekday] for weekday in Weekday.values],
            hours_and_minutes(sum((row.length for row in theirs), dt.timedelta(0))),
        )
        for person, theirs in by_person.items()
    ]
