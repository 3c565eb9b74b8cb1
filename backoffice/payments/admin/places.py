"""The screen of places with their money: price, paid, balance, and the story."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.enrollments.admin import EnrollmentAdmin
from backoffice.enrollments.models import Enrollment
from backoffice.shared.admin import dialog_button
from backoffice.shared.admin.figures import badge, money

from ..models import Payment, RefundRequest
from ..selectors import balance_of, enrollment_history, with_balance
from .dialogs import PlaceRefundDialog, RecordPaymentDialog
from .filters import OwesFilter
from .inlines import PaymentInline

VIEW = "payments.view_payment"


@admin.register(Enrollment)
class MoneyEnrollmentAdmin(EnrollmentAdmin):
    """Places in courses, with what was paid and what is owed."""

    list_display: ClassVar[Any] = ("who", "course", "state", "price_agreed", "sum_paid", "owed", "enrolled_at")
    list_filter: ClassVar[Any] = (EnrollmentAdmin.list_filter[0], OwesFilter, *EnrollmentAdmin.list_filter[1:])
    inlines: ClassVar[Any] = (PaymentInline,)
    actions_detail: ClassVar[Any] = ("take_payment", "ask_refund", *EnrollmentAdmin.actions_detail)
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
            refunds = RefundRequest.objects.filter(payment__enrollment=place).select_related("payment__receipt")
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
        if button == "take_payment":
            return obj.balance > 0 and obj.status != Enrollment.Status.REFUNDED
        if button == "ask_refund":
            return obj.paid - obj.refunded > 0
        return super().may_step(request, button, obj)

    @display(description=_("price (EGP)"), ordering="price")
    def price_agreed(self, row: Enrollment) -> SafeString | str:
        """The price agreed."""
        return money(row.price)

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
