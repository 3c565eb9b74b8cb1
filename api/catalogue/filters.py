"""How courses are looked for."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from backoffice.courses.models import Season, Tag
from backoffice.courses.querysets import CourseQuerySet

from ..filters import (
    AmountFilter,
    DayFilter,
    Filters,
    OrderingFilter,
    SearchFilter,
    TextFilter,
    WholeNumberFilter,
    YesNoFilter,
)

OLDEST = 120


def _of_age(rows: CourseQuerySet, _name: str, age: int) -> CourseQuerySet:
    return rows.for_age(age)


def _on_weekday(rows: CourseQuerySet, _name: str, weekday: int) -> CourseQuerySet:
    return rows.on_weekday(weekday)


def _tagged(rows: QuerySet[Any], _name: str, tag: str) -> QuerySet[Any]:
    try:
        one = Q(tag_id=UUID(tag))
    except ValueError:
        one = Q(tag__name=tag)
    through: Any = Tag.courses.through
    return rows.filter(Exists(through.objects.filter(one, course=OuterRef("pk"))))


def _having_seats(rows: QuerySet[Any], _name: str, wanted: str) -> QuerySet[Any]:
    return rows.filter(free__gt=0) if wanted == "true" else rows.filter(free=0)


class CourseFilters(Filters):
    """Filters of courses that carry `free` (`with_free_seats`)."""

    season = django_filters.UUIDFilter(field_name="season_id")
    season_type = django_filters.ChoiceFilter(field_name="season__type", choices=Season.Type.choices)
    tag = TextFilter(max_length=60, method=_tagged, help_text="A tag's id or its name.")
    instructor = django_filters.UUIDFilter(field_name="instructor_id")
    for_adults = YesNoFilter()
    age = WholeNumberFilter(least=0, most=OLDEST, method=_of_age, help_text="Courses for somebody of this age.")
    weekday = WholeNumberFilter(least=0, most=6, method=_on_weekday, help_text="From Saturday = 0 to Friday = 6.")
    price_min = AmountFilter(field_name="price", lookup_expr="gte")
    price_max = AmountFilter(field_name="price", lookup_expr="lte")
    starts_after = DayFilter(field_name="start_date", lookup_expr="gte", help_text="On this day or later.")
    starts_before = DayFilter(field_name="start_date", lookup_expr="lte", help_text="On this day or earlier.")
    has_seats = YesNoFilter(method=_having_seats)
    search = SearchFilter(help_text="Words of the name or the description, in any spelling of Arabic letters.")
    ordering = OrderingFilter(
        fields={"start_date": "start_date", "price": "price", "name": "name", "free": "seats_left"}
    )
