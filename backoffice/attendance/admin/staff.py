"""Who of the staff was due and came: today's list, and the buttons that note a coming or a going."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from backoffice.shared.admin import ReadOnly, StaffAdmin
from backoffice.shared.admin.figures import display, left_to_right, two_lines

from ..models import InstructorAttendance, MarkedVia
from ..selectors.due import breaks_of, steps_of
from .month import MonthPages
from .staff_steps import PresenceSteps

AWAITED = "awaited"
YESTERDAY, WEEK, ALL = "yesterday", "week", "all"


class DayFilter(DropdownFilter):
    """Today's rows, unless somebody asks for other days."""

    title = _("day")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """From today backwards."""
        return [(YESTERDAY, _("Yesterday")), (WEEK, _("The last seven days")), (ALL, _("All days"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is today, and not everything."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Today")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The days' rows; a range of days that is asked for goes before."""
        today = timezone.localdate()
        if request.GET.get("day_from") or request.GET.get("day_to") or self.value() == ALL:
            return queryset
        back = {YESTERDAY: 1, WEEK: 6}.get(self.value() or "", 0)
        first = today - dt.timedelta(days=back)
        last = first if self.value() == YESTERDAY else today
        return queryset.filter(day__gte=first, day__lte=last)


class AwaitedFilter(DropdownFilter):
    """Who is due at this moment and hasn't come."""

    title = _("now")
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The one choice there is."""
        return [(AWAITED, _("Due, and not here"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The rows as the centre's clock has it."""
        return queryset.awaited(timezone.now()) if self.value() == AWAITED else queryset


@admin.register(InstructorAttendance)
class InstructorAttendanceAdmin(MonthPages, PresenceSteps, ReadOnly, StaffAdmin):
    """Who of the staff is expected, here, late or absent; noted by buttons that call services."""

    list_display = ("person", "hours", "standing", "came", "left", "rated")
    list_filter = (DayFilter, AwaitedFilter, "status", "kind", ("day", RangeDateFilter))
    search_fields = ("instructor__user__search_text", "lecture__course__search_text")
    search_help_text = _("A name or a course")
    ordering = ("-day", "start_time", "instructor__user__first_name", "pk")
    list_select_related = ("instructor__user", "lecture__course", "schedule")
    readonly_fields = ("due_for", "breaks_in_words")
    list_before_template = "admin/attendance/staff_above.html"

    class Media:
        css = {"all": ["css/staff.css"]}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What happened, in the order in which it did."""
        return [
            *("instructor", "due_for", ("day", "start_time", "end_time"), "status", "late_minutes"),
            *(("check_in", "check_in_via", "check_in_device"), ("check_out", "check_out_via", "check_out_device")),
            *("breaks_in_words", "rating", "correction_reason", "corrected_by"),
        ]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """With buttons for those who note."""
        notes = request.user.has_perm("attendance.change_instructorattendance")
        return [*self.list_display, *(["steps"] if notes else [])]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; nobody has buttons at their own row."""
        changelist = super().get_changelist_instance(request)
        for row in changelist.result_list:
            row.is_own = row.instructor_id == request.user.pk
        return changelist

    @display(description=_("Name"), ordering="instructor__user__first_name")
    def person(self, row: InstructorAttendance) -> SafeString:
        """The person, and what they are due for."""
        return two_lines(row.instructor, self.due_for(row))

    @display(description=_("due for"))
    def due_for(self, row: InstructorAttendance) -> str:
        """The lecture, or the rota."""
        return str(row.lecture) if row.lecture else str(row.get_kind_display())

    @display(description=_("due"), ordering="start_time")
    def hours(self, row: InstructorAttendance) -> SafeString:
        """From when to when, and the day where it isn't today."""
        hours = left_to_right(f"{row.start_time:%H:%M}–{row.end_time:%H:%M}")
        return two_lines(hours, "" if row.day == timezone.localdate() else left_to_right(f"{row.day:%d/%m/%Y}"))

    @display(description=_("status"), ordering="status")
    def standing(self, row: InstructorAttendance) -> SafeString:
        """The status, large and in its colour; how late, and that it was put right by hand."""
        return _rendered("standing", row=row)

    @display(description=_("came"), ordering="check_in")
    def came(self, row: InstructorAttendance) -> SafeString | str:
        """When and by which way they came."""
        return _passing("login", row.check_in, row.check_in_via)

    @display(description=_("left"), ordering="check_out")
    def left(self, row: InstructorAttendance) -> SafeString | str:
        """When and by which way they left."""
        return _passing("logout", row.check_out, row.check_out_via)

    @display(description=_("rating"), ordering="rating")
    def rated(self, row: InstructorAttendance) -> SafeString | str:
        """From 1 to 10."""
        return left_to_right(row.rating)

    @display(description=_("note"))
    def steps(self, row: Any) -> SafeString | str:
        """The buttons that make sense now; each opens its dialog."""
        if row.is_own:
            return ""
        names = steps_of(row, timezone.now())
        buttons = [(name, reverse(f"admin:attendance_instructorattendance_{name}", args=[row.pk])) for name in names]
        return _rendered("steps", buttons=buttons, came_back=row.check_out is not None)

    @display(description=_("went out in between"))
    def breaks_in_words(self, row: InstructorAttendance) -> SafeString | str:
        """From when to when each time."""
        return left_to_right(" · ".join(f"{_clock(out)}–{_clock(back)}" for out, back in breaks_of(row)))


def _passing(icon: str, at: dt.datetime | None, via: str) -> SafeString | str:
    if at is None:
        return ""
    # On a phone the columns have no headings.
    way = format_html('<span class="material-symbols-outlined staff-way" aria-hidden="true">{}</span> ', icon)
    return two_lines(way + left_to_right(_clock(at)), dict(MarkedVia.choices).get(via, via))


def _clock(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _rendered(name: str, **context: Any) -> SafeString:
    return render_to_string(f"admin/attendance/staff_{name}.html", context)
