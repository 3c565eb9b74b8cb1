"""The screen of cashiers' days: opened with a float, closed with a blind count."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, money
from backoffice.shared.admin.filters import DayRangeFilter
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.shared.errors import DomainError

from .. import services
from ..models import CashSession
from .dialogs import CloseSessionDialog, OpenSessionForm
from .inlines import SessionPaymentInline, SessionRefundInline


@admin.register(CashSession)
class CashSessionAdmin(OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """Cashiers' days; each sees the own ones, who audits them sees all."""

    add_permission = "payments.add_cashsession"

    list_display = ("cashier", "state", "opened_at", "float", "closed_at", "should", "count", "differs")
    list_filter = (("opened_at", DayRangeFilter), ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("cashier__search_text",)
    search_help_text = _("A cashier's name or number")
    ordering = ("-opened_at", "id")
    list_select_related = False
    fields = (
        ("cashier", "state"),
        ("opened_at", "float"),
        ("closed_at", "count"),
        ("should", "differs"),
        "difference_reason",
    )
    readonly_fields = ("state", "float", "should", "count", "differs")
    actions_detail = ("close",)

    class Media:
        css: ClassVar[Any] = {"all": ["css/money.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CashSession]:
        """Sessions with their cashiers."""
        return super().get_queryset(request).select_related("cashier")

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new session."""
        page = Page(title=_("Open a cash session"), submits=[Submit(_("Open the session"))])
        return service_page(self, request, page, OpenSessionForm)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """What came in and, where any did, what went out."""
        went_out = obj is not None and obj.refunds.exists()
        return [SessionPaymentInline, SessionRefundInline] if went_out else [SessionPaymentInline]

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """A session is closed once."""
        return obj.closed_at is None

    @display(description=_("status"))
    def state(self, row: CashSession) -> SafeString:
        """Open or closed."""
        return badge(_("Open"), "warning") if row.closed_at is None else badge(_("Closed"), "success")

    @display(description=_("float (EGP)"))
    def float(self, row: CashSession) -> SafeString | str:
        """What the day began with."""
        return money(row.opening_float)

    @display(description=_("expected (EGP)"))
    def should(self, row: CashSession) -> SafeString | str:
        """What the books say; kept when the session is closed, and not shown before."""
        return money(row.expected) or "—"

    @display(description=_("counted (EGP)"))
    def count(self, row: CashSession) -> SafeString | str:
        """What was in the drawer."""
        return money(row.counted) or "—"

    @display(description=_("difference (EGP)"))
    def differs(self, row: CashSession) -> SafeString | str:
        """Too little is below zero."""
        if row.difference is None:
            return "—"
        return badge(money(row.difference), "danger" if row.difference else "success")

    @dialog_button(
        title=_("Close the session"),
        description=_("Count the drawer first. What the books expect is shown once the session is closed."),
        permission="payments.change_cashsession",
        form=CloseSessionDialog,
        icon="lock",
        variant=ActionVariant.PRIMARY,
    )
    def close(self, request: HttpRequest, form: Any, row: CashSession) -> str:
        """End the day with the count."""
        data = form.cleaned_data
        why = data["difference_reason"]
        try:
            services.close_cash_session(row.pk, counted=data["counted"], by=request.user, difference_reason=why)  # type: ignore[arg-type]
        except DomainError as error:
            if error.code != "difference_without_reason":
                raise
            # By how much is what a blind count is not told: the figure could simply be typed in again.
            message = _("The count differs from the books. Count again; if it stays so, say why.")
            raise DomainError(error.code, message, field="difference_reason") from error
        return str(_("The session is closed."))
