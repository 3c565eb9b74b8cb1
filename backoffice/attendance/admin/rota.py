"""The supervisors' rota: a week at a glance, and hours that are given, changed and ended through services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.enums import ActionVariant
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.courses.models import Weekday
from backoffice.shared.admin import ReadOnly, StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.figures import display, left_to_right
from backoffice.shared.admin.service_pages import AddedByService, FoundField, Page, ServiceForm, Submit, service_page
from backoffice.shared.form_fields import DayField
from backoffice.shared.text import ascii_digits

from .. import services
from ..models import SupervisorSchedule
from ..selectors.week import week_of_rota

_PERMISSION = "attendance.change_supervisorschedule"


def _clock_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "class": " ".join(INPUT_CLASSES)}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget)


class MinutesField(forms.IntegerField):
    """Minutes in whichever digits they are typed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}
        widget = UnfoldAdminTextInputWidget(attrs=attrs)
        super().__init__(min_value=0, max_value=600, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number behind Arabic or Western digits."""
        return super().to_python(ascii_digits(value) if isinstance(value, str) else value)


class HoursFields(forms.Form):
    """A stretch of a week."""

    weekday = forms.TypedChoiceField(
        label=_("weekday"), choices=Weekday.choices, coerce=int, widget=UnfoldAdminSelectWidget
    )
    start_time = _clock_field(_("from"))
    end_time = _clock_field(_("to"))
    grace_period_minutes = MinutesField(label=_("grace (minutes)"), initial=20)
    auto_absent_after_minutes = MinutesField(label=_("absent after (minutes)"), initial=60)

    def hours(self) -> services.Hours:
        """What was typed."""
        return services.Hours(**{name: self.cleaned_data[name] for name in HoursFields.base_fields})


class NewHours(HoursFields, ServiceForm):
    """Hours for a supervisor, from a day on."""

    field_order = ("supervisor", "weekday", "start_time", "end_time", "begins_on")
    begins_on = DayField(label=_("from the day"), required=False, help_text=_("Left empty: from today."))

    def __init__(self, supervisor: forms.ModelChoiceField, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supervisor"] = supervisor
        self.order_fields(self.field_order)

    def step(self, request: HttpRequest) -> tuple[models.Model, str]:
        """Give them."""
        data = self.cleaned_data
        schedule = services.add_rota(
            data["supervisor"].pk, self.hours(), begins_on=data["begins_on"], by=request.user  # type: ignore[arg-type]
        )  # fmt: skip
        return schedule, gettext("%(hours)s: given.") % {"hours": schedule}


class HoursDialog(StaffDialog, HoursFields):
    """Other hours."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        found = SupervisorSchedule.objects.filter(pk=object_id) if str(object_id).isdecimal() else None
        schedule = found.first() if found is not None else None
        if schedule:
            kwargs.setdefault("initial", {name: getattr(schedule, name) for name in HoursFields.base_fields})
        super().__init__(request, object_id, *args, **kwargs)  # type: ignore[arg-type]  # Unfold's has no types


class CurrentFilter(DropdownFilter):
    """Hours that count now, unless somebody asks for those that have ended."""

    title = _("standing")
    parameter_name = "ended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The others."""
        return [("1", _("Ended"))]

    def choices(self, changelist: Any) -> Any:
        """The first choice is what counts."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("In force")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Either, and not both."""
        return queryset.exclude(ended_on=None) if self.value() else queryset.current()


@admin.register(SupervisorSchedule)
class SupervisorScheduleAdmin(AddedByService, ReadOnly, StaffAdmin):
    """The supervisors' hours; what has been worked by them stays when they end."""

    add_permission = "attendance.add_supervisorschedule"
    list_display = ("supervisor", "weekday", "hours", "minutes", "begins_on")
    list_filter = (CurrentFilter, "weekday")
    search_fields = ("supervisor__user__search_text",)
    list_select_related = ("supervisor__user",)
    ordering = ("supervisor__user__first_name", "supervisor", "weekday", "start_time")
    fields = (
        "supervisor", ("weekday", "start_time", "end_time"), ("grace_period_minutes", "auto_absent_after_minutes"),
        ("begins_on", "ended_on"),
    )  # fmt: skip
    actions_detail = ("change_hours", "end_hours")
    actions_row = ("change_hours", "end_hours")
    list_before_template = "admin/attendance/rota_week.html"

    class Media:
        css = {"all": ["css/staff.css"]}

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """With the day on which they ended, where these are shown."""
        return (*self.list_display, *(["ended_on"] if request.GET.get("ended") else []))

    @display(description=_("hours"), ordering="start_time")
    def hours(self, schedule: SupervisorSchedule) -> Any:
        """From when to when."""
        return left_to_right(f"{schedule.start_time:%H:%M}–{schedule.end_time:%H:%M}")

    @display(description=_("late after · absent after"))
    def minutes(self, schedule: SupervisorSchedule) -> str:
        """In minutes."""
        return render_to_string("admin/attendance/rota_minutes.html", {"schedule": schedule})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list below the week."""
        week = {"week": week_of_rota(), "weekdays": Weekday.choices, "today": Weekday.of(timezone.localdate())}
        return super().changelist_view(request, {**week, **(extra_context or {})})

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """None for hours that have ended, or are one's own."""
        row = self.get_object(request, str(object_id))
        if row is None or row.supervisor_id == request.user.pk or row.ended_on is not None:
            return []
        actions: list[Any] = super().get_actions_detail(request, object_id)
        return actions

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """Asks for a supervisor and hours."""
        column: Any = SupervisorSchedule._meta.get_field("supervisor")
        people = column.related_model.objects.filter(type="supervisor").select_related("user")

        def form(data: Any) -> NewHours:
            supervisor = FoundField(column, people, self.admin_site, label=_("supervisor"))
            return NewHours(supervisor, data)

        return service_page(self, request, Page(_("New hours"), [Submit(_("Give these hours"))]), form)

    @dialog_button(
        title=_("Change the hours"),
        permission=_PERMISSION,
        form=HoursDialog,
        icon="edit_calendar",
        description=_("Who is still expected today and later is expected by the new hours."),
    )
    def change_hours(self, request: HttpRequest, form: HoursDialog, schedule: SupervisorSchedule) -> str:
        """Other hours."""
        changed = services.change_rota(schedule.pk, form.hours(), by=request.user)  # type: ignore[arg-type]
        return gettext("%(hours)s: changed.") % {"hours": changed}

    @dialog_button(
        title=_("End"),
        permission=_PERMISSION,
        icon="event_busy",
        variant=ActionVariant.DANGER,
        submit=_("End these hours"),
        description=_("From today on nobody is expected by these hours. What was before stays."),
    )
    def end_hours(self, request: HttpRequest, form: Any, schedule: SupervisorSchedule) -> str:
        """No more."""
        ended = services.end_rota(schedule.pk, by=request.user)  # type: ignore[arg-type]
        return gettext("%(hours)s: ended.") % {"hours": ended}
