"""The supervisors' weekly hours, and the rows of the coming days that follow them."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared import audit
from backoffice.shared.errors import DomainError
from backoffice.users.models import Instructor

from ..models import InstructorAttendance, SupervisorSchedule
from .expected import add_rows_of_rota

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@dataclass(frozen=True)
class Hours:
    """A stretch of a week, Saturday=0 … Friday=6; how late is late, and when who hasn't come is absent, in minutes."""

    weekday: int
    start_time: dt.time
    end_time: dt.time
    grace_period_minutes: int = 20
    auto_absent_after_minutes: int = 60


@transaction.atomic
def add_rota(
    supervisor_id: UUID, hours: Hours, *, by: "CustomUser", begins_on: dt.date | None = None
) -> SupervisorSchedule:
    """Give a supervisor weekly hours from a day on, today by default; the coming days' rows are made at once.

    Raises DomainError `own_rota`, `not_a_supervisor`, `rota_overlap`, `ends_before_start`, `grace_after_absence`.
    """
    supervisor = _hold(supervisor_id, by)
    if supervisor.type != Instructor.Type.SUPERVISOR:
        raise DomainError("not_a_supervisor", _("Only supervisors are on the rota."), field="supervisor")
    schedule = SupervisorSchedule(supervisor=supervisor, begins_on=begins_on or timezone.localdate())
    _set(schedule, hours)
    schedule.save()
    audit.record_created(schedule, by=by)
    add_rows_of_rota(schedule)
    return schedule


@transaction.atomic
def change_rota(schedule_id: int, hours: Hours, *, by: "CustomUser") -> SupervisorSchedule:
    """Change weekly hours; rows of today and later on which nothing has happened yet follow.

    Raises DomainError `own_rota`, `rota_has_ended`, `rota_overlap`, `ends_before_start`, `grace_after_absence`.
    """
    schedule = _hold_schedule(schedule_id, by)
    before, weekday = audit.snapshot(schedule), schedule.weekday
    _set(schedule, hours)
    schedule.save()
    audit.record_changed(schedule, before, by=by)
    waiting = _waiting_rows(schedule)
    if schedule.weekday != weekday:
        waiting.delete()
    else:
        hours_of_rows = {"start_time": schedule.start_time, "end_time": schedule.end_time}
        waiting.update(**hours_of_rows, status=InstructorAttendance.Status.NOT_STARTED)
    add_rows_of_rota(schedule)
    return schedule


@transaction.atomic
def end_rota(schedule_id: int, *, by: "CustomUser") -> SupervisorSchedule:
    """End weekly hours with today: what was before stays, who hasn't come yet is expected no more.

    Raises DomainError `own_rota`, `rota_has_ended`.
    """
    schedule = _hold_schedule(schedule_id, by)
    before = audit.snapshot(schedule)
    schedule.ended_on = max(timezone.localdate(), schedule.begins_on)
    schedule.save(update_fields=["ended_on"])
    audit.record_changed(schedule, before, by=by)
    # Nobody has written anything on these rows; the entry of the hours says why they go.
    _waiting_rows(schedule).delete()
    return schedule


def _hold(supervisor_id: UUID, by: "CustomUser") -> Instructor:
    """The supervisor, held: whoever changes their hours waits here."""
    if supervisor_id == by.pk:
        raise DomainError("own_rota", _("Nobody sets their own hours: ask a colleague."))
    held = Instructor.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    supervisor: Instructor = held.get(pk=supervisor_id)
    return supervisor


def _hold_schedule(schedule_id: int, by: "CustomUser") -> SupervisorSchedule:
    supervisor_id = SupervisorSchedule.objects.values_list("supervisor_id", flat=True).get(pk=schedule_id)
    supervisor = _hold(supervisor_id, by)
    schedule: SupervisorSchedule = SupervisorSchedule.objects.lock(schedule_id)
    schedule.supervisor = supervisor
    if schedule.ended_on is not None:
        raise DomainError("rota_has_ended", _("These hours have ended. Add new ones."))
    return schedule


def _set(schedule: SupervisorSchedule, hours: Hours) -> None:
    if hours.end_time <= hours.start_time:
        raise DomainError("ends_before_start", _("The end must be after the start."), field="end_time")
    if hours.auto_absent_after_minutes < hours.grace_period_minutes:
        sentence = _("Nobody is absent before the grace is over.")
        raise DomainError("grace_after_absence", sentence, field="auto_absent_after_minutes")
    schedule.weekday = hours.weekday
    schedule.start_time, schedule.end_time = hours.start_time, hours.end_time
    schedule.grace_period_minutes = hours.grace_period_minutes
    schedule.auto_absent_after_minutes = hours.auto_absent_after_minutes
    _refuse_overlap(schedule)


def _refuse_overlap(schedule: SupervisorSchedule) -> None:
    others = SupervisorSchedule.objects.current().filter(supervisor=schedule.supervisor_id, weekday=schedule.weekday)
    overlapping = others.filter(start_time__lt=schedule.end_time, end_time__gt=schedule.start_time)
    other = overlapping.exclude(pk=schedule.pk).first()
    if other is not None:
        sentence = _("These hours overlap with %(hours)s.") % {"hours": other}
        raise DomainError("rota_overlap", sentence, field="start_time")


def _waiting_rows(schedule: SupervisorSchedule) -> QuerySet[InstructorAttendance]:
    rows: QuerySet[InstructorAttendance] = InstructorAttendance.objects.expected()
    return rows.filter(schedule=schedule, day__gte=timezone.localdate())
