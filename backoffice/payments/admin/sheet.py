"""The payment sheet: the list as it is filtered now, as a file."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from backoffice.shared.sheets.download import download, temporary_file

from ..resources import CSV, XLSX, record_export, sheet_name, write_payment_sheet

CONTENT_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


def payment_sheet(request: HttpRequest, kind: str, model_admin: Any) -> HttpResponseBase:
    """Export what the list shows under the same address's filters, search and order, all pages of it."""
    if not request.user.has_perm("payments.export_payment"):
        raise PermissionDenied
    if kind not in CONTENT_TYPES:
        raise Http404
    try:
        payments = model_admin.get_changelist_instance(request).queryset
    except IncorrectLookupParameters:
        # The list says what is wrong with the filter; a file of something else would say nothing.
        return HttpResponseRedirect(reverse("admin:payments_payment_changelist") + "?e=1")
    file = temporary_file()
    rows = write_payment_sheet(payments, kind, file)
    filters = "&".join(f"{name}={value}" for name, values in request.GET.lists() for value in values)
    record_export(kind, rows, filters, by=request.user)  # type: ignore[arg-type]
    return download(request, file, name=sheet_name(kind), content_type=CONTENT_TYPES[kind])
