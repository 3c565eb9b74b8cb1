"""Pages of paper, receipts and Z sheets: looked at by GET, put on paper by POST, which is what counts."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from ..models import CashSession, Payment
from ..receipts import paper_of
from ..services import print_receipt, print_z_sheet
from ..services.receipts import SELLER
from ..zsheet import z_sheet_of


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


def z_sheet_page(request: HttpRequest, session: CashSession) -> HttpResponse:
    """The sheet of a closed day, in Arabic; the form's POST counts a print, with who and when."""
    printing = request.method == "POST"
    if printing:
        session = print_z_sheet(session.pk, by=request.user)  # type: ignore[arg-type]
    with translation.override("ar"):
        response = TemplateResponse(
            request,
            "receipts/z_sheet.html",
            {
                "sheet": z_sheet_of(session),
                "session": session,
                "seller": SELLER,
                "printing": printing,
                "printed_at": timezone.now(),
            },
        )
        return response.render()
