"""Makers of what is kept of reports."""

from typing import Any

from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import make_staff
from reports.models import ReportSchedule
from reports.registry import reports
from reports.services import Plan, make_schedule

LOCMEM = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


def plan(*recipients: CustomUser, **overrides: Any) -> Plan:
    """Every day, as CSV, about the filters as they are."""
    return Plan(**({"name": "كل صباح", "kind": "csv", "rhythm": "day", "recipients": list(recipients)} | overrides))


def make_report_schedule(
    *recipients: CustomUser, report: str = "receivables", filters: str = "", **overrides: Any
) -> ReportSchedule:
    """A schedule that began long ago, made by a manager."""
    by = make_staff("Managers")
    schedule = make_schedule(reports()[report], filters=filters, plan=plan(*recipients, **overrides), by=by)
    ReportSchedule.objects.filter(pk=schedule.pk).update(begins_on="2026-01-01")
    schedule.refresh_from_db()
    return schedule


def accountant(**overrides: Any) -> CustomUser:
    """An accountant with an address."""
    return make_staff("Accountants", **({"email": "huda@example.org", "first_name": "هدى"} | overrides))
