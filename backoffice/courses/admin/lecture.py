"""The screen of lectures: a state is changed by a button, never typed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeDateFilter,
    RelatedDropdownFilter,
)
from unfold.enums import ActionVariant
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from backoffice.shared.admin import StaffAdmin, StaffDialog, dialog_button, refusal
from backoffice.shared.admin.figures import display
from backoffice.shared.errors import DomainError
from backoffice.users.models import Instructor

from ..models import Lecture, Room
from ..selectors import day_in_words, hours_in_words
from ..services import (
    cancel_and_replace_lecture,
    cancel_lecture,
    complete_lecture,
    delete_lecture,
    move_lecture,
)
from .saving import LockedWhileSaved

STATUS_COLOURS = {
    Lecture.Status.SCHEDULED: "info",
    Lecture.Status.COMPLETED: "success",
    Lecture.Status.CANCELLED: "danger",
}


class ReasonDialog(StaffDialog):
    """Asks why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "autofocus": True})
    )


def _native(kind: str, written: str) -> dict[str, Any]:
    """The browser's own picker: Django's calendar is not there in a dialog that comes later than the page."""
    return {"attrs": {"type": kind, "class": " ".join(INPUT_CLASSES)}, "format": written}


class MoveDialog(StaffDialog):
    """Where a lecture is moved to."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(**_native("date", "%Y-%m-%d")))
    start_time = forms.TimeField(label=_("From"), widget=forms.TimeInput(**_native("time", "%H:%M")))
    end_time = forms.TimeField(label=_("To"), widget=forms.TimeInput(**_native("time", "%H:%M")))
    instructor = forms.ModelChoiceField(
        Instructor.objects.none(), label=_("Instructor"), required=False, widget=UnfoldAdminSelectWidget
    )
    room = forms.ModelChoiceField(Room.objects.none(), label=_("Room"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        lecture = _lecture_of(request, object_id)
        if lecture:
            fields = ("day", "start_time", "end_time", "instructor", "room")
            kwargs.setdefault("initial", {name: getattr(lecture, name) for name in fields})
        super().__init__(request, object_id, *args, **kwargs)
        people = Instructor.objects.select_related("user").filter(user__is_active=True)
        self.fields["instructor"].queryset = people.order_by("user__first_name")
        self.fields["room"].queryset = Room.objects.all()


def _lecture_of(request: HttpRequest, object_id: Any) -> Lecture | None:
    try:
        found: Lecture | None = Lecture.objects.visible_to(request.user).filter(pk=object_id).first()
    except ValidationError:
        return None
    return found


class LectureButtons:
    """What can be done to a lecture; a button that can't be used now isn't shown on its page."""

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only steps that the lecture's state allows."""
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        lecture = _lecture_of(request, object_id)
        if lecture is None:
            return []
        allowed = _steps_of(lecture)
        return [one for one in actions if one.action_name.removeprefix("courses_lecture_") in allowed]

    @dialog_button(
        title=_("Mark as held"),
        permission="courses.change_lecture",
        icon="task_alt",
        variant=ActionVariant.SUCCESS,
        description=_("The lecture took place."),
    )
    def mark_held(self, request: HttpRequest, form: Any, obj: Lecture) -> str:
        """It was held."""
        complete_lecture(obj.pk, by=request.user)  # type: ignore[arg-type]
        return gettext("The lecture is marked as held.")

    @dialog_button(
        title=_("Move"),
        permission="courses.change_lecture",
        icon="drive_file_move",
        form=MoveDialog,
        description=_("Rebuilding the schedule leaves a moved lecture where you put it."),
    )
    def move(self, request: HttpRequest, form: Any, obj: Lecture) -> str:
        """To another day, hour, instructor or room."""
        to = {name: form.cleaned_data[name] for name in ("day", "start_time", "end_time", "instructor", "room")}
        moved = move_lecture(obj.pk, by=request.user, **to)  # type: ignore[arg-type]
        params = {"day": day_in_words(moved.day), "hours": hours_in_words(moved)}
        return gettext("The lecture is on %(day)s, %(hours)s.") % params

    @dialog_button(
        title=_("Cancel and add one"),
        permission="courses.change_lecture",
        icon="event_upcoming",
        form=ReasonDialog,
        description=_("Another lecture is added at the next free hour after the course's last."),
    )
    def cancel_and_add(self, request: HttpRequest, form: Any, obj: Lecture) -> str:
        """With a stand-in at the end."""
        added = cancel_and_replace_lecture(obj.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        params = {"day": day_in_words(added.day), "hours": hours_in_words(added)}
        return gettext("The lecture is cancelled; one is added on %(day)s, %(hours)s.") % params

    @dialog_button(
        title=_("Cancel the lecture"),
        permission="courses.change_lecture",
        icon="event_busy",
        form=ReasonDialog,
        variant=ActionVariant.DANGER,
    )
    def cancel(self, request: HttpRequest, form: Any, obj: Lecture) -> str:
        """Without a stand-in."""
        cancel_lecture(obj.pk, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return gettext("The lecture is cancelled.")


def _steps_of(lecture: Lecture) -> set[str]:
    if lecture.status != Lecture.Status.SCHEDULED:
        return set()
    steps = set() if lecture.attendance_taken else {"move", "cancel", "cancel_and_add"}
    return steps | {"mark_held"} if lecture.has_begun(timezone.now()) else steps


@admin.register(Lecture)
class LectureAdmin(LockedWhileSaved, LectureButtons, StaffAdmin):
    """Lectures; they come from their course's weekly schedule."""

    list_display = ("course", "lecture_number", "when", "hours", "instructor", "room", "state", "attendance_taken")
    list_select_related = ("course", "instructor__user", "room")
    list_per_page = 30
    ordering = ("day", "start_time", "id")
    date_hierarchy = "day"
    search_fields = ("course__search_text", "instructor__user__search_text")
    search_help_text = _("A course or an instructor")
    actions_detail = ("mark_held", "move", "cancel_and_add", "cancel")
    actions_row = actions_detail
    fields = (
        ("course", "lecture_number", "status"),
        ("when", "hours", "planned_for"),
        ("instructor", "room"),
        ("attendance_taken", "moved_by_hand"),
        "notes",
    )
    readonly_fields = (
        "course",
        "lecture_number",
        "status",
        "when",
        "hours",
        "planned_for",
        "instructor",
        "room",
        "attendance_taken",
        "moved_by_hand",
    )

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """By day, course, instructor (for those who may look instructors up), room and state."""
        of_instructor = (
            [("instructor", AutocompleteSelectFilter)] if request.user.has_perm("users.view_instructor") else []
        )
        return [
            ("day", RangeDateFilter),
            ("course", AutocompleteSelectFilter),
            *of_instructor,
            ("room", RelatedDropdownFilter),
            ("status", ChoicesDropdownFilter),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: lectures come from the weekly schedule."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not once attendance was taken."""
        return super().has_delete_permission(request, obj) and not (obj and obj.attendance_taken)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The lectures alone: what hangs on them goes or refuses in the service."""
        taken = [str(one) for one in objs if one.attendance_taken]
        names = [str(one) for one in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), taken

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """By the service, which closes the gap in the numbers."""
        delete_lecture(obj.pk, by=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Each by itself; one that stays says why."""
        for lecture in queryset:
            try:
                self.delete_model(request, lecture)
            except DomainError as error:
                messages.error(request, f"{lecture}: {error}")

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The page that asks once more; a refusal becomes a message."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            messages.error(request, refusal(error))
            return HttpResponseRedirect("../change/")

    @display(description=_("day"), ordering="day")
    def when(self, lecture: Lecture) -> str:
        """Sunday 08/02/2026."""
        return day_in_words(lecture.day)

    @display(description=_("hours"), ordering="start_time")
    def hours(self, lecture: Lecture) -> str:
        """16:00–18:00."""
        return hours_in_words(lecture)

    @display(description=_("planned for"))
    def planned_for(self, lecture: Lecture) -> str:
        """The hour of the schedule it was moved away from, or stands in for."""
        day, start = lecture.hour
        return "—" if (day, start) == (lecture.day, lecture.start_time) else f"{day_in_words(day)} {start:%H:%M}"

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def state(self, lecture: Lecture) -> tuple[str, str]:
        """Scheduled, held, cancelled."""
        return lecture.status, lecture.get_status_display()
