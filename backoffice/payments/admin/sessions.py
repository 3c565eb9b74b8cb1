"""The screen of cashiers' days: opened with a float, closed with a blind count."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, money
from backoffice.shared.admin.filters import DayRangeFilter
from backoffice.shared.admin.service_pages import AddedByService, Page, Submit, service_page
from backoffice.shared.admin.steps import OnlyPossibleSteps
from backoffice.shared.text import isolated

from .. import services
from ..models import CashSession
from .dialogs import CloseSessionDialog, ConfirmDialog, ExplainDialog, OpenSessionForm
from .inlines import SessionPaymentInline, SessionRefundInline
from .paper import z_sheet_page


@admin.register(CashSession)
class CashSessionAdmin(OnlyPossibleSteps, AddedByService, ReadOnly, StaffAdmin):
    """Cashiers' days; each sees the own ones, who audits them sees all."""

    add_permission = "payments.add_cashsession"

    list_display = ("cashier", "state", "code", "opened_at", "float", "closed_at", "should", "count", "gap")
    list_filter = (("opened_at", DayRangeFilter), ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("cashier__search_text", "number")
    search_help_text = _("A cashier's name or number, or the sheet's number")
    ordering = ("-opened_at", "id")
    list_select_related = False
    fields = (
        ("cashier", "state"),
        ("code", "closed_by"),
        ("opened_at", "closed_at"),
        ("float", "count"),
        ("should", "gap"),
        "difference_reason",
        ("confirmed_by", "confirmed_at"),
        "confirmation_note",
    )
    readonly_fields = ("state", "contents", "code", "float", "should", "count", "gap")
    actions_detail = ("close", "explain", "confirm", "z_sheet")

    class Media:
        css: ClassVar[Any] = {"all": ["css/money.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CashSession]:
        """Sessions with their cashiers."""
        return super().get_queryset(request).select_related("cashier", "closed_by", "confirmed_by")

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A new session."""
        page = Page(title=_("Open a cash session"), submits=[Submit(_("Open the session"))])
        return service_page(self, request, page, OpenSessionForm)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """What came in and, where any did, what went out; nothing before the drawer is counted, for nobody.

        Who closes a session that its cashier forgot counts as blind as the cashier.
        """
        if obj is None or obj.closed_at is None:
            return []
        went_out = obj.refunds.exists()
        return [SessionPaymentInline, SessionRefundInline] if went_out else [SessionPaymentInline]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """While it is open there is nothing to show of its end; without a difference nothing to explain."""
        if obj is not None and obj.closed_at is None:
            return (("cashier", "state"), ("opened_at", "float"), "contents")
        return self.fields if obj is not None and obj.differs else self.fields[:5]

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """Closed once; explained by its cashier; confirmed by somebody who neither had the drawer nor counted."""
        mine = obj.cashier_id == request.user.pk
        match button:
            case "close":
                return obj.closed_at is None
            case "explain":
                return obj.waits_for_reason and mine
            case "confirm":
                return obj.waits_for_confirmation and not mine and obj.closed_by_id != request.user.pk
        return obj.closed_at is not None

    @display(description=_("status"))
    def state(self, row: CashSession) -> SafeString:
        """Where the day stands."""
        if row.closed_at is None:
            return badge(_("Open"), "warning")
        if row.waits_for_reason:
            return badge(_("Difference without a reason"), "danger")
        if row.waits_for_confirmation:
            return badge(_("Difference to be confirmed"), "warning")
        return badge(_("Difference confirmed") if row.differs else _("Closed"), "success")

    @display(description=_("payments"))
    def contents(self, row: CashSession) -> str:
        """In place of what came and went, as long as the drawer isn't counted."""
        return str(_("Payments and sums are shown once the drawer is counted. Each payment has its own page."))

    @display(description=_("Z number"), ordering="number")
    def code(self, row: CashSession) -> SafeString | str:
        """The sheet's number, once the session is closed."""
        return left_to_right(row.number) or "—"

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
    def gap(self, row: CashSession) -> SafeString | str:
        """Too little is below zero."""
        if row.difference is None:
            return "—"
        return badge(money(row.difference), "danger" if row.difference else "success")

    @dialog_button(
        title=_("Close the session"),
        description=_(
            "Count the drawer first. The count is final; what the books expect is shown once the session is closed."
        ),
        permission="payments.change_cashsession",
        form=CloseSessionDialog,
        icon="lock",
        variant=ActionVariant.PRIMARY,
    )
    def close(self, request: HttpRequest, form: Any, row: CashSession) -> str:
        """End the day with the count."""
        session = services.close_cash_session(row.pk, counted=form.cleaned_data["counted"], by=request.user)  # type: ignore[arg-type]
        said = {"number": isolated(session.number), "difference": isolated(f"{session.difference:+,.2f}")}
        if not session.differs:
            return str(_("The session is closed and the count is right: sheet %(number)s.") % said)
        sentence = _("The session is closed, sheet %(number)s. The count differs by %(difference)s EGP: say why.")
        return str(sentence % said)

    @dialog_button(
        title=_("Explain the difference"),
        submit=_("Keep the reason"),
        description=_("The reason is given once; then a second person confirms the difference."),
        permission="payments.change_cashsession",
        form=ExplainDialog,
        icon="edit_note",
        variant=ActionVariant.PRIMARY,
    )
    def explain(self, request: HttpRequest, form: Any, row: CashSession) -> str:
        """Say why the count differs."""
        services.explain_difference(row.pk, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
        return str(_("The reason is kept; a second person confirms the difference."))

    @dialog_button(
        title=_("Confirm the difference"),
        description=_("You say that you have seen the difference and its reason. It stays in the books."),
        permission="payments.confirm_cashsession",
        form=ConfirmDialog,
        icon="verified",
        variant=ActionVariant.PRIMARY,
    )
    def confirm(self, request: HttpRequest, form: Any, row: CashSession) -> str:
        """The second person's word."""
        services.confirm_cash_session(row.pk, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
        return str(_("The difference is confirmed."))

    @action(
        description=_("Z sheet"),
        permissions=["payments.view_cashsession"],
        icon="print",
        attrs={"target": "_blank"},
    )
    def z_sheet(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The day's paper: looked at by GET, put on paper, and counted, by POST."""
        session = self.get_object(request, object_id)
        if session is None or session.closed_at is None:
            raise Http404
        return z_sheet_page(request, session)
