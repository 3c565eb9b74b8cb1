"""What the buttons of requests and places ask for."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.courses.models import Course
from backoffice.shared.admin import StaffDialog
from backoffice.shared.admin.figures import money
from backoffice.shared.admin.service_pages import FoundField, ServiceForm
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import AmountField, LineField, TextField, reason_field
from backoffice.users.models import Child, StudentUser

from ..models import EnrollmentRequest, PaymentMethod
from ..selectors import free_seats
from ..services import Discount, accept_request, submit_request

# "No money" for supervisors means this one, too: what a place costs and what was paid for it.
SEES_MONEY = "payments.view_payment"


class ReasonDialog(StaffDialog):
    """Asks why."""

    reason = reason_field()


class OptionalReasonDialog(StaffDialog):
    """Asks why, and takes no answer for one."""

    reason = TextField(label=_("Reason"), required=False)


class SeatsDialog(StaffDialog):
    """The price and the seats left, which a decision about a request depends on."""

    form_before_template = "admin/enrollments/seats.html"

    def get_before_template_context(self, request: HttpRequest, object_id: int | str | None = None) -> dict[str, Any]:
        """As they are now."""
        asked = row_of(EnrollmentRequest, object_id, "course")
        if asked is None:
            return {}
        waiting = EnrollmentRequest.objects.waitlisted().filter(course=asked.course).exclude(pk=asked.pk).count()
        return {
            "asked": asked,
            "price": money(asked.course.price),
            "paid_before": money(asked.paid_before),
            "seats": free_seats(asked.course, besides=asked.pk),
            "waiting": waiting,
            "shows_money": request.user.has_perm(SEES_MONEY),
        }


class OverbookDialog(SeatsDialog):
    """Why there is one more place than the course has."""

    reason = reason_field()


class AcceptDialog(SeatsDialog):
    """The place, for who may give one with a discount."""

    discount = AmountField(label=_("Discount (EGP)"), required=False, help_text=_("Leave empty for the full price."))
    discount_reason = LineField(label=_("Reason of the discount"), required=False, max_length=250)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.has_perm("enrollments.give_discount"):
            del self.fields["discount"], self.fields["discount_reason"]

    @property
    def given(self) -> Discount | None:
        """The discount that was typed; a reason without an amount is none."""
        amount = self.cleaned_data.get("discount")
        if not amount:
            return None
        return Discount(amount, self.cleaned_data.get("discount_reason", ""))


class RequestForm(ServiceForm):
    """A request as the office enters it, for a child or an adult student."""

    child = FoundField(
        EnrollmentRequest._meta.get_field("child"), Child.objects.all(), admin.site, label=_("Child"), required=False
    )
    student = FoundField(
        EnrollmentRequest._meta.get_field("student"),
        StudentUser.objects.select_related("user"),
        admin.site,
        label=_("Adult student"),
        required=False,
        help_text=_("Choose a child or an adult student, one of the two."),
    )
    course = FoundField(
        EnrollmentRequest._meta.get_field("course"), Course.objects.all(), admin.site, label=_("Course")
    )
    payment_method = forms.ChoiceField(
        label=_("How it will be paid"),
        required=False,
        choices=[("", "—"), *PaymentMethod.choices],
        widget=UnfoldAdminSelectWidget,
    )
    notes = TextField(label=_("Notes"), required=False)

    def step(self, request: HttpRequest) -> tuple[Model, str]:
        """Enter the request; with the second button, give the seat at once."""
        data = self.cleaned_data
        with transaction.atomic():
            asked = submit_request(
                course_id=data["course"].pk,
                by=request.user,  # type: ignore[arg-type]
                child=data["child"],
                student=data["student"],
                payment_method=data["payment_method"],
                notes=data["notes"],
            )
            if "_accept" in request.POST:
                return _enrolled(asked, request)
        waits = asked.status == EnrollmentRequest.Status.WAITLISTED
        sentence = _("The course is full: %(name)s is on the waiting list.") if waits else _("%(name)s is entered.")
        return asked, sentence % {"name": asked.participant}


def _enrolled(asked: EnrollmentRequest, request: HttpRequest) -> tuple[Model, str]:
    """The request's place; a full course takes back the request too."""
    if not request.user.has_perm("enrollments.decide_enrollmentrequest"):
        raise DomainError("not_allowed", _("You may enter requests; somebody else decides on them."))
    if asked.status == EnrollmentRequest.Status.WAITLISTED:
        message = _("No seat is left: enter the request alone, and it goes to the waiting list.")
        raise DomainError("course_full", message, field="course")
    place = accept_request(asked.pk, by=request.user)  # type: ignore[arg-type]
    return asked, _("%(name)s has a place in “%(course)s”.") % {"name": place.participant, "course": place.course}


def row_of(model: Any, object_id: int | str | UUID | None, *related: str) -> Any:
    """The row a dialog is about; None for an id that is none."""
    try:
        return model.objects.select_related(*related).filter(pk=object_id).first()
    except (ValidationError, ValueError):
        return None
