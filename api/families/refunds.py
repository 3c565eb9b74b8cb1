"""Asking for money back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from backoffice.payments.models import RefundRequest
from backoffice.payments.services import cancel_refund_request, request_own_refund

from ..contract import Operation, Tag
from ..filters import Filters
from ..permissions import IsParentOrStudent
from ..views import ApiView, DetailView, ListView, RowsView
from . import examples, reads, serializers


class RefundFilters(Filters):
    """Refunds of one place, of one state."""

    enrollment = django_filters.UUIDFilter(field_name="enrollment")
    status = django_filters.ChoiceFilter(choices=RefundRequest.Status.choices)


class RefundRows(RowsView):
    """Refunds that the person asked for, and those of what the person paid."""

    permission_classes = [IsParentOrStudent]

    def rows(self) -> QuerySet[Any]:
        """The latest first."""
        refunds: QuerySet[Any] = RefundRequest.objects.of_payer(self.person)
        return refunds.order_by("-requested_at", "pk")

    def columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With the payment, which knows who paid."""
        return rows.select_related("payment")

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Line by line."""
        return [reads.refund(row, self.person) for row in rows]


class RefundsView(RefundRows, ListView):
    """GET, POST /api/v1/refund-requests/"""

    filters = RefundFilters
    operations = {
        "GET": Operation(
            id="listRefundRequests",
            tag=Tag.MONEY,
            summary="Money that I asked back, or that goes back to me",
            answer=serializers.RefundShape,
            errors=(403,),
            example=examples.REFUND,
        ),
        "POST": Operation(
            id="requestRefund",
            tag=Tag.MONEY,
            summary="Ask for money of a place to go back",
            description="Each payment that money goes back from has its own refund, the newest payment first; all of "
            "them or none are asked for. The office decides.",
            body=serializers.NewRefund,
            body_example=examples.NEW_REFUND,
            answer=serializers.AskedRefunds,
            status=201,
            errors=(403,),
            codes=("nothing_to_refund", "more_than_paid"),
            example={"requests": [examples.REFUND]},
        ),
    }

    def post(self, request: Request) -> Response:
        """One refund a payment."""
        asked = self.read(serializers.NewRefund)
        made = request_own_refund(asked.pop("enrollment"), by=self.person, **asked)
        return Response({"requests": self.shown(made)}, status=status.HTTP_201_CREATED)


class RefundView(RefundRows, DetailView):
    """GET /api/v1/refund-requests/{id}/"""

    operations = {
        "GET": Operation(
            id="getRefundRequest",
            tag=Tag.MONEY,
            summary="A refund of mine",
            answer=serializers.RefundShape,
            errors=(403,),
            example=examples.REFUND,
        )
    }


class CancelRefundView(RefundRows, ApiView):
    """POST /api/v1/refund-requests/{id}/cancel/"""

    operations = {
        "POST": Operation(
            id="cancelRefundRequest",
            tag=Tag.MONEY,
            summary="Take a refund request back while nobody has decided on it",
            answer=serializers.RefundShape,
            errors=(403,),
            codes=("not_your_request", "illegal_step"),
            example={**examples.REFUND, "status": "cancelled"},
        )
    }

    def post(self, request: Request, id: UUID) -> Response:
        """Only whoever asked for it."""
        cancelled = cancel_refund_request(self.one(pk=id).pk, by=self.person)
        return Response(self.shown([cancelled])[0])
