"""The screen of courses."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RelatedDropdownFilter

from backoffice.shared import audit
from backoffice.shared.admin import ReadOnlyInline, StaffAdmin, StaffTabularInline, dialog_button
from backoffice.shared.admin.figures import display

from ..events import capacity_raised
from ..models import Course, CourseSchedule, Lecture
from ..selectors import LecturePlan, Standing, day_in_words, hours_in_words, standing_of
from ..services import rebuild_lectures
from .calendar import span_in_words
from .course_forms import CourseForm, PlanDialog, WeeklyHourForm, WeeklySchedule
from .filters import SeatsFilter, WeekdayFilter
from .saving import LockedWhileSaved

STANDING_COLOURS = {
    Standing.OPEN: "success",
    Standing.NOT_YET: "info",
    Standing.CLOSED: "warning",
    Standing.FULL: "danger",
    Standing.ENDED: "",
    Standing.INACTIVE: "",
}


class WeeklyHours(StaffTabularInline):
    """The weekly schedule of a course."""

    model = CourseSchedule
    form = WeeklyHourForm
    formset = WeeklySchedule
    show_title = False
    fields = ("weekday", "start_time", "end_time", "room")
    autocomplete_fields = ("room",)


class PlannedLectures(ReadOnlyInline):
    """The course's lectures, to look at."""

    model = Lecture
    tab = True
    per_page = 30
    fields = ("lecture_number", "when", "hours", "instructor", "room", "state")
    readonly_fields = fields
    ordering = ("day", "start_time")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names that are shown."""
        return super().get_queryset(request).select_related("course", "instructor__user", "room")

    @display(description=_("day"))
    def when(self, lecture: Lecture) -> str:
        """Sunday 08/02/2026."""
        return day_in_words(lecture.day)

    @display(description=_("hours"))
    def hours(self, lecture: Lecture) -> str:
        """16:00–18:00."""
        return hours_in_words(lecture)

    @display(description=_("status"))
    def state(self, lecture: Lecture) -> str:
        """Scheduled, held, cancelled."""
        return lecture.get_status_display()


@admin.register(Course)
class CourseAdmin(LockedWhileSaved, StaffAdmin):
    """Courses: saving one with its weekly schedule makes its lectures."""

    form = CourseForm
    inlines = (WeeklyHours, PlannedLectures)
    list_display = ("name", "season", "instructor", "weekdays", "dates", "money", "seats", "standing")
    list_select_related = ("season", "instructor__user", "room")
    search_fields = ("search_text", "instructor__user__search_text")
    search_help_text = _("A course or an instructor")
    autocomplete_fields = ("season", "instructor", "room", "tags")
    readonly_fields = ("seats_taken",)
    actions = None
    actions_detail = ("rebuild",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "season"),
                    ("instructor", "room"),
                    ("start_date", "end_date", "num_lectures"),
                    ("price", "capacity", "seats_taken"),
                    "is_active",
                )
            },
        ),
        (
            _("Who may come, and when to register"),
            {
                "classes": ("tab",),
                "fields": (("for_adults", "min_age", "max_age"), ("registration_opens", "registration_closes")),
            },
        ),
        (_("On the site"), {"classes": ("tab",), "fields": ("description", "tags", "slug")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those the person may see, with their weekly hours."""
        return super().get_queryset(request).prefetch_related("schedules")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """By season, weekday, instructor (for those who may look instructors up), activity and seats."""
        of_instructor = (
            [("instructor", AutocompleteSelectFilter)] if request.user.has_perm("users.view_instructor") else []
        )
        return [("season", RelatedDropdownFilter), WeekdayFilter, *of_instructor, "is_active", SeatsFilter]

    @display(description=_("weekdays"))
    def weekdays(self, course: Course) -> str:
        """Sunday, Tuesday."""
        days = dict.fromkeys(hour.get_weekday_display() for hour in course.schedules.all())
        return gettext(", ").join(str(day) for day in days) or "—"

    @display(description=_("dates"), ordering="start_date")
    def dates(self, course: Course) -> Any:
        """From the first to the last day."""
        return format_html('<bdi dir="ltr">{}</bdi>', span_in_words(course.start_date, course.end_date))

    @display(description=_("price (EGP)"), ordering="price")
    def money(self, course: Course) -> Any:
        """500.00."""
        return format_html('<bdi dir="ltr">{}</bdi>', f"{course.price:,.2f}")

    @display(description=_("seats"), ordering="enrolled_count")
    def seats(self, course: Course) -> Any:
        """12 / 20, with a bar."""
        share = min(100, course.enrolled_count * 100 // course.capacity)
        colour = "bg-red-500" if course.seats_left == 0 else "bg-orange-500" if share >= 80 else "bg-green-500"
        return format_html(
            '<div class="w-24"><bdi dir="ltr">{} / {}</bdi>'
            '<div class="bg-base-100 dark:bg-base-800 h-1.5 mt-1 overflow-hidden rounded-default">'
            '<div class="h-1.5 {}" style="width:{}%"></div></div></div>',
            course.enrolled_count,
            course.capacity,
            colour,
            share,
        )

    @display(description=_("seats taken"))
    def seats_taken(self, course: Course) -> str:
        """Kept by the enrolments, never typed."""
        return str(course.enrolled_count)

    @display(description=_("status"), label=STANDING_COLOURS)
    def standing(self, course: Course) -> tuple[str, Any]:
        """Open, full, ended, …"""
        standing = standing_of(course, today=timezone.localdate())
        return standing, standing.label

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Save the weekly hours so that two that swap places don't meet on the way."""
        if formset.model is not CourseSchedule:
            super().save_formset(request, form, formset, change)
            return
        before = {row.pk: audit.snapshot(row) for row in CourseSchedule.objects.filter(course_id=form.instance.pk)}
        rows = formset.save(commit=False)
        for gone in formset.deleted_objects:
            audit.record_deleted(gone, by=request.user)  # type: ignore[arg-type]
        leaving = [row.pk for row in (*formset.deleted_objects, *rows)]
        CourseSchedule.objects.filter(pk__in=leaving).delete()
        for row in rows:
            row.save(force_insert=True)
            if row.pk in before:
                audit.record_changed(row, before[row.pk], by=request.user)  # type: ignore[arg-type]
            else:
                audit.record_created(row, by=request.user)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """After the course and its hours are written, its lectures follow, in the same transaction."""
        super().save_related(request, form, formsets, change)
        plan = rebuild_lectures(form.instance.pk, by=request.user)  # type: ignore[arg-type]
        messages.info(request, planned_in_words(plan))
        if change and "capacity" in form.changed_data and form.instance.capacity > (form.initial["capacity"] or 0):
            capacity_raised(form.instance.pk, request.user)  # type: ignore[arg-type]
        room = form.instance.room
        if room and room.capacity < form.instance.capacity:
            sentence = gettext("The course has %(seats)s seats, but %(room)s holds %(places)s.")
            params = {"seats": form.instance.capacity, "room": room, "places": room.capacity}
            messages.warning(request, sentence % params)

    @dialog_button(
        title=_("Rebuild lectures"),
        description=_(
            "What the weekly schedule makes of the lectures to come, with holidays and dates as they are now."
        ),
        permission="courses.change_course",
        form=PlanDialog,
        icon="event_repeat",
    )
    def rebuild(self, request: HttpRequest, form: Any, obj: Course) -> str:
        """Rebuild them."""
        return planned_in_words(rebuild_lectures(obj.pk, by=request.user))  # type: ignore[arg-type]


def planned_in_words(plan: LecturePlan) -> str:
    """24 lectures to come, the first on …, the last on …"""
    coming = plan.to_come
    if not coming:
        return gettext("No lecture is planned: the course has no weekly schedule, or its last day is over.")
    sentence = ngettext(
        "%(count)s lecture to come, on %(first)s.",
        "%(count)s lectures to come, the first on %(first)s, the last on %(last)s.",
        len(coming),
    )
    first, last = _day(coming[0].day), _day(coming[-1].day)
    return sentence % {"count": len(coming), "first": first, "last": last}


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
