"""The screen of places; the app of money registers it with what was paid."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from backoffice.shared.admin import ReadOnly, StaffAdmin, dialog_button
from backoffice.shared.admin.figures import badge, left_to_right, phone, two_lines
from backoffice.shared.admin.steps import OnlyPossibleSteps

from .. import services
from ..models import Enrollment
from .dialogs import OptionalReasonDialog, ReasonDialog

CHANGE = "enrollments.change_enrollment"
PEOPLE = ("child__primary_parent__user", "student__user")
STATE_COLOURS = {
    "active": "success",
    "suspended": "warning",
    "completed": "info",
    "dropped": "danger",
    "refunded": "danger",
}
SEARCH = (
    "child__search_text",
    "child__primary_parent__user__search_text",
    "student__user__search_text",
    "student__unique_code",
    "course__search_text",
)


def participant_cell(row: Any) -> SafeString:
    """The participant, and below the number the family is called at; the row has its people at hand."""
    user = row.child.primary_parent.user if row.child_id else row.student.user
    return two_lines(row.participant, phone(user.phone_number1))


class EnrollmentAdmin(OnlyPossibleSteps, ReadOnly, StaffAdmin):
    """Places in courses, to look at; the buttons move their state."""

    list_display: ClassVar[Any] = ("who", "course", "state", "enrolled_at")
    list_filter: ClassVar[Any] = ("status", ("course", AutocompleteSelectFilter), "course__season")
    search_fields = SEARCH
    search_help_text = _("A child, a parent, a number, a code or a course")
    ordering = ("-enrolled_at", "id")
    list_select_related = False
    fields: ClassVar[Any] = (
        ("who", "code"),
        ("course", "state"),
        ("enrolled_at", "accepted_by"),
        ("ended_at", "status_reason"),
    )
    readonly_fields: ClassVar[Any] = ("who", "code", "state")
    actions_detail: ClassVar[Any] = ("suspend", "resume", "complete", "drop")
    steps: ClassVar[dict[str, str]] = {
        "suspend": Enrollment.Status.SUSPENDED,
        "resume": Enrollment.Status.ACTIVE,
        "complete": Enrollment.Status.COMPLETED,
        "drop": Enrollment.Status.DROPPED,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        """Places with their people; those who choose one by its name need them as much as the list."""
        return super().get_queryset(request).select_related(*PEOPLE, "course__season")

    @display(description=_("participant"), ordering="child__name")
    def who(self, row: Enrollment) -> SafeString:
        """The participant and the family's number."""
        return participant_cell(row)

    @display(description=_("code"))
    def code(self, row: Enrollment) -> SafeString | str:
        """The participant's code."""
        return left_to_right(row.participant.unique_code)  # type: ignore[attr-defined]

    @display(description=_("status"), ordering="status")
    def state(self, row: Enrollment) -> SafeString:
        """The status in its colour."""
        return badge(row.get_status_display(), STATE_COLOURS[row.status])

    @dialog_button(title=_("Suspend"), permission=CHANGE, form=OptionalReasonDialog, icon="pause_circle")
    def suspend(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Let the place rest."""
        services.suspend_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is suspended; its seat stays taken."))

    @dialog_button(title=_("Resume"), permission=CHANGE, form=OptionalReasonDialog, icon="play_circle")
    def resume(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """Go on with it."""
        services.resume_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is active again."))

    @dialog_button(title=_("Complete"), permission=CHANGE, form=OptionalReasonDialog, icon="task_alt")
    def complete(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The course is done."""
        services.complete_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The course is completed."))

    @dialog_button(
        title=_("Drop"),
        description=_("The seat becomes free, and whoever waits longest is called. Money stays until it is refunded."),
        permission=CHANGE,
        form=ReasonDialog,
        icon="person_remove",
        variant=ActionVariant.DANGER,
    )
    def drop(self, request: HttpRequest, form: Any, row: Enrollment) -> str:
        """The participant leaves."""
        services.drop_enrollment(row.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return str(_("The place is given up; its seat is free."))
