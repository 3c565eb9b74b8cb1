"""The payment sheet: the list as it is filtered now, looked at first, then as a file."""

from copy import copy
from decimal import Decimal
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.shared.sheets.download import stream
from backoffice.shared.sheets.tables import Table
from backoffice.users.fresh_password import Act
from backoffice.users.password_page import password_first

from ..models import Payment
from ..resources import COLUMNS, CSV, XLSX, payment_table, record_export, sheet_name
from ..resources import payment_sheet as pieces_of

CONTENT_TYPES = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}
PREVIEW = "preview"
FIRST_ROWS = 20


def payment_sheet(request: HttpRequest, kind: str, model_admin: Any) -> HttpResponseBase:
    """Show or export what the list shows under the same address's filters, search and order, all pages of it."""
    if not request.user.has_perm("payments.export_payment"):
        raise PermissionDenied
    if kind != PREVIEW and kind not in CONTENT_TYPES:
        raise Http404
    try:
        payments = _listed(request, model_admin)
    except IncorrectLookupParameters:
        # The list says what is wrong with the filter; a file of something else would say nothing.
        return HttpResponseRedirect(reverse("admin:payments_payment_changelist") + "?e=1")
    if kind != PREVIEW:
        back = f"{reverse('admin:payments_payment_changelist')}?{request.GET.urlencode()}"
        if (first := password_first(Act.EXPORT_OF_PEOPLE, request, back=back)) is not None:
            return first
    table = payment_table(payments)
    table.open()
    try:
        return _preview(request, table, model_admin) if kind == PREVIEW else _file(request, table, kind)
    except BaseException:
        table.close()
        raise


def _listed(request: HttpRequest, model_admin: Any) -> QuerySet[Payment]:
    """What the list shows, without a page of it: counting and fetching that would keep the first byte waiting."""

    class Lines(model_admin.get_changelist(request)):  # type: ignore[misc]
        def get_results(self, request: HttpRequest) -> None:
            """Nobody looks at them."""
            self.result_list: list[Payment] = []

    # The class is all that an admin lets choose of its list, so a list like it chooses another.
    asked = copy(model_admin)
    asked.get_changelist = lambda request, **kwargs: Lines
    payments: QuerySet[Payment] = asked.get_changelist_instance(request).queryset
    return payments


def _file(request: HttpRequest, table: Table, kind: str) -> HttpResponseBase:
    """The file; that it was taken is in the trail before its first byte is sent."""
    filters = "&".join(f"{name}={value}" for name, values in request.GET.lists() for value in values)
    record_export(kind, table.count(), filters, by=request.user)  # type: ignore[arg-type]
    name, content_type = sheet_name(kind), CONTENT_TYPES[kind]
    return stream(request, pieces_of(table, kind), name=name, content_type=content_type, close=table.close)


def _preview(request: HttpRequest, table: Table, model_admin: Any) -> HttpResponseBase:
    """How many rows, what was paid by which method, and the first rows as they will stand in the file."""
    by_method = [_figures(*row) for row in table.totals(by="method")]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Payment sheet"),
        "opts": model_admin.opts,
        "by_method": by_method,
        "total": {key: sum((row[key] for row in by_method), 0) for key in ("rows", "paid", "refunded", "net")},
        "columns": COLUMNS,
        "rows": table.first(FIRST_ROWS),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
    }
    table.close()
    return TemplateResponse(request, "admin/payments/sheet_preview.html", context)


def _figures(method: str, rows: int, amount: Decimal, refunded: Decimal, net: Decimal) -> dict[str, Any]:
    """A method's line; promises and voids are no money, so what was paid is what is left and what went back."""
    return {"method": method, "rows": rows, "paid": net + refunded, "refunded": refunded, "net": net}
