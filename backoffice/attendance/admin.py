"""Staff screens of attendance."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from backoffice.shared.admin import ReadOnly, StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.figures import display
from backoffice.shared.errors import DomainError
from backoffice.shared.text import ascii_digits

from . import services
from .models import (
    AttendanceCronLog,
    Device,
    InstructorAttendance,
    LectureAttendance,
    ParentInstructorRating,
    Scan,
    StudentInstructorRating,
    SupervisorSchedule,
)


class RatingField(forms.DecimalField):
    """A rating in whichever digits it is typed."""

    def to_python(self, value: Any) -> Any:
        """The number behind Arabic or Western digits."""
        return super().to_python(ascii_digits(value) if isinstance(value, str) else value)


class MarkDialog(StaffDialog):
    """Present with a rating, or absent."""

    present = forms.TypedChoiceField(
        label=_("Mark"),
        choices=[("1", _("Present")), ("0", _("Absent"))],
        coerce=lambda value: value == "1",
        widget=UnfoldAdminSelectWidget,
    )
    rating = RatingField(
        label=_("Rating from 1 to 10"),
        required=False,
        max_digits=4,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    notes = forms.CharField(label=_("Notes"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))


@admin.register(LectureAttendance)
class LectureAttendanceAdmin(ReadOnly, StaffAdmin):
    """Who came to lectures; a mark is made by the button and goes through the service."""

    list_display = ("who", "course", "day", "mark", "rating", "marked_by", "marked_via")
    list_filter = ("present", ("lecture__day", RangeDateFilter), "marked_via", "lecture__course__season")
    search_fields = ("child__search_text", "student__user__search_text", "lecture__course__search_text")
    search_help_text = _("A name, a code or a course")
    ordering = ("-lecture__day", "-lecture__start_time", "id")
    list_select_related = ("child", "student__user", "lecture__course", "marked_by")
    actions_detail = ("mark_by_hand",)
    actions_row = ("mark_by_hand",)

    @display(description=_("participant"))
    def who(self, row: LectureAttendance) -> str:
        """The child or the student."""
        return str(row.participant)

    @display(description=_("course"), ordering="lecture__course__name")
    def course(self, row: LectureAttendance) -> str:
        """The course and the lecture's number."""
        return str(row.lecture)

    @display(description=_("day"), ordering="lecture__day")
    def day(self, row: LectureAttendance) -> Any:
        """The lecture's day."""
        return row.lecture.day

    @display(description=_("mark"), label={"present": "success", "absent": "danger", "unmarked": "info"})
    def mark(self, row: LectureAttendance) -> tuple[str, Any]:
        """Present, absent, or not marked yet."""
        if row.present is None:
            return "unmarked", _("Not marked")
        return ("present", _("Present")) if row.present else ("absent", _("Absent"))

    @dialog_button(
        title=_("Mark"), permission="attendance.change_lectureattendance", form=MarkDialog, icon="how_to_reg"
    )
    def mark_by_hand(self, request: HttpRequest, form: Any, row: LectureAttendance) -> str:
        """Mark one participant."""
        data = form.cleaned_data
        mark = services.Mark(present=data["present"], rating=data["rating"], notes=data["notes"])
        services.mark_lecture(row.lecture_id, {row.pk: mark}, by=request.user)  # type: ignore[arg-type]
        return str(_("The mark of %(name)s is saved.") % {"name": row.participant})


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


@admin.register(AttendanceCronLog)
class AttendanceCronLogAdmin(ReadOnly, StaffAdmin):
    """What the scheduled jobs did."""

    list_display = ("job", "business_day", "started_at", "finished_at", "attempts")
    list_filter = ("job", ("business_day", RangeDateFilter))


class RatingAdmin(ReadOnly, StaffAdmin):
    """Ratings of instructors, to read."""

    list_filter = ("course__season",)
    search_fields = ("instructor__user__search_text", "course__search_text")


@admin.register(StudentInstructorRating)
class StudentInstructorRatingAdmin(RatingAdmin):
    """Ratings by students."""

    list_display = ("instructor", "course", "student", "rating", "created_at")
    list_select_related = ("instructor__user", "course", "student__user")


@admin.register(ParentInstructorRating)
class ParentInstructorRatingAdmin(RatingAdmin):
    """Ratings by parents."""

    list_display = ("instructor", "course", "parent", "rating", "created_at")
    list_select_related = ("instructor__user", "course", "parent__user")
