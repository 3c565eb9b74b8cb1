"""What the pages of a family's account ask for."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.service_pages import FoundField, ServiceForm
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import AmountField, TextField, reason_field
from backoffice.shared.text import isolated
from backoffice.users.models import Parent, StudentUser

from ..models import Payment
from ..selectors import balance_of, with_balance
from ..selectors.pots import credit_of, family_of
from ..services import record_credit, record_split, release_to_account, use_credit
from .dialogs import as_typed, in_egp, row_of
from .money_fields import KeyField, TransferFields


class CreditForm(TransferFields, ServiceForm):
    """Money that came for no place: whose it is and why it came."""

    field_order = ("parent", "student", "amount", "method", "reference_number", "paid_at", "why")

    parent = FoundField(
        Payment._meta.get_field("payer_parent"),
        Parent.objects.select_related("user"),
        admin.site,
        label=_("Parent"),
        required=False,
    )
    student = FoundField(
        Payment._meta.get_field("payer_student"),
        StudentUser.objects.select_related("user"),
        admin.site,
        label=_("Or an adult student"),
        required=False,
    )
    amount = AmountField(label=_("Amount (EGP)"))
    why = TextField(label=_("Why it comes to the account"), help_text=_("The course was full, the request expired, …"))

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Take the money; on to its task."""
        data = self.cleaned_data
        family = data["parent"] or data["student"]
        if family is None or (data["parent"] and data["student"]):
            sentence = _("Choose a parent or an adult student, one of the two.")
            raise DomainError("one_family", sentence, field="parent")
        user: Any = request.user
        payment = record_credit(family, amount=data["amount"], why=data["why"], by=user, **self.how())
        said = {"amount": in_egp(payment.amount), "number": isolated(payment.receipt.number)}
        return payment, str(_("%(amount)s EGP taken for the family's account, receipt %(number)s.") % said)


class SplitForm(TransferFields, ServiceForm):
    """One transfer over a family's places: an amount beside each that owes something."""

    def __init__(self, data: Any, *, parent: Parent) -> None:
        super().__init__(data)
        self.places = {f"place_{n}": place for n, place in enumerate(owing(parent))}
        for name, place in self.places.items():
            owed = as_typed(place.balance)
            help_text = _("Owed: %(amount)s EGP") % {"amount": owed}
            self.fields[name] = AmountField(label=str(place), required=False, help_text=help_text)

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Take the transfer, all of its parts or none."""
        typed = [(place.pk, self.cleaned_data[name]) for name, place in self.places.items()]
        user: Any = request.user
        try:
            payments = record_split([one for one in typed if one[1] is not None], by=user, **self.how())
        except DomainError as error:
            if error.field == "amount":
                error.field = self._field_of(error.params["enrollment"])
            raise
        total = sum((payment.amount for payment in payments), Decimal(0))
        said = {"amount": in_egp(total), "parts": len(payments)}
        return payments[0], str(_("%(amount)s EGP taken over %(parts)s places.") % said)

    def _field_of(self, place_id: UUID) -> str:
        """Where the amount of a place was typed."""
        return next(name for name, place in self.places.items() if place.pk == place_id)


def owing(parent: Parent) -> list[Any]:
    """The places of a parent's children that owe something."""
    places = Enrollment.objects.filter(child__primary_parent=parent).exclude(status=Enrollment.Status.REFUNDED)
    owed: QuerySet[Any] = with_balance(places)
    owing_places = owed.filter(balance__gt=0)
    return list(owing_places.select_related("child", "student__user", "course").order_by("enrolled_at"))


class ChooseParentForm(forms.Form):
    """Whose children's places one transfer pays for."""

    parent = FoundField(
        Payment._meta.get_field("payer_parent"),
        Parent.objects.select_related("user"),
        admin.site,
        label=_("Parent"),
        help_text=_("A name or a phone number."),
    )


class MoveDialog(StaffDialog):
    """How much moves, and why; a hidden key makes a second click the same movement."""

    amount = AmountField(label=_("Amount (EGP)"))
    reason = reason_field()
    idempotency_key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = row_of(Enrollment, self.object_id)
        if place is not None:
            self.initial.setdefault("amount", as_typed(self.most(place)))

    def most(self, place: Enrollment) -> Decimal:
        """What could move, to begin with."""
        raise NotImplementedError


class UseCreditDialog(MoveDialog):
    """Out of the family's account, for this place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

    def most(self, place: Enrollment) -> Decimal:
        """What is owed, or what lies on the account, the smaller."""
        return max(min(balance_of(place).balance, credit_of(family_of(place))), Decimal(0))

    def move(self, place: Enrollment, *, by: Any) -> str:
        """Pay for the place."""
        data = self.cleaned_data
        use_credit(
            place.pk, amount=data["amount"], by=by, reason=data["reason"], idempotency_key=data["idempotency_key"]
        )
        return str(_("%(amount)s EGP paid from the family's account.") % {"amount": in_egp(data["amount"])})


class ReleaseDialog(MoveDialog):
    """From this place to the family's account."""

    def most(self, place: Enrollment) -> Decimal:
        """What was paid and didn't go back."""
        money = balance_of(place)
        return max(money.paid - money.refunded, Decimal(0))

    def move(self, place: Enrollment, *, by: Any) -> str:
        """Back to the account."""
        data = self.cleaned_data
        release_to_account(
            place.pk, amount=data["amount"], by=by, reason=data["reason"], idempotency_key=data["idempotency_key"]
        )
        return str(_("%(amount)s EGP moved to the family's account.") % {"amount": in_egp(data["amount"])})


class FinishDialog(StaffDialog):
    """What became of a task."""

    outcome = TextField(label=_("What became of it"))
