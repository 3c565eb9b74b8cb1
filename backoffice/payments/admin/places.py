"""The screen of places with their money: price, paid, balance, and the story."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from backoffice.enrollments.admin import EnrollmentAdmin
from backoffice.enrollments.models import Enrollment
from backoffice.shared.admin import dialog_button
from backoffice.shared.admin.figures import badge, money

from ..models import Payment, RefundRequest
from ..selectors import balance_of, enrollment_history, with_balance
from ..selectors.pots import credit_of, family_of
from .account_forms import ReleaseDialog, UseCreditDialog
from .dialogs import PlaceRefundDialog, PromiseDialog, RecordPaymentDialog
from .filters import OwesFilter
from .inlines import PaymentInline

VIEW = "payments.view_payment"
MONEY_BUTTONS = ("note_promise", "pay_from_account", "to_account", "ask_refund", "reprice", "place_statement")


@admin.register(Enrollment)
class MoneyEnrollmentAdmin(EnrollmentAdmin):
    """Places in courses, with what was paid and what is owed."""

    list_display: ClassVar[Any] = ("who", "course", "state", "price_agreed", "sum_paid", "owed", "enrolled_at")
    list_filter: ClassVar[Any] = (EnrollmentAdmin.list_filter[0], OwesFilter, *EnrollmentAdmin.list_filter[1:])
    inlines: ClassVar[Any] = (PaymentInline,)
    actions_detail: ClassVar[Any] = (
        "take_payment",
        # All in one row would be wider than a desk's screen.
        {"title": _("Money"), "icon": "account_balance_wallet", "items": list(MONEY_BUTTONS)},
        *(button for button in EnrollmentAdmin.actions_detail if button not in MONEY_BUTTONS),
    )
    change_form_before_template = "admin/payments/enrollment_money.html"
    change_form_after_template = "admin/payments/enrollment_history.html"

    class Media:
        css: ClassVar[Any] = {"all": ["css/money.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        """Places with their money."""
        return with_balance(super().get_queryset(request))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page with the money and the story of the place."""
        place = self.get_object(request, str(object_id)) if object_id else None
        if place is not None and request.user.has_perm(VIEW):
            refunds = RefundRequest.objects.filter(enrollment=place).select_related("payment__receipt")
            extra_context = {
                "place": place,
                "money": balance_of(place),
                "history": enrollment_history(place),
                "refunds": refunds.order_by("-requested_at"),
                **(extra_context or {}),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """Money is taken while some is owed, and goes back while some is there."""
        if button in ("take_payment", "note_promise"):
            return obj.balance > 0 and obj.status != Enrollment.Status.REFUNDED
        if button == "ask_refund":
            return obj.paid - obj.refunded > 0
        if button == "pay_from_account":
            owes = obj.balance > 0 and obj.status != Enrollment.Status.REFUNDED
            return owes and credit_of(family_of(obj)) > 0
        if button == "to_account":
            return obj.paid - obj.refunded > 0
        if button == "place_statement":
            return True
        return super().may_step(request, button, obj)

    @display(description=_("price (EGP)"), ordering="charged")
    def price_agreed(self, row: Any) -> SafeString | str:
        """The price agreed, with its later changes."""
        return money(row.charged)

    @display(description=_("paid (EGP)"))
    def sum_paid(self, row: Any) -> SafeString | str:
        """What was paid and didn't go back."""
        return money(row.paid - row.refunded)

    @display(description=_("balance (EGP)"), ordering="balance")
    def owed(self, row: Any) -> SafeString:
        """What is still owed."""
        return badge(money(row.balance), "warning" if row.balance > 0 else "success")

    @dialog_button(
        title=_("Record a payment"),
        permission="payments.add_payment",
        form=RecordPaymentDialog,
        icon="payments",
        variant=ActionVariant.PRIMARY,
    )
    def take_payment(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Take money for the place."""
        _payment, said = form.record(row.pk, by=request.user)
        return str(said)

    @dialog_button(
        title=_("Note a promise"),
        description=_("Money that was announced and isn't here yet: no receipt, and it counts for nothing until then."),
        permission="payments.add_payment",
        form=PromiseDialog,
        icon="schedule_send",
    )
    def note_promise(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Note money that is on its way."""
        return str(form.note(row.pk, by=request.user))

    @dialog_button(
        title=_("Pay from the account"),
        description=_("Money that lies on the family's account pays for this place."),
        permission="payments.allocate_payment",
        form=UseCreditDialog,
        icon="account_balance_wallet",
    )
    def pay_from_account(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """A credit pays."""
        return str(form.move(row, by=request.user))

    @dialog_button(
        title=_("Move to the account"),
        description=_(
            "The money leaves this place and lies on the family's account, to pay for another or to go back."
        ),
        permission="payments.allocate_payment",
        form=ReleaseDialog,
        icon="move_up",
    )
    def to_account(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Money leaves the place."""
        return str(form.move(row, by=request.user))

    @action(description=_("Statement of account"), permissions=[VIEW], icon="receipt")
    def place_statement(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every row of this place."""
        return HttpResponseRedirect(reverse("admin:payments_payment_statement", args=["enrollment", object_id]))

    @dialog_button(
        title=_("Ask for a refund"),
        description=_("Somebody who neither asked for it nor took the money decides on it."),
        permission="payments.add_refundrequest",
        form=PlaceRefundDialog,
        icon="currency_exchange",
    )
    def ask_refund(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Ask for money of one of its payments to go back."""
        payment: Payment = form.cleaned_data["payment"]
        return str(form.ask(payment.pk, by=request.user))
