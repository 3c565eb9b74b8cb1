"""The screen of payments: recorded, settled, struck out, receipted, exported; never edited."""

import re
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice.enrollments.admin import ImportFilter, participant_cell
from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, two_lines
from backoffice.shared.admin.filters import DayRangeFilter
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.shared.text import ascii_digits, clean, isolated

from .. import services
from ..models import Payment
from ..querysets import SETTLED
from ..search import search_payments
from ..selectors import balance_of
from .dialogs import ChoosePlaceForm, RecordPaymentForm, RefundDialog, VoidDialog
from .drawer import BlindAmounts, once_counted
from .filters import CashierFilter
from .inlines import ON_ACCOUNT, PAYMENT_COLOURS, PEOPLE_OF_PLACE, RefundInline, payer_cell, place_link
from .paging import DeepPaginator
from .paper import receipt_page
from .sheet import payment_sheet
from .split import split_transfer
from .statements import statement

# A receipt's number, or its end: dashes are part of it here, and not what a phone number is written with.
_RECEIPT_NUMBER = re.compile(r"(?:R-)?[0-9]{4}-[0-9]{1,9}|[0-9]{6}")


@admin.register(Payment)
class PaymentAdmin(BlindAmounts, OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """The ledger of what was paid."""

    add_permission = "payments.add_payment"

    list_display = (
        "number",
        "paid_at",
        "who",
        "payer_cell",
        "course",
        "sum",
        "method",
        "reference",
        "state",
        "recorded_by",
    )
    list_display_links = ("number", "paid_at", "who")
    list_filter = (
        ("paid_at", DayRangeFilter),
        "method",
        "status",
        ("enrollment__course", AutocompleteSelectFilter),
        "enrollment__course__season",
        CashierFilter,
        ImportFilter,
    )
    search_fields = (
        "enrollment__child__search_text",
        "enrollment__student__user__search_text",
        "enrollment__student__unique_code",
        "payer_parent__user__search_text",
        "payer_student__user__search_text",
        "enrollment__course__search_text",
        "receipt__number",
        "reference_number",
    )
    search_help_text = _("A name, a number, a code, a course, a receipt or a reference")
    ordering = ("-recorded_at", "id")
    list_select_related = False
    list_before_template = "admin/payments/sheet_buttons.html"
    fields = (
        ("number", "state"),
        ("sum", "method"),
        ("reference", "paid_at"),
        ("place", "course"),
        ("payer_cell", "recorded_by"),
        ("cash_session", "import_batch"),
        "notes",
        "void_reason",
    )
    readonly_fields = ("number", "state", "sum", "reference", "place", "course", "payer_cell")
    actions_detail = ("receipt", "settle", "ask_refund", "family_statement", "void")
    actions_list = ("split",)
    steps: ClassVar[dict[str, str]] = {"settle": Payment.Status.PAID, "void": Payment.Status.VOID}
    custom_urls = (
        ("sheet/<str:kind>/", "payments_payment_sheet", once_counted(payment_sheet)),
        ("statement/<str:kind>/<uuid:pk>/", "payments_payment_statement", statement),
        ("split/", "payments_payment_split", split_transfer),
    )

    class Media:
        css: ClassVar[Any] = {"all": ["css/money.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        """Payments with their people, courses and receipts."""
        people = (*PEOPLE_OF_PLACE, "payer_parent__user", "payer_student__user", "receipt", "recorded_by")
        return super().get_queryset(request).select_related(*people, "cash_session__cashier")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Payment], search_term: str
    ) -> tuple[QuerySet[Payment], bool]:
        """By a receipt's number as it stands on the paper, else by words and numbers."""
        typed = ascii_digits(clean(search_term)).upper()
        if _RECEIPT_NUMBER.fullmatch(typed):
            found = queryset.filter(receipt__number__contains=typed)
            if found.exists():
                return found, False
        if not search_term.strip():
            return queryset, False
        return search_payments(queryset, search_term, self.get_search_fields(request)), False

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Payment], *args: Any, **kwargs: Any
    ) -> DeepPaginator:
        """Pages, counted as far as can be seen from the page that is asked for."""
        paginator = DeepPaginator(queryset, *args, **kwargs)
        wanted = request.GET.get(PAGE_VAR, "")
        paginator.wanted_page = int(wanted) if wanted.isdecimal() else 1
        return paginator

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new payment."""
        chosen = ChoosePlaceForm(request.GET if "enrollment" in request.GET else None)
        if not chosen.is_valid():
            page = Page(title=_("Record a payment"), submits=[Submit(_("Next"), "")], method="get")
            return service_page(self, request, page, lambda data: chosen)
        place = chosen.cleaned_data["enrollment"]
        page = Page(
            title=_("Record a payment"),
            submits=[Submit(_("Record the payment"))],
            template="admin/payments/record_payment.html",
            context={"place": place, "money": balance_of(place)},
        )
        return service_page(self, request, page, lambda data: RecordPaymentForm(data, place=place))

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Refunds, where there are any."""
        return [RefundInline] if obj is not None and obj.refunds.exists() else []

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """A receipt is there once the money is; it goes back while some of it is left."""
        if button == "family_statement":
            return True
        if button == "receipt":
            return hasattr(obj, "receipt")
        if button == "ask_refund":
            return obj.status in SETTLED and obj.status != Payment.Status.REFUNDED
        return super().may_step(request, button, obj)

    @display(description=_("receipt"), ordering="receipt__number")
    def number(self, row: Payment) -> SafeString | str:
        """The receipt's number."""
        receipt = getattr(row, "receipt", None)
        return left_to_right(receipt.number) if receipt else "—"

    @display(description=_("participant"), ordering="enrollment__child__name")
    def who(self, row: Payment) -> SafeString:
        """The participant and the family's number."""
        return participant_cell(row.enrollment) if row.enrollment else payer_cell(row)

    @display(description=_("enrolment"))
    def place(self, row: Payment) -> SafeString | str:
        """The participant and what was paid for, with a way there."""
        return place_link(row)

    @display(description=_("payer"))
    def payer_cell(self, row: Payment) -> SafeString:
        """Who paid."""
        return payer_cell(row)

    @display(description=_("course"), ordering="enrollment__course__name")
    def course(self, row: Payment) -> SafeString:
        """The course and its season."""
        if row.enrollment is None:
            return badge(ON_ACCOUNT, "info")
        course = row.enrollment.course
        return two_lines(course, course.season)

    @display(description=_("amount (EGP)"), ordering="amount")
    def sum(self, row: Payment) -> SafeString | str:
        """The amount; in the list, not of cash in the viewer's own open drawer."""
        return self.amount_of(row)

    @display(description=_("reference"))
    def reference(self, row: Payment) -> SafeString | str:
        """The transfer's number."""
        return left_to_right(row.reference_number)

    @display(description=_("status"), ordering="status")
    def state(self, row: Payment) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), PAYMENT_COLOURS.get(row.status, ""))

    @action(description=_("Statement of the family"), permissions=["payments.view_payment"], icon="receipt")
    def family_statement(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """All that the family was charged and paid."""
        payment = self.get_object(request, object_id)
        if payment is None:
            raise Http404
        kind, pk = (
            ("parent", payment.payer_parent_id) if payment.payer_parent_id else ("student", payment.payer_student_id)
        )
        return HttpResponseRedirect(reverse("admin:payments_payment_statement", args=[kind, pk]))

    @action(description=_("Split a transfer"), permissions=["payments.add_payment"], icon="call_split")
    def split(self, request: HttpRequest) -> HttpResponse:
        """One transfer for several places."""
        return HttpResponseRedirect(reverse("admin:payments_payment_split"))

    @action(
        description=_("Print the receipt"),
        permissions=["payments.print_receipt"],
        icon="print",
        attrs={"target": "_blank"},
    )
    def receipt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The paper: looked at by GET, put on paper, and counted, by POST."""
        payment = self.get_object(request, object_id)
        if payment is None or not hasattr(payment, "receipt"):
            raise Http404
        return receipt_page(request, payment)

    @dialog_button(
        title=_("The money is here"),
        description=_("The receipt is numbered, and from then on nobody can change the payment."),
        permission="payments.add_payment",
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
    )
    def settle(self, request: HttpRequest, form: Any, row: Payment) -> str:
        """The promised money is here."""
        payment = services.settle_payment(row.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("Settled, receipt %(number)s.") % {"number": isolated(payment.receipt.number)})

    @dialog_button(
        title=_("Ask for a refund"),
        description=_("Somebody who neither asked for it nor took the money decides on it."),
        permission="payments.add_refundrequest",
        form=RefundDialog,
        icon="currency_exchange",
    )
    def ask_refund(self, request: HttpRequest, form: Any, row: Payment) -> str:
        """Ask for money to go back."""
        return str(form.ask(row.pk, by=request.user))

    @dialog_button(
        title=_("Strike out"),
        permission="payments.void_payment",
        form=VoidDialog,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def void(self, request: HttpRequest, form: Any, row: Payment) -> str:
        """The promise isn't kept."""
        services.void_payment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The payment is struck out."))
