"""Screens of families' accounts: credits that wait for the accountant, and the checks of the ledger."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, money
from backoffice.shared.admin.filters import DayRangeFilter
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps

from .. import services
from ..models import AccountTask, LedgerCheck, Payment
from ..selectors.pots import share_of
from .account_forms import CreditForm, FinishDialog
from .drawer import BlindAmounts
from .inlines import payer_cell, receipt_link


@admin.register(AccountTask)
class AccountTaskAdmin(BlindAmounts, OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """Money on families' accounts that somebody has to look after."""

    add_permission = "payments.add_payment"

    list_display = ("payer", "sum", "why", "state", "opened_at", "opened_by")
    list_filter = (("done_at", admin.EmptyFieldListFilter), ("opened_at", DayRangeFilter))
    search_fields = (
        "payment__payer_parent__user__search_text",
        "payment__payer_student__user__search_text",
        "payment__receipt__number",
        "payment__reference_number",
    )
    search_help_text = _("A name, a phone number, a receipt's or a refund's number")
    ordering = ("opened_at", "id")
    list_select_related = False
    fields = (
        ("payer", "state"),
        ("receipt", "sum", "left"),
        "why",
        ("opened_at", "opened_by"),
        ("done_at", "done_by"),
        "outcome",
    )
    readonly_fields = ("payer", "state", "receipt", "sum", "left")
    actions_detail = ("finish",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountTask]:
        """Tasks with their money and people."""
        people = ("payment__payer_parent__user", "payment__payer_student__user")
        paper = ("payment__receipt", "payment__cash_session")
        return super().get_queryset(request).select_related(*people, *paper, "opened_by", "done_by")

    def payment_of(self, row: AccountTask) -> Payment:
        """The money that it is about."""
        return row.payment

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """Money that came for no place."""
        page = Page(title=_("Record money on a family's account"), submits=[Submit(_("Record the money"))])
        return service_page(self, request, page, CreditForm)

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """A task is done once."""
        return obj.done_at is None

    @display(description=_("family"))
    def payer(self, row: AccountTask) -> SafeString:
        """Whose money it is."""
        return payer_cell(row.payment)

    @display(description=_("receipt"))
    def receipt(self, row: AccountTask) -> SafeString | str:
        """The paper of it."""
        return receipt_link(row.payment)

    @display(description=_("amount (EGP)"), ordering="payment__amount")
    def sum(self, row: AccountTask) -> SafeString | str:
        """The amount that came; in the list, not of cash in the viewer's own open drawer."""
        return self.amount_of(row)

    @display(description=_("left on the account (EGP)"))
    def left(self, row: AccountTask) -> SafeString | str:
        """What of it still lies there."""
        return money(share_of(row.payment, None))

    @display(description=_("status"), ordering="done_at")
    def state(self, row: AccountTask) -> SafeString:
        """Open or done."""
        return badge(_("Done"), "success") if row.done_at else badge(_("Open"), "warning")

    @dialog_button(
        title=_("Done"),
        description=_("When nothing is left on the account, a task is done by itself."),
        permission="payments.change_accounttask",
        form=FinishDialog,
        icon="task_alt",
        variant=ActionVariant.PRIMARY,
    )
    def finish(self, request: HttpRequest, form: Any, row: AccountTask) -> str:
        """Say what became of it."""
        services.finish_task(row.pk, outcome=form.cleaned_data["outcome"], by=request.user)  # type: ignore[arg-type]
        return str(_("The task is done."))


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnly, StaffAdmin):
    """The nightly proofs that the ledger adds up."""

    list_display = ("started_at", "result", "seconds")
    list_filter = (("started_at", DayRangeFilter),)
    readonly_fields = ("result",)
    change_form_after_template = "admin/payments/ledger_rows.html"

    class Media:
        css: ClassVar[Any] = {"all": ["css/money.css"]}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the check found stands below."""
        return (("started_at", "seconds"), "result")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the rows that differed."""
        check = self.get_object(request, str(object_id)) if object_id else None
        extra_context = {"check_rows": check.rows if check else [], **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)

    @display(description=_("result"), ordering="differences")
    def result(self, row: LedgerCheck) -> SafeString:
        """How many rows differ."""
        if row.differences:
            return badge(_("%(count)s rows differ") % {"count": left_to_right(str(row.differences))}, "danger")
        return badge(_("It adds up"), "success")
