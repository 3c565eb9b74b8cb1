"""Reports that are sent by e-mail by themselves."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.dates import cairo_today
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

from ..access import SCHEDULE, may_receive
from ..definition import Report
from ..models import Period, ReportSchedule, Rhythm
from ..periods import filters_on
from .names import cleaned_name

MOST_SCHEDULES: Final = 50
MOST_RECIPIENTS: Final = 30


@dataclass(frozen=True)
class Plan:
    """What a manager says about the sending: how often and on which day, about which days, in which form, to whom."""

    name: str
    kind: str
    rhythm: str
    recipients: Sequence[CustomUser]
    weekday: int | None = None
    month_day: int | None = None
    period: str = Period.SAVED


@transaction.atomic
def make_schedule(report: Report, *, filters: str, plan: Plan, by: CustomUser) -> ReportSchedule:
    """Have a report with its filters (`Filters.kept`) sent from tomorrow morning on.

    Raises DomainError `not_for_you`, `too_many_schedules`, `filters_unreadable` and what `change_schedule` raises.
    """
    _check_person(report, by)
    if ReportSchedule.objects.count() >= MOST_SCHEDULES:
        sentence = _("There are %(most)s schedules already: delete one that nobody needs.")
        raise DomainError("too_many_schedules", sentence % {"most": MOST_SCHEDULES})
    schedule = ReportSchedule(report=report.slug, filters=filters, made_by=by, begins_on=_tomorrow())
    _write(schedule, plan, report)
    if not filters_on(report, filters, plan.period, _tomorrow()).is_valid():
        raise DomainError("filters_unreadable", _("These filters don't hold: open the report and set them anew."))
    schedule.save(force_insert=True)
    schedule.recipients.set(plan.recipients)
    audit.record(schedule, audit.Action.CREATE, by=by, changes=audit.difference({}, _told(schedule)))
    return schedule


@transaction.atomic
def change_schedule(schedule_id: int, *, plan: Plan, by: CustomUser) -> ReportSchedule:
    """Change a schedule; another rhythm begins tomorrow.

    Raises DomainError `not_for_you`, `schedule_gone`, `name_missing`, `name_too_long`, `weekday_missing`,
    `month_day_missing`, `period_without_days`, `nobody`, `too_many_recipients`, `may_not_receive`.
    """
    schedule, report = _locked(schedule_id, by=by)
    before, rhythm = _told(schedule), (schedule.rhythm, schedule.weekday, schedule.month_day)
    _write(schedule, plan, report, known=set(schedule.recipients.values_list("pk", flat=True)))
    if rhythm != (schedule.rhythm, schedule.weekday, schedule.month_day):
        schedule.begins_on = _tomorrow()
    schedule.save()
    schedule.recipients.set(plan.recipients)
    _record(schedule, before, by=by)
    return schedule


@transaction.atomic
def pause_schedule(schedule_id: int, *, by: CustomUser) -> ReportSchedule:
    """Send nothing until it is resumed. Raises DomainError `not_for_you`, `schedule_gone`."""
    return _turn(schedule_id, is_paused=True, by=by)


@transaction.atomic
def resume_schedule(schedule_id: int, *, by: CustomUser) -> ReportSchedule:
    """Send again from tomorrow on; what the pause left out stays out. Raises DomainError as `pause_schedule`."""
    return _turn(schedule_id, is_paused=False, by=by)


@transaction.atomic
def delete_schedule(schedule_id: int, *, by: CustomUser) -> None:
    """Forget a schedule and what became of its letters; the trail keeps what left the house.

    Raises DomainError `not_for_you`, `schedule_gone`.
    """
    schedule, _report = _locked(schedule_id, by=by)
    audit.record(
        schedule, audit.Action.DELETE, by=by, changes=audit.difference(_told(schedule), dict.fromkeys(_told(schedule)))
    )
    schedule.delete()


def _turn(schedule_id: int, *, is_paused: bool, by: CustomUser) -> ReportSchedule:
    schedule, _report = _locked(schedule_id, by=by)
    if schedule.is_paused != is_paused:
        before = _told(schedule)
        schedule.is_paused = is_paused
        schedule.begins_on = schedule.begins_on if is_paused else _tomorrow()
        schedule.save(update_fields=["is_paused", "begins_on"])
        _record(schedule, before, by=by)
    return schedule


def _check_person(report: Report | None, by: CustomUser) -> Report:
    if report is None or not (by.has_perm(SCHEDULE) and by.has_perm(report.permission)):
        raise DomainError("not_for_you", _("Only managers who may see a report have it sent."))
    return report


def _locked(schedule_id: int, *, by: CustomUser) -> tuple[ReportSchedule, Report]:
    from ..registry import reports

    schedule = ReportSchedule.objects.select_for_update().filter(pk=schedule_id).first()
    if schedule is None:
        raise DomainError("schedule_gone", _("This schedule isn't there any more."))
    return schedule, _check_person(reports().get(schedule.report), by)


def _write(schedule: ReportSchedule, plan: Plan, report: Report, *, known: Collection[Any] = ()) -> None:
    schedule.name, schedule.kind, schedule.rhythm = cleaned_name(plan.name), plan.kind, plan.rhythm
    schedule.weekday = plan.weekday if plan.rhythm == Rhythm.WEEK else None
    schedule.month_day = plan.month_day if plan.rhythm == Rhythm.MONTH else None
    schedule.period = plan.period
    if plan.rhythm == Rhythm.WEEK and plan.weekday is None:
        raise DomainError("weekday_missing", _("Say on which weekday."), field="weekday")
    if plan.rhythm == Rhythm.MONTH and not 1 <= (plan.month_day or 0) <= 31:
        raise DomainError("month_day_missing", _("Say on which day of the month, from 1 to 31."), field="month_day")
    if plan.period != Period.SAVED and not report.filters.has_days():
        sentence = _("This report isn't about days: leave it as the filters say.")
        raise DomainError("period_without_days", sentence, field="period")
    _check_recipients(plan, report, known)


def _check_recipients(plan: Plan, report: Report, known: Collection[Any]) -> None:
    """Only people of the house who may see all of it; who lost that since stays on the list and is sent nothing."""
    wanted = {person.pk for person in plan.recipients}
    if not wanted:
        raise DomainError("nobody", _("Choose at least one person."), field="recipients")
    if len(wanted) > MOST_RECIPIENTS:
        sentence = _("At most %(most)s people.")
        raise DomainError("too_many_recipients", sentence % {"most": MOST_RECIPIENTS}, field="recipients")
    strangers = wanted - set(known) - set(may_receive(report).filter(pk__in=wanted).values_list("pk", flat=True))
    if strangers:
        sentence = _("Only staff who may see all of this report and have an e-mail address can be sent it.")
        raise DomainError("may_not_receive", sentence, field="recipients")


def _told(schedule: ReportSchedule) -> dict[str, Any]:
    """The schedule as the trail keeps it, with to whom."""
    people = sorted(str(person) for person in schedule.recipients.all())
    return audit.snapshot(schedule) | {"recipients": "، ".join(people)}


def _record(schedule: ReportSchedule, before: dict[str, Any], *, by: CustomUser) -> None:
    after = _told(ReportSchedule.objects.get(pk=schedule.pk))
    if changes := audit.difference(before, after):
        audit.record(schedule, audit.Action.UPDATE, by=by, changes=changes)


def _tomorrow() -> dt.date:
    return cairo_today() + dt.timedelta(days=1)
