"""What the screen of places asks for: a new place, a new price, another course."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.courses.models import Course
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.figures import money
from backoffice.shared.admin.service_pages import FoundField
from backoffice.shared.form_fields import AmountField, LineField, reason_field

from ..models import Enrollment
from ..selectors import charged_of
from ..services import Discount, enrol_directly
from .dialogs import SEES_MONEY, RequestForm, row_of


class EnrolForm(RequestForm):
    """A place as the office gives it at once."""

    discount = AmountField(label=_("Discount (EGP)"), required=False, help_text=_("Leave empty for the full price."))
    discount_reason = LineField(label=_("Reason of the discount"), required=False, max_length=250)

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Give the place, or say why there is none."""
        data = self.cleaned_data
        off = data["discount"]
        place = enrol_directly(
            course_id=data["course"].pk,
            by=request.user,  # type: ignore[arg-type]
            child=data["child"],
            student=data["student"],
            discount=Discount(off, data["discount_reason"]) if off else None,
            payment_method=data["payment_method"],
            notes=data["notes"],
        )
        return place, _("%(name)s has a place in “%(course)s”.") % {"name": place.participant, "course": place.course}


class PriceDialog(StaffDialog):
    """By how much the price rises or falls, and why."""

    direction = forms.ChoiceField(
        label=_("The price"),
        choices=[("less", _("Less")), ("more", _("More"))],
        widget=UnfoldAdminSelectWidget,
    )
    amount = AmountField(label=_("By (EGP)"))
    reason = reason_field()
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = lambda: get_random_string(32)

    @property
    def change(self) -> Decimal:
        """The amount with its sign."""
        amount: Decimal = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == "more" else -amount


class TransferDialog(StaffDialog):
    """Which course the participant moves to, and why."""

    form_before_template = "admin/enrollments/moving.html"

    course = FoundField(Enrollment._meta.get_field("course"), Course.objects.all(), admin.site, label=_("Course"))
    reason = reason_field()

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """Who moves, and from where."""
        place = row_of(Enrollment, object_id, "course", "child", "student__user")
        charged = money(charged_of(place)) if place is not None and request.user.has_perm(SEES_MONEY) else ""
        return {"place": place, "charged": charged}
