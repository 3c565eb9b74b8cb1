"""How an editor finds the course or the instructor that a page is about: by name, never by number."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from backoffice.courses.models import Course
from backoffice.users.models import Instructor


class ByWords(BaseFilterForm):
    """Words to look for."""

    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that hold every word, in any spelling of Arabic letters."""
        typed = self.cleaned_data.get("q") or ""
        if not typed:
            return objects
        self.is_searching, self.search_query = True, typed
        return objects.search(typed)  # type: ignore[attr-defined,no-any-return]  # courses are Searchable


class ByName(ByWords):
    """A part of a name."""

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        """People whose first or last name holds the words."""
        typed = self.cleaned_data.get("q") or ""
        if not typed:
            return objects
        self.is_searching, self.search_query = True, typed
        for word in typed.split():
            objects = objects.filter(Q(user__first_name__contains=word) | Q(user__last_name__contains=word))
        return objects


class _Courses:
    filter_form_class = ByWords

    def get_object_list(self) -> QuerySet[Course]:
        """The newest first, with their seasons."""
        rows: QuerySet[Course] = Course.objects.select_related("season").order_by("-is_active", "-start_date", "name")
        return rows

    @property
    def columns(self) -> list[Column]:
        """Name, season and first day."""
        return [
            self.title_column,  # type: ignore[attr-defined]
            Column("season", label=_("Season"), accessor="season.name"),
            Column("start_date", label=_("first day"), accessor="start_date"),
        ]


class CourseChooseView(_Courses, ChooseView):
    """The dialog."""


class CourseResultsView(_Courses, ChooseResultsView):
    """Its list."""


class CourseChooser(ChooserViewSet):
    """Which course a page is about."""

    model = Course
    icon = "doc-full"
    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    choose_view_class = CourseChooseView
    choose_results_view_class = CourseResultsView


class _Instructors:
    filter_form_class = ByName

    def get_object_list(self) -> QuerySet[Instructor]:
        """Who teaches, by name."""
        rows = Instructor.objects.filter(type=Instructor.Type.NORMAL, user__is_active=True).select_related("user")
        return rows.order_by("user__first_name", "user__last_name")


class InstructorChooseView(_Instructors, ChooseView):
    """The dialog."""


class InstructorResultsView(_Instructors, ChooseResultsView):
    """Its list."""


class InstructorChooser(ChooserViewSet):
    """Whom a page is about."""

    model = Instructor
    icon = "user"
    choose_one_text = _("Choose an instructor")
    choose_another_text = _("Choose another instructor")
    choose_view_class = InstructorChooseView
    choose_results_view_class = InstructorResultsView


course_chooser = CourseChooser("course_chooser")
instructor_chooser = InstructorChooser("instructor_chooser")
