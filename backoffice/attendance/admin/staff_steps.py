"""What the office notes about the staff: each a dialog that calls one service."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant
from unfold.widgets import INPUT_CLASSES, UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from backoffice.shared.admin import StaffDialog, dialog_button
from backoffice.shared.form_fields import reason_field

from .. import services
from ..models import InstructorAttendance
from ..selectors import moment
from ..selectors.due import steps_of
from .fields import RatingField

Status = InstructorAttendance.Status
_PERMISSION = "attendance.change_instructorattendance"
_DAY = dt.timedelta(days=1)


def _time_field(label: Any) -> forms.TimeField:
    """The browser's own picker: large on a phone, and Django's clock is not there in a dialog."""
    widget = forms.TimeInput(attrs={"type": "time", "class": " ".join(INPUT_CLASSES)}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class CorrectionDialog(StaffDialog):
    """How it really was, and why it is put right."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(one.value, one.label) for one in (Status.PRESENT, Status.LATE, Status.ABSENT)],
        widget=UnfoldAdminSelectWidget,
    )
    check_in = _time_field(_("Came at"))
    check_out = _time_field(_("Left at"))
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        row = InstructorAttendance.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        if row:
            kwargs.setdefault("initial", _as_it_stands(row))
        super().__init__(request, object_id, *args, **kwargs)

    def correction(self, row: InstructorAttendance) -> services.Correction:
        """What was typed, on the row's day; a going before the coming was after midnight."""
        came, left = self.cleaned_data["check_in"], self.cleaned_data["check_out"]
        check_out = moment(row.day + _DAY if came and left and left < came else row.day, left) if left else None
        return services.Correction(self.cleaned_data["status"], moment(row.day, came) if came else None, check_out)


def _as_it_stands(row: InstructorAttendance) -> dict[str, Any]:
    came, left = (timezone.localtime(one).time() if one else None for one in (row.check_in, row.check_out))
    waits = row.status in (Status.NOT_STARTED, Status.PENDING)
    return {
        "status": Status.PRESENT if waits else row.status,
        "check_in": row.start_time if waits else came,
        "check_out": left,
    }


class RatingDialog(StaffDialog):
    """A rating."""

    rating = RatingField(
        label=_("Rating from 1 to 10"), max_digits=4, decimal_places=2, widget=UnfoldAdminDecimalFieldWidget
    )


class PresenceSteps:
    """The buttons, on a person's row in the list and on its page; there only those that make sense now."""

    actions_detail = ("check_in", "check_out", "correct", "rate")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What may be noted now, of somebody else."""
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        try:
            row = InstructorAttendance.objects.select_related("schedule").filter(pk=object_id).first()
        except (ValueError, ValidationError):
            # What was asked for is no key at all.
            return []
        if row is None or row.instructor_id == request.user.pk:
            return []
        names = {f"attendance_instructorattendance_{name}" for name in steps_of(row, timezone.now())}
        return [one for one in actions if one.action_name in names]

    @dialog_button(title=_("Came now"), permission=_PERMISSION, icon="login", variant=ActionVariant.SUCCESS)
    def check_in(self, request: HttpRequest, form: Any, row: InstructorAttendance) -> HttpResponse:
        """They are here."""
        noted = services.check_in(row.pk, by=request.user)  # type: ignore[arg-type]
        if noted.status == Status.LATE:
            sentence = gettext("%(name)s came %(minutes)s minutes late.")
            return _noted(request, sentence, noted, minutes=noted.late_minutes)
        return _noted(request, gettext("%(name)s is here."), noted)

    @dialog_button(title=_("Left now"), permission=_PERMISSION, icon="logout")
    def check_out(self, request: HttpRequest, form: Any, row: InstructorAttendance) -> HttpResponse:
        """They go."""
        noted = services.check_out(row.pk, by=request.user)  # type: ignore[arg-type]
        return _noted(request, gettext("%(name)s has left."), noted)

    @dialog_button(
        title=_("Correct"),
        permission=_PERMISSION,
        icon="edit",
        form=CorrectionDialog,
        description=_("It stands against whatever readers saw until now. The reason is kept with your name."),
    )
    def correct(self, request: HttpRequest, form: CorrectionDialog, row: InstructorAttendance) -> HttpResponse:
        """Put it right."""
        reason, correction = form.cleaned_data["reason"], form.correction(row)
        noted = services.correct_presence(row.pk, correction, reason=reason, by=request.user)  # type: ignore[arg-type]
        return _noted(request, gettext("The attendance of %(name)s is put right."), noted)

    @dialog_button(title=_("Rate"), permission=_PERMISSION, icon="star", form=RatingDialog)
    def rate(self, request: HttpRequest, form: Any, row: InstructorAttendance) -> HttpResponse:
        """How it was."""
        noted = services.rate_presence(row.pk, form.cleaned_data["rating"], by=request.user)  # type: ignore[arg-type]
        return _noted(request, gettext("The rating of %(name)s is saved."), noted)


def _noted(request: HttpRequest, sentence: str, row: InstructorAttendance, **params: Any) -> HttpResponse:
    """Say what was noted on the page that the dialog stood on: the list, or the row's own."""
    messages.success(request, sentence % {"name": row.instructor, **params})
    return HttpResponse(headers={"HX-Refresh": "true"})
