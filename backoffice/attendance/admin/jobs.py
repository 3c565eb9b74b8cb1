"""What the scheduled jobs did."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin

from ..models import AttendanceCronLog


@admin.register(AttendanceCronLog)
class AttendanceCronLogAdmin(ReadOnly, StaffAdmin):
    """What the scheduled jobs did."""

    list_display = ("job", "business_day", "started_at", "finished_at", "attempts")
    list_filter = ("job", ("business_day", RangeDateFilter))
