"""What of money leaves as a sheet: the payment sheet, as XLSX and as CSV. Money is exported and never imported."""

from collections.abc import Iterator
from typing import IO, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.shared import audit
from backoffice.shared.sheets.write import Column, iter_csv, write_xlsx
from backoffice.users.models import CustomUser

from .models import Payment
from .selectors import PaymentSheetRow, payment_sheet_rows

XLSX: Final = "xlsx"
CSV: Final = "csv"

# In the order of PaymentSheetRow's fields that are named here; each column's key is the field.
COLUMNS: Final = (
    Column("receipt", gettext_lazy("Receipt"), width=15),
    Column("paid_at", gettext_lazy("Paid at"), kind="datetime", width=18),
    Column("participant", gettext_lazy("Participant"), width=28),
    Column("code", gettext_lazy("code"), width=10),
    Column("payer", gettext_lazy("Payer"), width=28),
    Column("phone", gettext_lazy("Phone number"), width=17),
    Column("course", gettext_lazy("Course"), width=26),
    Column("season", gettext_lazy("Season"), width=20),
    Column("method", gettext_lazy("Method"), width=14),
    Column("reference", gettext_lazy("Reference"), width=20),
    Column("amount", gettext_lazy("Amount (EGP)"), kind="money", width=14, total=True),
    Column("refunded", gettext_lazy("Refunded (EGP)"), kind="money", width=14, total=True),
    # A promise and a struck-out payment are no money: their net is zero.
    Column("net", gettext_lazy("Net received (EGP)"), kind="money", width=16, total=True),
    Column("status", gettext_lazy("Status"), width=16),
    Column("recorded_by", gettext_lazy("Recorded by"), width=22),
    Column("origin", gettext_lazy("Import"), width=12),
    Column("notes", gettext_lazy("Notes"), width=36),
)


def sheet_name(kind: str) -> str:
    """The file's name, in Arabic, with the day in Cairo."""
    return f"كشف المدفوعات {timezone.localdate():%Y-%m-%d}.{kind}"


def write_payment_sheet(payments: QuerySet[Payment], kind: str, out: IO[bytes]) -> int:
    """Write the payments of a queryset, in its order, and return how many they are; memory doesn't grow with them."""
    rows = _cells(payment_sheet_rows(payments))
    if kind == XLSX:
        return write_xlsx(out, title=_("Payment sheet"), columns=COLUMNS, rows=rows)
    count = 0

    def counted() -> Iterator[tuple[object, ...]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for piece in iter_csv(COLUMNS, counted()):
        out.write(piece)
    return count


def record_export(kind: str, rows: int, filters: str, *, by: CustomUser) -> None:
    """Write into the trail who took how much of the ledger away, and by which filters."""
    changes = {"format": [None, kind], "rows": [None, rows], "filters": [None, filters]}
    with transaction.atomic():
        entry = audit.entry(Payment(), audit.Action.EXPORT, by=by, changes=changes)
        # About the whole ledger and not about one payment.
        entry.object_id, entry.object_name = "*", sheet_name(kind)
        entry.save(force_insert=True)


def _cells(rows: Iterator[PaymentSheetRow]) -> Iterator[tuple[object, ...]]:
    keys = [column.key for column in COLUMNS]
    for row in rows:
        yield tuple(getattr(row, key) for key in keys)
