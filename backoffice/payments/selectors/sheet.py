"""The lines of the accountants' payment sheet."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.enrollments.models import PaymentMethod
from backoffice.shared.money import CENT

from ..models import Payment, RefundRequest
from .balances import summed

CHUNK = 2000

_PEOPLE = ("enrollment__student__user", "payer_parent__user", "payer_student__user", "recorded_by")
_COLUMNS = (
    "receipt__number",
    "paid_at",
    "enrollment__child__name",
    "enrollment__child__unique_code",
    "enrollment__student__unique_code",
    *(f"{person}__{name}" for person in _PEOPLE for name in ("first_name", "last_name")),
    "payer_parent__user__phone_number1",
    "payer_student__user__phone_number1",
    "enrollment__course__name",
    "enrollment__course__season__name",
    "amount",
    "sheet_refunded",
    "method",
    "reference_number",
    "status",
    "import_batch_id",
    "notes",
)


class PaymentSheetRow(NamedTuple):
    """One payment as the sheet shows it; amounts in EGP, times in Cairo without a zone, as spreadsheets have them."""

    receipt: str
    paid_at: dt.datetime | None
    participant: str
    code: str
    payer: str
    phone: str
    course: str
    season: str
    amount: Decimal
    refunded: Decimal
    net: Decimal
    method: str
    reference: str
    status: str
    recorded_by: str
    origin: str
    notes: str


def payment_sheet_rows(payments: QuerySet[Payment]) -> Iterator[PaymentSheetRow]:
    """The payments of a queryset, in its order, as lines of the sheet: one query, a chunk at a time in memory."""
    methods, statuses = dict(PaymentMethod.choices), dict(Payment.Status.choices)
    refunds = RefundRequest.objects.processed().filter(payment=OuterRef("pk"))
    rows = payments.annotate(sheet_refunded=summed(refunds, by="payment")).values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=CHUNK):
        values = dict(zip(_COLUMNS, row, strict=True))
        who = "child" if values["enrollment__child__unique_code"] else "student"
        settled = values["status"] in ("paid", "partially_refunded", "refunded")
        refunded = Decimal(values["sheet_refunded"]).quantize(CENT)
        paid_at = values["paid_at"]
        yield PaymentSheetRow(
            receipt=values["receipt__number"] or "",
            paid_at=timezone.localtime(paid_at).replace(tzinfo=None) if paid_at else None,
            participant=values["enrollment__child__name"] or _full_name(values, "enrollment__student__user"),
            code=values[f"enrollment__{who}__unique_code"],
            payer=_full_name(values, "payer_parent__user") or _full_name(values, "payer_student__user"),
            phone=str(values["payer_parent__user__phone_number1"] or values["payer_student__user__phone_number1"]),
            course=values["enrollment__course__name"],
            season=values["enrollment__course__season__name"],
            amount=values["amount"],
            refunded=refunded,
            # A promise and a void are no money.
            net=values["amount"] - refunded if settled else Decimal("0.00"),
            method=str(methods.get(values["method"], values["method"])),
            reference=values["reference_number"],
            status=str(statuses.get(values["status"], values["status"])),
            recorded_by=_full_name(values, "recorded_by"),
            origin=_("Import") if values["import_batch_id"] else "",
            notes=values["notes"],
        )


def _full_name(values: dict[str, Any], person: str) -> str:
    return f"{values[f'{person}__first_name'] or ''} {values[f'{person}__last_name'] or ''}".strip()
