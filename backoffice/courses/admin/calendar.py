"""Screens of seasons, holidays, rooms and tags."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from backoffice.shared.admin import StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.figures import display, money
from backoffice.shared.errors import DomainError
from backoffice.shared.form_fields import AmountField
from backoffice.shared.sheets.small import Csv, Xlsx

from ..models import Holiday, Room, Season, Tag
from ..resources import HolidayResource, RoomResource, SeasonResource, TagResource
from ..selectors import courses_of_holiday, season_faults
from ..services import SEES_TARGET, rebuild_lectures, set_revenue_target
from .saving import LockedWhileSaved, RulesForm


class ReferenceAdmin(LockedWhileSaved, ImportExportModelAdmin, StaffAdmin):
    """Tables of some dozens of rows, which the office may also bring and take as a sheet."""

    has_few_rows = True
    search_fields = ("name",)
    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = [Csv, Xlsx]
    # The audit trail stands in for Django's own log.
    skip_admin_log = True
    actions = None

    def has_import_permission(self, request: HttpRequest) -> bool:
        """A sheet both adds and changes rows."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """What our reader says of a file stands at its field; of other faults import-export says what it can."""
        if isinstance(e, DomainError):
            form.add_error("import_file", str(e))
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def get_data_for_export(self, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        """With real numbers and days; how they are spelled is the sheet's business."""
        return super().get_data_for_export(request, queryset, **kwargs | {"force_native_type": True})


class SeasonForm(RulesForm):
    """A season; its courses stay inside it."""

    def faults(self) -> Iterable[DomainError]:
        """Courses left outside."""
        return season_faults(self.instance)


class TargetDialog(StaffDialog):
    """What a season should bring in."""

    target = AmountField(label=_("Revenue target (EGP)"), required=False, help_text=_("Leave empty for none."))

    def __init__(self, *args: Any, object_id: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, object_id=object_id, **kwargs)
        target = Season.objects.filter(pk=object_id).values_list("revenue_target", flat=True).first()
        self.initial.setdefault("target", "" if target is None else f"{target:.2f}".removesuffix(".00"))


@admin.register(Season)
class SeasonAdmin(ReferenceAdmin):
    """Seasons; what they should bring in is for those alone who may see it."""

    form = SeasonForm
    resource_classes = [SeasonResource]
    list_display = ("name", "kind", "start_date", "end_date", "is_active", "courses_count")
    list_filter = (("type", ChoicesDropdownFilter), "is_active")
    fieldsets = ((None, {"fields": (("name", "type"), ("start_date", "end_date"), "is_active")}),)
    readonly_fields = ("target",)
    actions_detail = ("set_target",)
    guarded_fields: ClassVar[Any] = {"revenue_target": SEES_TARGET}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the target of a season that is there, for who may see it."""
        if obj is None or not request.user.has_perm(SEES_TARGET):
            return self.fieldsets
        return (*self.fieldsets, (_("Money"), {"fields": ("target",)}))

    def get_list_display(self, request: HttpRequest) -> Any:
        """With the target for those who may see it."""
        target = ("target",) if request.user.has_perm(SEES_TARGET) else ()
        return (*self.list_display, *target)

    @display(description=_("revenue target (EGP)"), ordering="revenue_target")
    def target(self, season: Season) -> Any:
        """What it should bring in."""
        return money(season.revenue_target) or "—"

    @dialog_button(
        title=_("Set the revenue target"), permission=SEES_TARGET, form=TargetDialog, icon="flag", submit=_("Save")
    )
    def set_target(self, request: HttpRequest, form: Any, season: Season) -> str:
        """What it should bring in, or nothing."""
        set_revenue_target(season.pk, target=form.cleaned_data["target"], by=request.user)  # type: ignore[arg-type]
        return gettext("The target of the season is kept.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of courses."""
        return super().get_queryset(request).annotate(courses_count=Count("courses"))

    @display(description=_("kind"), ordering="type", label=True)
    def kind(self, season: Season) -> str:
        """Summer camp, school year, …"""
        return season.get_type_display()

    @display(description=_("courses"), ordering="courses_count")
    def courses_count(self, season: Any) -> int:
        """How many courses it has."""
        return int(season.courses_count)


class HolidayDialog(StaffDialog):
    """Shows which courses the holiday meets."""

    form_before_template = "admin/courses/holiday_courses.html"

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        """The courses."""
        holiday = Holiday.objects.select_related("season").filter(pk=object_id).first()
        return {"courses": courses_of_holiday(holiday) if holiday else []}


@admin.register(Holiday)
class HolidayAdmin(ReferenceAdmin):
    """Holidays: days in which no lecture is planned."""

    resource_classes = [HolidayResource]
    list_display = ("name", "whose", "start_date", "end_date")
    list_filter = (("season", RelatedDropdownFilter),)
    list_select_related = ("season",)
    autocomplete_fields = ("season",)
    fieldsets = ((None, {"fields": (("name", "season"), ("start_date", "end_date"))}),)
    actions_detail = ("rebuild_courses",)

    @display(description=_("season"), ordering="season__name")
    def whose(self, holiday: Holiday) -> str:
        """The season, or all."""
        return str(holiday.season) if holiday.season else gettext("All seasons")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save, and say which courses' lectures may have to follow."""
        super().save_model(request, obj, form, change)
        count = len(courses_of_holiday(obj))
        if count and (not change or form.changed_data):
            sentence = ngettext(
                "%(count)s course has lessons in these days: rebuild its lectures from the holiday's page.",
                "%(count)s courses have lessons in these days: rebuild their lectures from the holiday's page.",
                count,
            )
            messages.info(request, sentence % {"count": count})

    @dialog_button(
        title=_("Rebuild the courses' lectures"),
        permission="courses.change_course",
        form=HolidayDialog,
        icon="event_repeat",
        submit=_("Rebuild"),
    )
    def rebuild_courses(self, request: HttpRequest, form: Any, obj: Holiday) -> str:
        """Plan each course anew; one that clashes is named and the others go on."""
        done = 0
        for course in courses_of_holiday(obj):
            try:
                rebuild_lectures(course.pk, by=request.user)  # type: ignore[arg-type]
                done += 1
            except DomainError as error:
                messages.error(request, f"{course}: {error}")
        return ngettext(
            "The lectures of %(count)s course follow the calendar.",
            "The lectures of %(count)s courses follow the calendar.",
            done,
        ) % {"count": done}


@admin.register(Room)
class RoomAdmin(ReferenceAdmin):
    """Rooms."""

    resource_classes = [RoomResource]
    list_display = ("name", "capacity")
    fieldsets = ((None, {"fields": (("name", "capacity"),)}),)


@admin.register(Tag)
class TagAdmin(ReferenceAdmin):
    """Tags of courses and instructors."""

    resource_classes = [TagResource]
    list_display = ("name", "courses_count")
    autocomplete_fields = ("instructors",)
    fieldsets = ((None, {"fields": ("name", "instructors")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the number of courses."""
        return super().get_queryset(request).annotate(courses_count=Count("courses"))

    @display(description=_("courses"), ordering="courses_count")
    def courses_count(self, tag: Any) -> int:
        """How many courses carry it."""
        return int(tag.courses_count)


def span_in_words(first: Any, last: Any) -> str:
    """08/02/2026 – 07/03/2026."""
    return " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in (first, last) if day)
