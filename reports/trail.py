"""What leaves the house is in the audit trail."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from backoffice.shared import audit
from backoffice.users.models import CustomUser

from .definition import Report
from .filters import Filters
from .models import Export, ReportDelivery
from .models import Report as ReportKind
from .registry import reports


def record_export(report: Report, kind: str, *, rows: int, filters: str, by: CustomUser) -> None:
    """Write who took which report in which form, by which filters, and how many rows it had."""
    changes = {"format": [None, kind], "rows": [None, rows], "filters": [None, filters]}
    _record(report, audit.Action.EXPORT, changes, by=by)


def record_download(export: Export, *, by: CustomUser) -> None:
    """Write that a kept export was taken; that it was made is there already."""
    changes = {"format": [None, export.kind], "rows": [None, export.rows_done], "export": [None, str(export.pk)]}
    _record(reports()[export.slug], audit.Action.VIEW, changes, by=by)


def filtered_by(filters: Filters) -> str:
    """What was filtered by, as the trail keeps it: with what the address left to its beginnings."""
    values = {name: filters.cleaned_data.get(name) for name in filters.fields}
    return "&".join(f"{name}={getattr(value, 'pk', value)}" for name, value in values.items() if value)


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
    _record(report, audit.Action.EXPORT, {name: [None, value] for name, value in told.items()}, by=None)


@transaction.atomic
def _record(report: Report, action: str, changes: dict[str, Any], *, by: CustomUser | None) -> None:
    entry = audit.entry(ReportKind(slug=report.slug), action, by=by, changes=changes)
    entry.object_name = str(report.title)[:250]
    entry.save(force_insert=True)
