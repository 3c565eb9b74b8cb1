"""The fields that every form of money has: how it comes, and the key that makes a second click the same money."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.enrollments.models import PaymentMethod
from backoffice.shared.form_fields import DayField, LineField, moment_of


def new_key() -> str:
    """A key that no other form has."""
    return str(uuid.uuid4())


class KeyField(forms.CharField):
    """A hidden key, new for each form that is opened: a second click, the back button and a retry bring the same."""

    def __init__(self) -> None:
        super().__init__(max_length=100, widget=forms.HiddenInput, initial=new_key)


class AnnouncedFields(forms.Form):
    """How money comes that is announced or here: method, number, key."""

    method = forms.ChoiceField(
        label=_("Method"), choices=PaymentMethod.choices, initial=PaymentMethod.INSTAPAY, widget=UnfoldAdminSelectWidget
    )
    reference_number = LineField(
        label=_("Reference number"),
        required=False,
        direction="ltr",
        max_length=60,
        help_text=_("The number of the transfer, or of the card's slip; none for cash."),
    )
    idempotency_key = KeyField()

    def how(self) -> dict[str, Any]:
        """What the services ask for about it."""
        names = ("method", "reference_number", "notes", "idempotency_key")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class TransferFields(AnnouncedFields):
    """How money comes that is here, with its day."""

    paid_at = DayField(
        label=_("Paid on"),
        required=False,
        initial=timezone.localdate,
        help_text=_("Today, unless it was paid before."),
    )

    def how(self) -> dict[str, Any]:
        """With the moment that stands for the day."""
        return super().how() | {"paid_at": moment_of(self.cleaned_data["paid_at"])}
