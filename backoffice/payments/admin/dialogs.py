"""What the buttons and pages of money ask for."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, Enrollment, PaymentMethod
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.service_pages import FoundField, ServiceForm
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import AmountField, LineField, TextField, reason_field
from backoffice.shared.text import isolated
from backoffice.users.admin.password_dialog import FreshPasswordDialog
from backoffice.users.fresh_password import Act
from backoffice.users.models import CustomUser

from ..models import CashSession, Payment, RefundRequest
from ..selectors import asked_together, balance_of
from ..selectors.pots import share_of
from ..services import open_cash_session, record_payment, record_promise, request_refund
from ..services.payments import check_takes_money
from .money_fields import AnnouncedFields, KeyField, TransferFields


def row_of(rows: Any, object_id: int | str | UUID | None) -> Any:
    """The row a dialog is about, of a model or of some of its rows; None for an id that is none."""
    try:
        return getattr(rows, "objects", rows).filter(pk=object_id).first()
    except (ValidationError, ValueError):
        return None


def in_egp(amount: Decimal) -> str:
    """An amount as a sentence says it."""
    return str(number_format(amount, 2, force_grouping=True))


def as_typed(amount: Decimal) -> str:
    """An amount as a person would type it, to begin with."""
    return f"{amount:.2f}".removesuffix(".00")


class PaymentFields(TransferFields):
    """A payment as the cashier takes it."""

    field_order = ("amount", "method", "reference_number", "paid_at", "notes")

    amount = AmountField(label=_("Amount (EGP)"))
    notes = TextField(label=_("Notes"), required=False)

    def begin_with(self, place: Enrollment | None) -> None:
        """Cash, and what is still owed."""
        self.initial.setdefault("method", PaymentMethod.CASH)
        self.initial.update(_owed(place))

    def record(self, place_id: UUID, *, by: CustomUser) -> tuple[Payment, str]:
        """Take the money; the payment, and the sentence with its receipt's number."""
        payment = record_payment(enrollment_id=place_id, amount=self.cleaned_data["amount"], by=by, **self.how())
        said = {"amount": in_egp(payment.amount), "number": isolated(payment.receipt.number)}
        return payment, str(_("%(amount)s EGP taken, receipt %(number)s.") % said)


def _owed(place: Enrollment | None) -> dict[str, Any]:
    """What is still owed, to begin with."""
    owed = balance_of(place).balance if place else Decimal(0)
    return {"amount": as_typed(owed)} if owed > 0 else {}


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


class PromiseDialog(AnnouncedFields, StaffDialog):
    """Money that was announced for the place whose page is open."""

    field_order = ("amount", "method", "reference_number", "notes")
    form_before_template = "admin/payments/owed.html"

    amount = AmountField(label=_("Amount (EGP)"))
    notes = TextField(label=_("Notes"), required=False, help_text=_("Who announced it, and for when."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = row_of(Enrollment, self.object_id)
        self.initial.update(_owed(self.place))

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """What is owed now."""
        return {"place": self.place, "money": balance_of(self.place) if self.place else None}

    def note(self, place_id: UUID, *, by: CustomUser) -> str:
        """Note the promise; the sentence to show."""
        payment = record_promise(enrollment_id=place_id, amount=self.cleaned_data["amount"], by=by, **self.how())
        sentence = _("%(amount)s EGP are announced; settle the payment once the money is here.")
        return str(sentence % {"amount": in_egp(payment.amount)})


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

    def clean_enrollment(self) -> Enrollment:
        """A place that takes no money is refused here, where another can be chosen."""
        place: Enrollment = self.cleaned_data["enrollment"]
        try:
            check_takes_money(place)
        except DomainError as error:
            raise ValidationError(str(error), code=error.code) from error
        return place


class VoidDialog(StaffDialog):
    """Asks why."""

    reason = reason_field()


class OptionalReasonDialog(StaffDialog):
    """Asks why, and takes no answer for one."""

    reason = TextField(label=_("Reason"), required=False)


class LargeRefundDialog(FreshPasswordDialog):
    """Money that may leave: above a limit the password is asked for."""

    act = Act.REFUND

    def amount(self) -> Decimal | None:
        """Of all that was asked for in one go: parts are no way around the limit."""
        refund = row_of(RefundRequest, self.object_id)
        return asked_together(refund) if refund else None


class PayBackDialog(LargeRefundDialog):
    """The number of the transfer that carries the money back; cash has none."""

    reference_number = LineField(
        label=_("Reference number"),
        direction="ltr",
        max_length=60,
        help_text=_("Of the transfer, or of the card's slip, that carries the money back."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refund = row_of(RefundRequest, self.object_id)
        method = refund.payment.method if refund else PaymentMethod.CASH
        if method == PaymentMethod.CASH:
            del self.fields["reference_number"]
        else:
            self.fields["reference_number"].required = method in METHODS_WITH_REFERENCE


class RefundDialog(StaffDialog):
    """How much of one payment is to go back, and why."""

    amount = AmountField(label=_("Amount to go back (EGP)"))
    reason = reason_field()
    idempotency_key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        payment = row_of(Payment, self.object_id)
        if payment is not None:
            self.initial["amount"] = as_typed(share_of(payment, payment.enrollment_id))

    def ask(self, payment_id: UUID, *, by: CustomUser) -> str:
        """Ask for the refund; the sentence to show."""
        data = self.cleaned_data
        refund = request_refund(
            payment_id, amount=data["amount"], reason=data["reason"], by=by, idempotency_key=data["idempotency_key"]
        )
        said = {"amount": in_egp(refund.amount)}
        return str(_("A refund of %(amount)s EGP is asked for; somebody else decides on it.") % said)


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
    return f"{payment.receipt.number} · {in_egp(payment.amount)} · {payment.get_method_display()}"


class OpenSessionForm(ServiceForm):
    """The cash in the drawer when the day begins."""

    opening_float = AmountField(label=_("Float in the drawer (EGP)"), initial="0")
    idempotency_key = KeyField()

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Begin the cashier's day."""
        data, user = self.cleaned_data, cast(CustomUser, request.user)
        session = open_cash_session(
            opening_float=data["opening_float"], by=user, idempotency_key=data["idempotency_key"]
        )
        return session, str(_("Your cash session is open: cash can be taken."))


class CloseSessionDialog(StaffDialog):
    """The count at night; what the books expect isn't shown before."""

    counted = AmountField(label=_("Cash counted in the drawer (EGP)"), help_text=_("With the float."))


class CountDialog(StaffDialog):
    """About a session that was counted: what was in the drawer, what the books say, and a reason if there is one."""

    form_before_template = "admin/payments/count.html"

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """The count; nothing of a session that is open."""
        mine = CashSession.objects.filter(closed_at__isnull=False).visible_to(cast(CustomUser, request.user))
        return {"session": row_of(mine, object_id)}


class ExplainDialog(CountDialog):
    """Why the count differs."""

    reason = reason_field()


class ConfirmDialog(CountDialog):
    """What the second person has to add, if anything."""

    note = TextField(label=_("Note"), required=False)
