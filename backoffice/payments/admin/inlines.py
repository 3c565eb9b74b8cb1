"""Payments and refunds beneath what they belong to, to look at."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from backoffice.shared.admin import ReadOnlyInline
from backoffice.shared.admin.figures import badge, left_to_right, money, phone, two_lines

from ..models import Payment, RefundRequest

# What stands where a place would, for money that lies on a family's account.
ON_ACCOUNT = _("The family's account")

PAYMENT_COLOURS = {
    "pending": "warning",
    "paid": "success",
    "partially_refunded": "info",
    "refunded": "danger",
}
REFUND_COLOURS = {
    "requested": "warning",
    "approved": "info",
    "processed": "success",
    "rejected": "danger",
    "cancelled": "",
}
PEOPLE_OF_PLACE = ("enrollment__child__primary_parent__user", "enrollment__student__user", "enrollment__course__season")


def receipt_link(payment: Payment | None) -> SafeString | str:
    """The receipt's number, which opens the paper; a dash before there is one."""
    receipt = getattr(payment, "receipt", None)
    if payment is None or receipt is None:
        return "—"
    address = reverse("admin:payments_payment_receipt", args=[payment.pk])
    return format_html('<a href="{}" class="text-link"><bdi dir="ltr">{}</bdi></a>', address, receipt.number)


def _paper_icon(payment: Payment) -> SafeString | str:
    """A sign that opens the receipt; nothing before there is one."""
    if not hasattr(payment, "receipt"):
        return ""
    address = reverse("admin:payments_payment_receipt", args=[payment.pk])
    sign = '<a href="{}" target="_blank" title="{}"><span class="material-symbols-outlined">print</span></a>'
    return format_html(sign, address, _("Print the receipt"))


def place_link(payment: Payment | RefundRequest) -> SafeString | str:
    """The participant whose place was paid for, with a way to its page."""
    if payment.enrollment is None:
        return str(ON_ACCOUNT)
    address = reverse("admin:enrollments_enrollment_change", args=[payment.enrollment_id])
    return format_html('<a href="{}" class="text-link">{}</a>', address, payment.enrollment.participant)


def payer_cell(payment: Payment) -> SafeString:
    """Who paid, and the number to call."""
    user = payment.payer.user  # type: ignore[attr-defined]
    return two_lines(user, phone(user.phone_number1))


class PaymentInline(ReadOnlyInline):
    """Payments, the newest first."""

    model = Payment
    # The row's own name says what its columns say.
    show_title = False
    verbose_name_plural = _("Payments")
    fields: ClassVar[Any] = ("number", "sum", "method", "reference_number", "state", "paid_at", "recorded_by")
    readonly_fields: ClassVar[Any] = ("number", "sum", "state")
    ordering = ("-recorded_at",)
    per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With their receipts and who took them."""
        return super().get_queryset(request).select_related("receipt", "recorded_by")

    @display(description=_("receipt"))
    def number(self, row: Payment) -> SafeString | str:
        """The receipt's number, which leads to the payment, and the paper beside it."""
        address = reverse("admin:payments_payment_change", args=[row.pk])
        receipt = getattr(row, "receipt", None)
        name = left_to_right(receipt.number) if receipt else "…"
        return format_html('<a href="{}" class="text-link">{}</a> {}', address, name, _paper_icon(row))

    @display(description=_("amount (EGP)"))
    def sum(self, row: Payment) -> SafeString | str:
        """The amount."""
        return money(row.amount)

    @display(description=_("status"))
    def state(self, row: Payment) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), PAYMENT_COLOURS.get(row.status, ""))


class SessionPaymentInline(PaymentInline):
    """A session's payments, with whose they are."""

    fields: ClassVar[Any] = ("number", "who", "sum", "state", "paid_at")
    readonly_fields: ClassVar[Any] = ("number", "who", "sum", "state")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """With their people."""
        return super().get_queryset(request).select_related(*PEOPLE_OF_PLACE)

    @display(description=_("enrolment"))
    def who(self, row: Payment) -> str:
        """The participant and the course."""
        return str(row.enrollment or ON_ACCOUNT)


class RefundInline(ReadOnlyInline):
    """Refunds of a payment."""

    model = RefundRequest
    show_title = False
    verbose_name_plural = _("Refunds")
    fields: ClassVar[Any] = ("sum", "state", "reason", "requested_by", "decided_by", "processed_at", "paper")
    readonly_fields: ClassVar[Any] = ("sum", "state", "paper")
    ordering = ("-requested_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundRequest]:
        """With the people who dealt with them."""
        return super().get_queryset(request).select_related("requested_by", "decided_by")

    @display(description=_("refund number"))
    def paper(self, row: RefundRequest) -> SafeString:
        """The number, or a sign as long as there is none; it leads to the refund."""
        address = reverse("admin:payments_refundrequest_change", args=[row.pk])
        name = left_to_right(row.number) or "…"
        return format_html('<a href="{}" class="text-link">{}</a>', address, name)

    @display(description=_("amount (EGP)"))
    def sum(self, row: RefundRequest) -> SafeString | str:
        """The amount."""
        return money(row.amount)

    @display(description=_("status"))
    def state(self, row: RefundRequest) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), REFUND_COLOURS[row.status])


class SessionRefundInline(RefundInline):
    """Cash that was paid back out of a session's drawer."""

    verbose_name_plural = _("Paid back out of this drawer")
    fields: ClassVar[Any] = ("paper", "sum", "reason", "processed_at")
