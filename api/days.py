"""`from` and `to` of lists that have days."""

from .filters import DayFilter, Filters


def between_days(filters: type[Filters], column: str) -> None:
    """Let the list be narrowed to the days from one to another, both among them.

    Given afterwards, for Python has a word of its own called `from`.
    """
    filters.base_filters["from"] = DayFilter(field_name=column, lookup_expr="gte", help_text="The first day.")
    filters.base_filters["to"] = DayFilter(field_name=column, lookup_expr="lte", help_text="The last day.")
