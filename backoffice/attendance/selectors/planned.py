"""When the staff are due on days to come: by the lectures they give and by the rota."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q

from backoffice.courses.models import Holiday, Lecture

from ..models import SupervisorSchedule
from .marking import moment

# From one instant to another.
type Span = tuple[dt.datetime, dt.datetime]


def open_days(days: Sequence[dt.date]) -> list[dt.date]:
    """Those of the days, which are in order, that aren't holidays of all seasons."""
    closed = Holiday.objects.filter(Q(start_date__lte=days[-1], end_date__gte=days[0]), season=None)
    spans = list(closed.values_list("start_date", "end_date"))
    return [day for day in days if not any(first <= day <= last for first, last in spans)]


def planned_spans(instructors: Collection[UUID], first: dt.date, last: dt.date) -> dict[UUID, list[Span]]:
    """When each of these is due from one day to another, by what is planned now; cancelled lectures are left out and
    the rota counts on open days only. No query where there are no days.
    """
    spans: dict[UUID, list[Span]] = defaultdict(list)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    if not days or not instructors:
        return spans
    lectures = Lecture.objects.held().filter(instructor__in=instructors, day__range=(first, last))
    for person, day, start, end in lectures.values_list("instructor_id", "day", "start_time", "end_time"):
        spans[person].append(_span(day, start, end))
    rota = list(SupervisorSchedule.objects.filter(supervisor__in=instructors))
    for day in open_days(days):
        for hours in rota:
            if hours.counts_on(day):
                spans[hours.supervisor_id].append(_span(day, hours.start_time, hours.end_time))
    return spans


def _span(day: dt.date, start: dt.time, end: dt.time) -> Span:
    """Between two times of a day; nothing where the clocks leave out the whole of it."""
    begins = moment(day, start)
    return begins, max(begins, moment(day, end))
