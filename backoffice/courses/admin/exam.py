"""The screen of exams and their results."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, RangeDateFilter
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.shared.admin import StaffAdmin, StaffTabularInline
from backoffice.shared.admin.figures import display
from backoffice.shared.errors import DomainError

from ..models import Course, Exam, ExamResult
from ..selectors import exam_faults
from ..services import keep_full_marks
from .saving import LockedWhileSaved, RulesForm


class ExamForm(RulesForm):
    """An exam; its full marks stay above what somebody has."""

    def faults(self) -> Iterable[DomainError]:
        """Somebody has more."""
        return exam_faults(self.instance)


class ResultRows(PaginationInlineFormSet):
    """The results of one exam together."""

    def clean(self) -> None:
        """Marks within the exam's full marks, and each participant once."""
        super().clean()
        seen: set[tuple[Any, Any]] = set()
        for form in self.forms:
            if form in self.deleted_forms or not (form.has_changed() or form.instance.marks is not None):
                continue
            total = self.instance.total_marks
            # The copy that the database holds marks against.
            form.instance.total_marks = total
            marks = form.cleaned_data.get("marks") if hasattr(form, "cleaned_data") else None
            if total is not None and marks is not None and not 0 <= marks <= total:
                sentence = gettext("Marks are from 0 to %(total)s.")
                form.add_error("marks", forms.ValidationError(sentence % {"total": total}))
            who = (form.instance.child_id, form.instance.student_id)
            if who != (None, None) and who in seen:
                form.add_error(None, forms.ValidationError(gettext("This participant stands twice.")))
            seen.add(who)


class Results(StaffTabularInline):
    """Results; percentage and pass are worked out."""

    model = ExamResult
    formset = ResultRows
    fields = ("child", "student", "marks", "percentage", "passed", "notes")
    readonly_fields = ("percentage", "passed")
    autocomplete_fields = ("child", "student")
    per_page = 25
    # A line, not a box six lines high: a course has a hundred results.
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.TextField: {"widget": UnfoldAdminTextInputWidget}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the names that are shown."""
        return super().get_queryset(request).select_related("exam__course", "child", "student__user")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who may not look people up gives marks to those on the list, and can't put others there."""
        return self.readonly_fields if self._may_choose(request) else ("child", "student", *self.readonly_fields)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who may look people up."""
        return super().has_add_permission(request, obj) and self._may_choose(request)

    def _may_choose(self, request: HttpRequest) -> bool:
        return request.user.has_perm("users.view_child") and request.user.has_perm("users.view_studentuser")

    @display(description=_("percentage"))
    def percentage(self, result: ExamResult) -> str:
        """63.75 %."""
        return f"{result.percentage} %" if _has_marks(result) else "—"

    @display(description=_("passed"), boolean=True)
    def passed(self, result: ExamResult) -> bool | None:
        """Whether the pass mark was reached."""
        return result.passed if _has_marks(result) else None


def _has_marks(result: ExamResult) -> bool:
    return result.marks is not None and bool(result.total_marks)


@admin.register(Exam)
class ExamAdmin(LockedWhileSaved, StaffAdmin):
    """Exams with their results."""

    form = ExamForm
    inlines = (Results,)
    list_display = ("title", "course", "kind", "day", "total_marks", "pass_marks", "results_count")
    list_filter = (("course", AutocompleteSelectFilter), ("type", ChoicesDropdownFilter), ("day", RangeDateFilter))
    list_select_related = ("course",)
    search_fields = ("course__search_text", "title")
    search_help_text = _("A course or a title")
    autocomplete_fields = ("course",)
    actions = None
    fieldsets = ((None, {"fields": (("title", "course"), ("type", "day"), ("total_marks", "pass_marks"))}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Exams of courses the person may see, with the number of results."""
        courses = Course.objects.visible_to(request.user)
        return super().get_queryset(request).filter(course__in=courses).annotate(results_count=Count("results"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An exam is given in a course the person may see."""
        if db_field.name == "course":
            kwargs["queryset"] = Course.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """The exam's full marks go to its results."""
        super().save_related(request, form, formsets, change)
        keep_full_marks(form.instance.pk, by=request.user)  # type: ignore[arg-type]

    @display(description=_("kind"), ordering="type", label=True)
    def kind(self, exam: Exam) -> str:
        """Quiz, midterm, …"""
        return exam.get_type_display()

    @display(description=_("results"), ordering="results_count")
    def results_count(self, exam: Any) -> int:
        """How many participants have marks."""
        return int(exam.results_count)
