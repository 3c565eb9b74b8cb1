"""What leaves the house is in the audit trail."""

from django.db import transaction

from backoffice.shared import audit
from backoffice.users.models import CustomUser

from .definition import Report
from .models import Report as ReportKind


def record_export(report: Report, kind: str, *, rows: int, filters: str, by: CustomUser) -> None:
    """Write who took which report in which form, by which filters, and how many rows it had."""
    changes = {"format": [None, kind], "rows": [None, rows], "filters": [None, filters]}
    with transaction.atomic():
        entry = audit.entry(ReportKind(slug=report.slug), audit.Action.EXPORT, by=by, changes=changes)
        entry.object_name = str(report.title)[:250]
        entry.save(force_insert=True)
