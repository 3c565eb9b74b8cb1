"""Who of the staff was due and came, and the supervisors' weekly hours."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import display

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


@admin.register(SupervisorSchedule)
class SupervisorScheduleAdmin(ReadOnly, StaffAdmin):
    """The supervisors' rota."""

    list_display = ("supervisor", "weekday", "start_time", "end_time", "grace_period_minutes")
    list_filter = ("weekday",)
    search_fields = ("supervisor__user__search_text",)
    list_select_related = ("supervisor__user",)
