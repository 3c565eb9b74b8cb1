"""Filters that requests and money share."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.shared.models import ImportBatch

# A list of more is no help to choose from; older imports are found from their own page.
LATEST = 30


class ImportFilter(SimpleListFilter):
    """Rows that came with one of the latest imported sheets, or with none."""

    title = _("import")
    parameter_name = "import"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """None, and the latest sheets."""
        kind, status = ImportBatch.Kind.CHILDREN, ImportBatch.Status.COMMITTED
        batches = ImportBatch.objects.filter(kind=kind, status=status).order_by("-uploaded_at")[:LATEST]
        named = [(str(batch.pk), f"{batch.file_name} · {batch.uploaded_at:%d/%m/%Y}") for batch in batches]
        return [("none", _("Entered by hand")), *named]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the sheet."""
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen == "none":
            return queryset.filter(import_batch__isnull=True)
        return queryset.filter(import_batch__in=[one for one, _name in self.lookup_choices if one == chosen])
