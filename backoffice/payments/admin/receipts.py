"""The list of receipts, to find one by its number."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.enrollments.admin import participant_cell
from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import left_to_right
from backoffice.shared.admin.filters import DayRangeFilter

from ..models import Payment, Receipt
from .drawer import BlindAmounts
from .inlines import ON_ACCOUNT, PEOPLE_OF_PLACE, payer_cell, place_link, receipt_link


@admin.register(Receipt)
class ReceiptAdmin(BlindAmounts, ReadOnly, StaffAdmin):
    """Receipts; they are never changed and never deleted."""

    list_display = ("code", "issued_at", "who", "course", "sum", "times_printed")
    list_filter = (("issued_at", DayRangeFilter), "year")
    search_fields = (
        "number",
        "payment__enrollment__child__search_text",
        "payment__enrollment__student__user__search_text",
        "payment__payer_parent__user__search_text",
    )
    search_help_text = _("A receipt's number, a name or a phone number")
    list_select_related = False
    ordering = ("-year", "-serial")
    fields: ClassVar[Any] = (("paper", "issued_at"), ("place", "course"), ("sum", "times_printed"))
    readonly_fields: ClassVar[Any] = ("paper", "place", "course", "sum")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Receipt]:
        """Receipts with their people."""
        related = (*PEOPLE_OF_PLACE, "cash_session")
        return super().get_queryset(request).select_related(*(f"payment__{one}" for one in related))

    def payment_of(self, row: Receipt) -> Payment:
        """What was receipted."""
        return row.payment

    @display(description=_("receipt"), ordering="number")
    def code(self, row: Receipt) -> SafeString | str:
        """The number."""
        return left_to_right(row.number)

    @display(description=_("receipt"))
    def paper(self, row: Receipt) -> SafeString | str:
        """The number, which opens the paper."""
        return receipt_link(row.payment)

    @display(description=_("participant"))
    def who(self, row: Receipt) -> SafeString:
        """The participant and the family's number."""
        place = row.payment.enrollment
        return participant_cell(place) if place else payer_cell(row.payment)

    @display(description=_("enrolment"))
    def place(self, row: Receipt) -> SafeString | str:
        """What was paid for."""
        return place_link(row.payment)

    @display(description=_("course"))
    def course(self, row: Receipt) -> str:
        """The course."""
        place = row.payment.enrollment
        return str(place.course if place else ON_ACCOUNT)

    @display(description=_("amount (EGP)"))
    def sum(self, row: Receipt) -> SafeString | str:
        """The amount; in the list, not of cash in the viewer's own open drawer."""
        return self.amount_of(row)
