"""Filters of the courses' lists."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from ..models import Weekday


class WeekdayFilter(DropdownFilter):
    """Courses that meet on a weekday."""

    title = _("weekday")
    parameter_name = "weekday"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Saturday first."""
        return [(str(value), label) for value, label in Weekday.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those with a weekly hour on it."""
        value = self.value()
        if value not in {str(one) for one in Weekday.values}:
            return queryset
        return queryset.filter(pk__in=_courses_on(queryset, int(value)))


def _courses_on(queryset: QuerySet[Any], weekday: int) -> Any:
    hours: Any = queryset.model._meta.get_field("schedules").related_model
    return hours.objects.filter(weekday=weekday).values("course_id")


class SeatsFilter(DropdownFilter):
    """Courses by their seats."""

    title = _("seats")
    parameter_name = "seats"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Free or full."""
        return [("free", _("Seats left")), ("full", _("Full"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """With a seat left, or without."""
        match self.value():
            case "free":
                return queryset.filter(enrolled_count__lt=F("capacity"))
            case "full":
                return queryset.filter(enrolled_count__gte=F("capacity"))
        return queryset
