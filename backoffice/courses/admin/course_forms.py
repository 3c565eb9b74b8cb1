"""The course's form and its weekly schedule: clashes are named before anything is written."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.shared.admin import StaffDialog
from backoffice.shared.errors import DomainError

from ..models import Course, CourseSchedule, Lecture
from ..selectors import (
    LecturePlan,
    PlannedLecture,
    clash_sentences,
    course_faults,
    day_in_words,
    free_slug,
    hours_in_words,
    plan_lectures,
    schedule_faults,
)
from .saving import RulesForm


class CourseForm(RulesForm):
    """A course; its address is made from its name when it is left empty."""

    class Meta:
        model = Course
        fields = "__all__"
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        """Make the address."""
        cleaned = super().clean() or self.cleaned_data
        if "slug" in self.fields and not cleaned.get("slug") and cleaned.get("name"):
            cleaned["slug"] = free_slug(cleaned["name"], apart_from=self.instance.pk)
        return cleaned

    def faults(self) -> Iterable[DomainError]:
        """Outside its season, fewer seats than taken, …"""
        return course_faults(self.instance)


class WeeklyHourForm(forms.ModelForm):
    """One weekly hour."""

    def _get_validation_exclusions(self) -> set[str]:
        # Hours of one course are compared as they will be, by the formset: two that swap places don't collide.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | {"course"}


class WeeklySchedule(PaginationInlineFormSet):
    """The weekly hours of a course together, and the lectures they would make."""

    def clean(self) -> None:
        """Refuse hours that overlap, and lectures that clash with others, by name."""
        super().clean()
        if any(self.errors):
            return
        hours = [
            form.instance
            for form in self.forms
            if form not in self.deleted_forms and (form.has_changed() or form.instance.pk in self._known())
        ]
        for hour in hours:
            hour.course = self.instance
        overlaps = schedule_faults(hours)
        if overlaps:
            raise forms.ValidationError([str(fault) for fault in overlaps])
        if _can_be_planned(self.instance):
            self._refuse_clashes(hours)

    def _known(self) -> set[Any]:
        return {form.instance.pk for form in self.initial_forms}

    def _refuse_clashes(self, hours: list[CourseSchedule]) -> None:
        try:
            plan = plan_lectures(self.instance, hours)
        except DomainError as error:
            raise forms.ValidationError(str(error)) from error
        if plan.clashes:
            raise forms.ValidationError(clash_sentences(plan.clashes))


def _can_be_planned(course: Course) -> bool:
    """Whether the form filled in what a plan is made of; its own errors are shown at its fields."""
    return bool(course.season_id and course.start_date and (course.end_date or course.num_lectures))


class PlanDialog(StaffDialog):
    """Shows what rebuilding would do."""

    form_before_template = "admin/courses/plan.html"

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        """The plan, or why there is none."""
        course = Course.objects.visible_to(request.user).filter(pk=object_id).first()
        if course is None:
            return {}
        try:
            plan = plan_lectures(course, list(course.schedules.select_related("room")))
        except DomainError as error:
            return {"faults": [str(error)]}
        return {"plan": plan, "lines": list(_lines(plan)), "faults": clash_sentences(plan.clashes)}


def _lines(plan: LecturePlan) -> Iterator[dict[str, Any]]:
    """Each lecture that the plan touches or leaves, in order of time, with what becomes of it."""
    changed = {one.lecture_number for one in plan.changed}
    fates: list[tuple[PlannedLecture | Lecture, Any, str]] = [
        *((one, _("Goes"), "danger") for one in plan.removed),
        *((one, one.get_status_display(), "") for one in plan.stays),
        *((one, _("New"), "success") for one in plan.added),
        *(
            (one, _("Changes"), "warning") if one.lecture_number in changed else (one, _("Remains"), "info")
            for one in plan.planned
            if one.existing
        ),
    ]
    for one, what, colour in sorted(fates, key=lambda fate: (fate[0].day, fate[0].start_time)):
        number = plan.numbers.get(one.pk, "") if isinstance(one, Lecture) else one.lecture_number
        yield {
            "number": number,
            "day": day_in_words(one.day),
            "hours": hours_in_words(one),
            "what": what,
            "colour": colour,
        }
