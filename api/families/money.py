"""Payments and their receipts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request

from backoffice.payments.models import Payment, Receipt
from backoffice.payments.receipts import paper_of
from backoffice.payments.selectors import with_refunded

from ..contract import Operation, Tag
from ..filters import Filters
from ..permissions import IsParentOrStudent
from ..views import ApiView, DetailView, ListView, RowsView
from . import examples, reads, serializers


class PaymentFilters(Filters):
    """Payments for one place, of one state."""

    enrollment = django_filters.UUIDFilter(field_name="enrollment")
    status = django_filters.ChoiceFilter(choices=Payment.Status.choices)


class PaymentRows(RowsView):
    """What the person paid."""

    permission_classes = [IsParentOrStudent]

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        payments: QuerySet[Any] = Payment.objects.of_payer(self.person)
        return payments.order_by("-recorded_at", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the receipt, the place, and what went back."""
        columns: QuerySet[Any] = with_refunded(rows).values(*reads.PAYMENT_COLUMNS)
        return columns

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.payment(row) for row in rows]


class PaymentsView(PaymentRows, ListView):
    """GET /api/v1/payments/"""

    filters = PaymentFilters
    operations = {
        "GET": Operation(
            id="listPayments",
            tag=Tag.MONEY,
            summary="What I paid",
            answer=serializers.PaymentShape,
            errors=(403,),
            example=examples.PAYMENT,
        )
    }


class PaymentView(PaymentRows, DetailView):
    """GET /api/v1/payments/{id}/"""

    operations = {
        "GET": Operation(
            id="getPayment",
            tag=Tag.MONEY,
            summary="A payment of mine",
            answer=serializers.PaymentShape,
            errors=(403,),
            example=examples.PAYMENT,
        )
    }


class ReceiptView(ApiView):
    """GET /api/v1/payments/{id}/receipt/"""

    permission_classes = [IsParentOrStudent]
    operations = {
        "GET": Operation(
            id="getReceipt",
            tag=Tag.MONEY,
            summary="The receipt of a payment, as PDF",
            description="A copy for the payer's own files, and marked as one; a promise and a void have none.",
            answer={"type": "string", "format": "binary"},
            media_type="application/pdf",
            errors=(403,),
        )
    }

    def get(self, request: Request, id: UUID) -> HttpResponse:
        """The paper, drawn now."""
        # Here, for drawing loads fonts and a shaper that no other request needs.
        from backoffice.payments.receipt_pdf import draw_receipt

        mine = Payment.objects.of_payer(self.person).filter(pk=id)
        receipt = Receipt.objects.select_related("payment__split_of").filter(payment__in=mine).first()
        if receipt is None:
            raise exceptions.NotFound(_("There is no such thing, or it isn't yours."))
        answer = HttpResponse(draw_receipt(paper_of(receipt)), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="receipt-{receipt.number}.pdf"'
        return answer
