"""Filters of lists: each named, typed and in the schema; an unknown one or a bad value is refused, never ignored."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions

UNKNOWN_PARAMETER = _("There is no such parameter.")
TWICE = _("This parameter stands twice.")
_TRUE_FALSE = (("true", _("yes")), ("false", _("no")))
_LARGEST_AMOUNT = 99_999_999


class YesNoFilter(django_filters.ChoiceFilter):
    """`true` or `false`; the library's own takes anything else for "not asked"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_TRUE_FALSE, **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The value as a boolean."""
        return django_filters.Filter.filter(self, qs, value == "true")  # type: ignore[no-any-return]


class DayFilter(django_filters.DateFilter):
    """A date as 2026-09-30."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class WholeNumberFilter(django_filters.NumberFilter):
    """A whole number within limits."""

    field_class = forms.IntegerField

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(min_value=least, max_value=most, **kwargs)

    def get_max_validator(self) -> None:
        """The field's own limits are enough."""
        return


class AmountFilter(django_filters.NumberFilter):
    """An amount of EGP."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=_LARGEST_AMOUNT, decimal_places=2, **kwargs)

    def get_max_validator(self) -> None:
        """The field's own limits are enough."""
        return


class TextFilter(django_filters.CharFilter):
    """A text that a row has exactly, unless the filter has a method of its own."""


class SearchFilter(django_filters.CharFilter):
    """Words, folded: ا finds أ, ه finds ة; for querysets that have `search`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        """Rows that hold every word."""
        return qs.search(value) if value else qs


class OrderingFilter(django_filters.OrderingFilter):
    """`ordering=price,-start_date`, from an allow-list `{column: name}`; equal rows stand by their key."""

    def filter(self, qs: QuerySet[Any], value: list[str] | None) -> QuerySet[Any]:
        """In the order asked for."""
        if not value:
            return qs
        return qs.order_by(*(self.get_ordering_value(name) for name in value), "pk")


class Filters(django_filters.FilterSet):
    """The base of a list's filters. Only what the address names is built: most requests name nothing."""

    base_filters: ClassVar[dict[str, Any]]

    def __init__(self, data: QueryDict, queryset: QuerySet[Any]) -> None:
        self.base_filters = {  # type: ignore[misc]
            name: one for name, one in type(self).base_filters.items() if name in data
        }
        super().__init__(data=data, queryset=queryset)
        for one in self.filters.values():
            if not isinstance(one, SearchFilter):
                # `?season=` asks for something, and it is no season.
                one.extra["required"] = True

    @classmethod
    def are_asked(cls, data: QueryDict) -> bool:
        """Whether the address names any."""
        return not data.keys().isdisjoint(cls.base_filters)

    @classmethod
    def narrow[M: Model](cls: type[Self], data: QueryDict, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows that the address asks for; raises a 400 that names each bad value."""
        if not cls.are_asked(data):
            return rows
        filters = cls(data, rows)
        if not filters.is_valid():
            raise exceptions.ValidationError({name: list(faults) for name, faults in filters.errors.items()})
        return filters.qs  # type: ignore[no-any-return]


def refuse_unknown(data: QueryDict, known: Mapping[str, Any] | frozenset[str]) -> None:
    """Raise a 400 that names each parameter nobody reads, and each that stands twice."""
    faults = {name: [UNKNOWN_PARAMETER] for name in data if name not in known}
    faults |= {name: [TWICE] for name, values in data.lists() if name in known and len(values) > 1}
    if faults:
        raise exceptions.ValidationError(faults)
