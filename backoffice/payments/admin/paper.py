"""The receipt's page: looked at by GET, put on paper by POST, which is what counts."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation

from ..models import Payment
from ..receipts import paper_of
from ..services import print_receipt


def receipt_page(request: HttpRequest, payment: Payment) -> HttpResponse:
    """The paper. A browser that fetches pages ahead or reloads them prints nothing: only the form's POST counts."""
    printing = request.method == "POST"
    receipt = print_receipt(payment.pk, by=request.user) if printing else payment.receipt  # type: ignore[arg-type]
    # The paper is for families: Arabic, whatever language the person's screens are in.
    with translation.override("ar"):
        response = TemplateResponse(
            request,
            "receipts/receipt.html",
            {"paper": paper_of(receipt), "receipt": receipt, "payment": payment, "printing": printing},
        )
        return response.render()
