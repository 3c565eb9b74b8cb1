"""Filters that requests and money share."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.shared.models import ImportBatch

from ..models import EnrollmentRequest

# A list of more is no help to choose from; older imports are found from their own page.
LATEST = 30


class OfferFilter(SimpleListFilter):
    """Requests for which a freed seat is kept, and those whose time for it is over."""

    title = _("offered seat")
    parameter_name = "offer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Kept now, or kept for too long."""
        return [("open", _("Offered a seat")), ("over", _("Offer is over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with such an offer."""
        offered = EnrollmentRequest.objects.called()
        over = EnrollmentRequest.objects.lapsed(timezone.now())
        match self.value():
            case "open":
                return queryset.filter(pk__in=offered.values("pk")).exclude(pk__in=over.values("pk"))
            case "over":
                return queryset.filter(pk__in=over.values("pk"))
            case _:
                return queryset


class OverbookedFilter(SimpleListFilter):
    """Places that were given above their course's capacity."""

    title = _("overbooked places")
    parameter_name = "overbooked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Above the capacity, or not."""
        return [("yes", _("Above the capacity")), ("no", _("Within the capacity"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The places of one kind."""
        match self.value():
            case "yes":
                return queryset.exclude(overbook_reason="")
            case "no":
                return queryset.filter(overbook_reason="")
            case _:
                return queryset


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
