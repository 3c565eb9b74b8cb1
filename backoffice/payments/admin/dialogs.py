"""What the buttons and pages of money ask for."""

import uuid
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.enrollments.models import Enrollment, PaymentMethod
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.fields import AmountField, DayField, LineField, TextField, moment_of, reason_field
from backoffice.shared.admin.service_pages import FoundField, ServiceForm
from backoffice.shared.text import isolated
from backoffice.users.models import CustomUser

from ..models import Payment
from ..selectors import balance_of
from ..selectors.pots import share_of
from ..services import open_cash_session, record_payment, request_refund


def row_of(model: Any, object_id: int | str | UUID | None) -> Any:
    """The row a dialog is about; None for an id that is none."""
    try:
        return model.objects.filter(pk=object_id).first()
    except (ValidationError, ValueError):
        return None


def as_typed(amount: Decimal) -> str:
    """An amount as a person would type it, to begin with."""
    return f"{amount:.2f}".removesuffix(".00")


class PaymentFields(forms.Form):
    """A payment as the cashier takes it."""

    amount = AmountField(label=_("Amount (EGP)"))
    method = forms.ChoiceField(
        label=_("Method"), choices=PaymentMethod.choices, initial=PaymentMethod.CASH, widget=UnfoldAdminSelectWidget
    )
    reference_number = LineField(
        label=_("Reference number"),
        required=False,
        direction="ltr",
        max_length=60,
        help_text=_("The number of the transfer, or of the card's slip; none for cash."),
    )
    paid_at = DayField(label=_("Paid on"), required=False, help_text=_("Today, unless it was paid before."))
    notes = TextField(label=_("Notes"), required=False)
    # A second click, a slow network, the back button: the same key is the same payment.
    idempotency_key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def begin_with(self, place: Enrollment | None) -> None:
        """What is still owed, today, under a new key."""
        self.initial.setdefault("idempotency_key", str(uuid.uuid4()))
        self.initial.setdefault("paid_at", timezone.localdate())
        owed = balance_of(place).balance if place else Decimal(0)
        if owed > 0:
            self.initial.setdefault("amount", as_typed(owed))

    def record(self, place_id: UUID, *, by: CustomUser) -> tuple[Payment, str]:
        """Take the money; the payment, and the sentence with its receipt's number."""
        data = self.cleaned_data
        payment = record_payment(
            enrollment_id=place_id,
            amount=data["amount"],
            method=data["method"],
            by=by,
            reference_number=data["reference_number"],
            paid_at=moment_of(data["paid_at"]),
            notes=data["notes"],
            idempotency_key=data["idempotency_key"],
        )
        said = {
            "amount": number_format(payment.amount, 2, force_grouping=True),
            "number": isolated(payment.receipt.number),
        }
        return payment, str(_("%(amount)s EGP taken, receipt %(number)s.") % said)


class RecordPaymentDialog(PaymentFields, StaffDialog):
    """A payment for the place whose page is open."""

    form_before_template = "admin/payments/owed.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = row_of(Enrollment, self.object_id)
        self.begin_with(self.place)

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """What is owed now."""
        return {"place": self.place, "money": balance_of(self.place) if self.place else None}


class RecordPaymentForm(PaymentFields, ServiceForm):
    """A payment for a place that was chosen on the page before."""

    def __init__(self, data: Any, *, place: Enrollment) -> None:
        super().__init__(data)
        self.place = place
        self.begin_with(place)

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Take the money."""
        return self.record(self.place.pk, by=request.user)  # type: ignore[arg-type]


class ChoosePlaceForm(forms.Form):
    """Which enrolment is paid for."""

    enrollment = FoundField(
        Payment._meta.get_field("enrollment"),
        Enrollment.objects.select_related("child", "student__user", "course"),
        admin.site,
        label=_("Enrolment"),
        help_text=_("Type a child's or a parent's name, a phone number, a code or a course."),
    )


class VoidDialog(StaffDialog):
    """Asks why."""

    reason = reason_field()


class PayBackDialog(StaffDialog):
    """The number of the transfer that carries the money back; cash has none."""

    reference_number = LineField(label=_("Reference number"), required=False, direction="ltr", max_length=60)


class RefundDialog(StaffDialog):
    """How much of one payment is to go back, and why."""

    amount = AmountField(label=_("Amount to go back (EGP)"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payment = row_of(Payment, self.object_id)
        if payment is not None:
            self.initial["amount"] = as_typed(share_of(payment, payment.enrollment_id))

    def ask(self, payment_id: UUID, *, by: CustomUser) -> str:
        """Ask for the refund; the sentence to show."""
        data = self.cleaned_data
        refund = request_refund(payment_id, amount=data["amount"], reason=data["reason"], by=by)
        amount = number_format(refund.amount, 2, force_grouping=True)
        return str(_("A refund of %(amount)s EGP is asked for; somebody else decides on it.") % {"amount": amount})


class PlaceRefundDialog(RefundDialog):
    """The same from the place's page: which of its payments, first."""

    field_order = ("_form_submitted", "payment", "amount", "reason")

    payment = forms.ModelChoiceField(
        label=_("Payment"), queryset=Payment.objects.none(), empty_label=None, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = row_of(Enrollment, self.object_id)
        rows = Payment.objects.settled().exclude(status=Payment.Status.REFUNDED).select_related("receipt")
        field: Any = self.fields["payment"]
        field.queryset = rows.filter(enrollment=place).order_by("-paid_at")
        field.label_from_instance = _payment_in_words
        first = field.queryset.first()
        if first is not None:
            self.initial["amount"] = as_typed(share_of(first, first.enrollment_id))


def _payment_in_words(payment: Payment) -> str:
    amount = number_format(payment.amount, 2, force_grouping=True)
    return f"{payment.receipt.number} · {amount} · {payment.get_method_display()}"


class OpenSessionForm(ServiceForm):
    """The cash in the drawer when the day begins."""

    opening_float = AmountField(label=_("Float in the drawer (EGP)"), initial="0")

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Begin the cashier's day."""
        session = open_cash_session(opening_float=self.cleaned_data["opening_float"], by=request.user)  # type: ignore[arg-type]
        return session, str(_("Your cash session is open: cash can be taken."))


class CloseSessionDialog(StaffDialog):
    """The count at night; what the books expect isn't shown before."""

    counted = AmountField(label=_("Cash counted in the drawer (EGP)"), help_text=_("With the float."))
