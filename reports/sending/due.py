"""Which schedules are due on a morning; of mornings that were missed only the latest is made up for."""

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backoffice.courses.models import Weekday
from backoffice.shared.dates import cairo_today
from backoffice.shared.queue import enqueue_on_commit

from ..models import Letter, ReportDelivery, ReportSchedule, Rhythm
from .deliver import deliver

_ONE_DAY: Final = dt.timedelta(days=1)
#: What became of a sending and its letters is kept for so long; the trail keeps what left the house.
KEPT: Final = dt.timedelta(days=365)
#: Should the queue lose a sending, the sweep finds it after this long.
_FOUND_AGAIN: Final = dt.timedelta(minutes=10)


def latest_due(schedule: ReportSchedule, day: dt.date) -> dt.date | None:
    """The schedule's last day that isn't after this one; none if it hadn't begun then."""
    due = day
    if schedule.rhythm == Rhythm.WEEK and schedule.weekday is not None:
        due = day - _ONE_DAY * ((Weekday.of(day) - schedule.weekday) % 7)
    elif schedule.rhythm == Rhythm.MONTH:
        due = _in_month_of(schedule, day)
        if due > day:
            due = _in_month_of(schedule, day.replace(day=1) - _ONE_DAY)
    return due if due >= schedule.begins_on else None


def next_due(schedule: ReportSchedule, after: dt.date) -> dt.date:
    """The schedule's first day after this one."""
    day = max(after + _ONE_DAY, schedule.begins_on)
    while latest_due(schedule, day) != day:
        day += _ONE_DAY
    return day


def make_due(day: dt.date) -> Mapping[str, int]:
    """Begin what is due on a business day and wasn't begun; each goes to the queue by itself.

    Without a mail server nothing is begun, so nothing piles up.
    """
    if settings.MAIL_SERVER is None:
        return {"reports": 0}
    schedules = ReportSchedule.objects.filter(is_paused=False, begins_on__lte=day)
    due = [(schedule.pk, latest_due(schedule, day)) for schedule in schedules]
    return {"reports": sum(_begin(pk, of_day) for pk, of_day in due if of_day is not None)}


def sweep() -> int:
    """Hand sendings to the queue again that failed or were lost; how many."""
    waiting = ReportDelivery.objects.filter(finished_at=None, next_try_at__lte=timezone.now()).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True))
    for number in numbers:
        enqueue_on_commit(deliver, number)
    return len(numbers)


def forget_old() -> int:
    """Remove sendings with their letters that ended long ago; how many sendings.

    Whether a morning was begun is asked of the last month's alone, so none comes again.
    """
    old = ReportDelivery.objects.filter(finished_at__isnull=False, business_day__lt=cairo_today() - KEPT)
    _all, removed = old.delete()
    return removed.get(ReportDelivery._meta.label, 0)


@transaction.atomic
def _begin(schedule_id: int, day: dt.date) -> bool:
    """Make the sending of a day with a letter for each recipient, once."""
    schedule = ReportSchedule.objects.select_for_update().filter(pk=schedule_id, is_paused=False).first()
    if schedule is None or schedule.deliveries.filter(business_day__gte=day).exists():
        return False
    delivery = ReportDelivery.objects.create(
        schedule=schedule, business_day=day, next_try_at=timezone.now() + _FOUND_AGAIN
    )
    people = schedule.recipients.order_by("first_name", "last_name", "pk")
    Letter.objects.bulk_create(Letter(delivery=delivery, person=person) for person in people)
    enqueue_on_commit(deliver, delivery.pk)
    return True


def _in_month_of(schedule: ReportSchedule, day: dt.date) -> dt.date:
    days = calendar.monthrange(day.year, day.month)[1]
    return day.replace(day=min(schedule.month_day or 1, days))
