"""The screen of refunds: asked for by one person, decided by another, then paid back."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.enrollments.admin import participant_cell
from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, money
from backoffice.shared.admin.filters import DayRangeFilter
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.shared.text import isolated

from .. import services
from ..models import RefundRequest
from .dialogs import LargeRefundDialog, OptionalReasonDialog, PayBackDialog, VoidDialog
from .inlines import ON_ACCOUNT, PEOPLE_OF_PLACE, REFUND_COLOURS, payer_cell, place_link, receipt_link

Status = RefundRequest.Status
APPROVE = "payments.approve_refundrequest"


@admin.register(RefundRequest)
class RefundRequestAdmin(OnlyPossibleSteps, ReadOnly, StaffAdmin):
    """Refunds; asked for from the page of the payment or of the place."""

    list_display = ("who", "course", "sum", "state", "requested_at", "requested_by", "decided_by", "code")
    list_filter = (
        "status",
        ("requested_at", DayRangeFilter),
        ("enrollment__course", AutocompleteSelectFilter),
    )
    search_fields = (
        "enrollment__child__search_text",
        "enrollment__student__user__search_text",
        "payment__payer_parent__user__search_text",
        "number",
        "payment__receipt__number",
    )
    search_help_text = _("A name, a phone number, a receipt's or a refund's number")
    ordering = ("-requested_at", "id")
    list_select_related = False
    fields = (
        ("sum", "state"),
        ("receipt", "paid_by"),
        ("place", "course"),
        "reason",
        ("requested_by", "requested_at"),
        ("decided_by", "decided_at"),
        "cancelled_at",
        ("needs_manager", "manager_by", "manager_at"),
        "decision_reason",
        ("processed_by", "processed_at"),
        ("code", "cash_session", "reference_number"),
    )
    readonly_fields = ("sum", "state", "receipt", "paid_by", "place", "course", "code")
    actions_detail = ("approve", "agree", "pay_back", "reject", "take_back")
    steps: ClassVar[dict[str, str]] = {
        "approve": Status.APPROVED,
        "pay_back": Status.PROCESSED,
        "reject": Status.REJECTED,
        "take_back": Status.CANCELLED,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundRequest]:
        """Refunds with their payments and people."""
        payers = ("payment__payer_parent__user", "payment__payer_student__user")
        people = (
            "requested_by",
            "decided_by",
            "manager_by",
            "processed_by",
            "payment__receipt",
            "payment__recorded_by",
        )
        return super().get_queryset(request).select_related(*PEOPLE_OF_PLACE, *payers, *people)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """When it was taken back, if it was."""
        cancelled = obj is not None and obj.cancelled_at is not None
        return [one for one in self.fields if cancelled or one != "cancelled_at"]

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """A manager's yes is asked for once, and stands before the money goes; who asked takes the request back."""
        if button == "take_back" and obj.requested_by_id != request.user.pk:
            return False
        waits = obj.needs_manager and obj.manager_by_id is None
        if button == "agree":
            return bool(waits and obj.status == Status.APPROVED)
        if button == "pay_back" and waits:
            return False
        return super().may_step(request, button, obj)

    @display(description=_("participant"))
    def who(self, row: RefundRequest) -> SafeString:
        """The participant and the family's number."""
        return participant_cell(row.enrollment) if row.enrollment else payer_cell(row.payment)

    @display(description=_("course"))
    def course(self, row: RefundRequest) -> str:
        """The course."""
        return str(row.enrollment.course if row.enrollment else ON_ACCOUNT)

    @display(description=_("enrolment"))
    def place(self, row: RefundRequest) -> SafeString | str:
        """What was paid for."""
        return place_link(row)

    @display(description=_("receipt"))
    def receipt(self, row: RefundRequest) -> SafeString | str:
        """The receipt of the payment."""
        return receipt_link(row.payment)

    @display(description=_("method"))
    def paid_by(self, row: RefundRequest) -> str:
        """How it was paid, and so goes back."""
        return row.payment.get_method_display()

    @display(description=_("amount (EGP)"), ordering="amount")
    def sum(self, row: RefundRequest) -> SafeString | str:
        """The amount."""
        return money(row.amount)

    @display(description=_("refund number"), ordering="number")
    def code(self, row: RefundRequest) -> SafeString | str:
        """The number, once it is paid back."""
        return left_to_right(row.number) or "—"

    @display(description=_("status"), ordering="status")
    def state(self, row: RefundRequest) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), REFUND_COLOURS[row.status])

    @dialog_button(
        title=_("Approve"),
        description=_("Four eyes: who asked for a refund, or took its payment, can't approve it."),
        permission=APPROVE,
        form=LargeRefundDialog,
        icon="check_circle",
        variant=ActionVariant.PRIMARY,
    )
    def approve(self, request: HttpRequest, form: Any, row: RefundRequest) -> str:
        """Say yes."""
        services.approve_refund(row.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("The refund is approved; it can be paid back."))

    @dialog_button(
        title=_("Agree as a manager"),
        description=_(
            "A refund above the limit needs a third person: neither who asked, nor who took the money or approved."
        ),
        permission="payments.approve_large_refundrequest",
        form=LargeRefundDialog,
        icon="verified_user",
        variant=ActionVariant.PRIMARY,
    )
    def agree(self, request: HttpRequest, form: Any, row: RefundRequest) -> str:
        """The manager's yes to a large one."""
        services.agree_to_refund(row.pk, by=request.user)  # type: ignore[arg-type]
        return str(_("You agreed: the refund can be paid back."))

    @dialog_button(
        title=_("Pay back"),
        description=_(
            "Cash comes out of your open cash session. When nothing of what was paid is left, the place ends."
        ),
        permission="payments.process_refundrequest",
        form=PayBackDialog,
        icon="currency_exchange",
        variant=ActionVariant.PRIMARY,
    )
    def pay_back(self, request: HttpRequest, form: Any, row: RefundRequest) -> str:
        """The money goes back."""
        reference = form.cleaned_data.get("reference_number", "")
        refund = services.process_refund(row.pk, by=request.user, reference_number=reference)  # type: ignore[arg-type]
        return str(_("Paid back, %(number)s.") % {"number": isolated(refund.number)})

    @dialog_button(
        title=_("Refuse"),
        description=_("Four eyes: who asked for a refund, or took its payment, can't decide on it."),
        permission=APPROVE,
        form=VoidDialog,
        icon="cancel",
        variant=ActionVariant.DANGER,
    )
    def reject(self, request: HttpRequest, form: Any, row: RefundRequest) -> str:
        """Say no, with the reason."""
        services.reject_refund(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The refund is refused."))

    @dialog_button(
        title=_("Take the request back"),
        description=_("Nobody has decided on it yet; the payment is then free for another request."),
        permission="payments.add_refundrequest",
        form=OptionalReasonDialog,
        icon="undo",
    )
    def take_back(self, request: HttpRequest, form: Any, row: RefundRequest) -> str:
        """Whoever asked for it doesn't want it any more."""
        services.cancel_refund_request(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The request is taken back."))
