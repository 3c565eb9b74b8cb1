"""Who came to lectures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from backoffice.shared.admin import ReadOnly, StaffAdmin, StaffDialog, dialog_button
from backoffice.shared.admin.figures import display

from .. import services
from ..models import LectureAttendance
from .fields import RatingField


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
