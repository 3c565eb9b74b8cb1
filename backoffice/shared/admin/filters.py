"""Filters of lists that the framework's own get wrong for us."""

import datetime as dt
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter

from ..dates import day_begins, parse_date
from ..errors import DomainError


class DayRangeFilter(RangeDateFilter):
    """Moments from one day of the centre's calendar to another, both included.

    Unfold's own compares a moment with the last day's midnight, so that day's payments would be missing. A day that
    can't be read is refused and not passed over: nobody should export everything by a slip of the hand.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows between the two days."""
        first, last = self._day("from"), self._day("to")
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": day_begins(first)})
        if last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": day_begins(last + dt.timedelta(days=1))})
        return queryset

    def _day(self, end: str) -> dt.date | None:
        typed = self.used_parameters.get(f"{self.parameter_name}_{end}")
        if not typed:
            return None
        try:
            return parse_date(typed)
        except DomainError as error:
            raise IncorrectLookupParameters(str(error)) from error
