"""What of money leaves as a sheet: the payment sheet, as XLSX and as CSV. Money is exported and never imported."""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.shared import audit
from backoffice.shared.sheets.layout import Column
from backoffice.shared.sheets.tables import PREFIX, Table
from backoffice.users.models import CustomUser

from .models import Payment
from .selectors import with_sheet_columns

XLSX: Final = "xlsx"
CSV: Final = "csv"

# Each column's key is that of `with_sheet_columns`.
COLUMNS: Final = (
    Column("receipt", gettext_lazy("Receipt"), width=15, is_plain=True),
    Column("paid_at", gettext_lazy("Paid at"), kind="datetime", width=18),
    Column("participant", gettext_lazy("Participant"), width=28),
    Column("code", gettext_lazy("code"), width=10, is_plain=True),
    Column("payer", gettext_lazy("Payer"), width=28),
    Column("phone", gettext_lazy("Phone number"), width=17),
    Column("course", gettext_lazy("Course"), width=26),
    Column("season", gettext_lazy("Season"), width=20),
    Column("method", gettext_lazy("Method"), width=14, is_plain=True),
    Column("reference", gettext_lazy("Reference"), width=20),
    Column("amount", gettext_lazy("Amount (EGP)"), kind="money", width=14, total=True),
    Column("refunded", gettext_lazy("Refunded (EGP)"), kind="money", width=14, total=True),
    # A promise and a struck-out payment are no money: their net is zero.
    Column("net", gettext_lazy("Net received (EGP)"), kind="money", width=16, total=True),
    Column("status", gettext_lazy("Status"), width=16, is_plain=True),
    Column("recorded_by", gettext_lazy("Recorded by"), width=22),
    Column("origin", gettext_lazy("Import"), width=12, is_plain=True),
    Column("notes", gettext_lazy("Notes"), width=36),
)


def sheet_name(kind: str) -> str:
    """The file's name, in Arabic, with the day in Cairo."""
    return f"كشف المدفوعات {timezone.localdate():%Y-%m-%d}.{kind}"


def payment_table(payments: QuerySet[Payment]) -> Table:
    """The payments of a queryset, in its order, as a table to be opened, looked at and written."""
    return Table(_("Payment sheet"), COLUMNS, with_sheet_columns(payments, PREFIX), payments)


def payment_sheet(table: Table, kind: str) -> Iterator[bytes]:
    """The sheet bit by bit while it is read; memory doesn't grow with the rows."""
    return table.xlsx() if kind == XLSX else table.csv()


def record_export(kind: str, rows: int, filters: str, *, by: CustomUser) -> None:
    """Write into the trail who took how much of the ledger away, and by which filters."""
    changes = {"format": [None, kind], "rows": [None, rows], "filters": [None, filters]}
    with transaction.atomic():
        entry = audit.entry(Payment(), audit.Action.EXPORT, by=by, changes=changes)
        # About the whole ledger and not about one payment.
        entry.object_id, entry.object_name = "*", sheet_name(kind)
        entry.save(force_insert=True)
