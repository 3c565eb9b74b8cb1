"""What leaves the house is in the audit trail."""

from collections.abc import Sequence

from django.db import transaction

from backoffice.shared import audit
from backoffice.users.models import CustomUser

from .definition import Report
from .models import Report as ReportKind
from .models import ReportDelivery


def record_export(report: Report, kind: str, *, rows: int, filters: str, by: CustomUser) -> None:
    """Write who took which report in which form, by which filters, and how many rows it had."""
    changes = {"format": [None, kind], "rows": [None, rows], "filters": [None, filters]}
    with transaction.atomic():
        entry = audit.entry(ReportKind(slug=report.slug), audit.Action.EXPORT, by=by, changes=changes)
        entry.object_name = str(report.title)[:250]
        entry.save(force_insert=True)


def record_sending(report: Report, delivery: ReportDelivery, *, filters: str, to: Sequence[CustomUser]) -> None:
    """Write which scheduled report is about to go to whom, by whose schedule, and how many rows it has."""
    schedule = delivery.schedule
    told = {
        "format": schedule.kind,
        "rows": delivery.rows,
        "filters": filters,
        "schedule": f"{schedule} ({schedule.pk})",
        "made_by": str(schedule.made_by),
        "recipients": "، ".join(f"{person} <{person.email}>" for person in to),
        "business_day": f"{delivery.business_day:%Y-%m-%d}",
    }
    changes = {name: [None, value] for name, value in told.items()}
    with transaction.atomic():
        entry = audit.entry(ReportKind(slug=report.slug), audit.Action.EXPORT, by=None, changes=changes)
        entry.object_name = str(report.title)[:250]
        entry.save(force_insert=True)
