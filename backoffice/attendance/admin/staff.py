"""Who of the staff was due and came, and the supervisors' weekly hours."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import display
from backoffice.shared.errors import DomainError

from .. import services
from ..models import InstructorAttendance, SupervisorSchedule


@admin.register(InstructorAttendance)
class InstructorAttendanceAdmin(ReadOnly, StaffAdmin):
    """Who of the staff was due and came."""

    list_display = ("instructor", "kind", "day", "start_time", "standing", "check_in", "check_out", "late_minutes")
    list_filter = ("status", "kind", ("day", RangeDateFilter))
    search_fields = ("instructor__user__search_text",)
    list_select_related = ("instructor__user", "lecture__course", "schedule")

    @display(
        description=_("status"),
        ordering="status",
        label={"present": "success", "late": "warning", "absent": "danger", "pending": "info"},
    )
    def standing(self, row: InstructorAttendance) -> tuple[str, str]:
        """The status in its colour."""
        return row.status, row.get_status_display()


class RotaForm(forms.ModelForm):
    """A supervisor's weekly hours; an overlap is said at the field."""

    class Meta:
        model = SupervisorSchedule
        fields = "__all__"  # noqa: DJ007  every column of the table is on the form

    def clean(self) -> dict[str, Any] | None:
        """Ask the rule before the constraint does."""
        cleaned = super().clean()
        needed = ("supervisor", "weekday", "start_time", "end_time")
        if cleaned and all(cleaned.get(name) is not None for name in needed):
            try:
                services.check_rota(SupervisorSchedule(pk=self.instance.pk, **cleaned))
            except DomainError as error:
                self.add_error(error.field, str(error))
        return cleaned


@admin.register(SupervisorSchedule)
class SupervisorScheduleAdmin(StaffAdmin):
    """The supervisors' rota."""

    form = RotaForm
    list_display = ("supervisor", "weekday", "start_time", "end_time", "grace_period_minutes")
    list_filter = ("weekday",)
    search_fields = ("supervisor__user__search_text",)
    autocomplete_fields = ("supervisor",)
    list_select_related = ("supervisor__user",)
