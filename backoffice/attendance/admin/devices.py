"""Readers at the doors, and what they read."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import display

from ..models import Device, Scan


@admin.register(Device)
class DeviceAdmin(StaffAdmin):
    """Readers at the doors."""

    list_display = ("name", "location", "is_active", "last_seen_at", "scans_today")
    list_filter = ("is_active",)
    search_fields = ("name", "location")
    has_few_rows = True
    readonly_fields = ("last_seen_at", "clock_offset_seconds", "key_changed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Device]:
        """Devices with today's scans counted."""
        begin = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        today = Count("scans", filter=Q(scans__received_at__gte=begin))
        return super().get_queryset(request).annotate(today=today)

    @display(description=_("scans today"))
    def scans_today(self, device: Any) -> int:
        """How often it read a code today."""
        return int(device.today)


@admin.register(Scan)
class ScanAdmin(ReadOnly, StaffAdmin):
    """What the readers read."""

    list_display = ("at", "device", "code", "method", "outcome")
    list_filter = ("outcome", "method", "device", ("at", RangeDateFilter))
    search_fields = ("code",)
    list_select_related = ("device",)
