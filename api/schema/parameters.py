"""What may stand behind the ? of an address, as OpenAPI."""

from typing import Any

import django_filters
from drf_spectacular.utils import OpenApiParameter

from ..filters import AmountFilter, DayFilter, OrderingFilter, SearchFilter, TextFilter, WholeNumberFilter
from ..idempotency import HEADER, LONGEST_KEY
from ..paging import DEFAULT_SIZE, LARGEST_SIZE, PAGE, PAGE_SIZE


def in_query(name: str, schema: dict[str, Any], description: str = "", required: bool = False) -> OpenApiParameter:  # noqa: FBT001  OpenAPI's own word
    """A parameter of the address."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, required=required, description=description)


def of_filter(name: str, one: Any) -> OpenApiParameter:
    """A list's filter."""
    description = str(one.extra.get("help_text", ""))
    if isinstance(one, OrderingFilter):
        names = sorted((value for value, _label in one.extra["choices"]), key=lambda value: (value.lstrip("-"), value))
        schema = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1}
        return OpenApiParameter(
            name, schema, OpenApiParameter.QUERY, explode=False, description=description or "Later names decide ties."
        )
    return in_query(name, _schema_of(one), description)


def _schema_of(one: Any) -> dict[str, Any]:
    extra = one.extra
    match one:
        case django_filters.ChoiceFilter():
            return {"enum": [value for value, _label in extra["choices"]], "type": "string"}
        case AmountFilter():
            return {"type": "number", "minimum": 0, "maximum": extra["max_value"], "multipleOf": 0.01}
        case WholeNumberFilter():
            return {"type": "integer", "minimum": extra["min_value"], "maximum": extra["max_value"]}
        case DayFilter():
            return {"type": "string", "format": "date"}
        case django_filters.UUIDFilter():
            return {"type": "string", "format": "uuid"}
        case SearchFilter():
            return {"type": "string", "maxLength": extra["max_length"]}
        case TextFilter():
            return {"type": "string", "minLength": 1, "maxLength": extra["max_length"]}
    raise LookupError(f"{type(one).__name__} has no shape in api/schema/parameters.py")


OF_PAGES = [
    in_query(PAGE, {"type": "integer", "minimum": 1, "maximum": 999_999_999, "default": 1}, "Past the end is a 404."),
    in_query(PAGE_SIZE, {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}),
]

IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="The same key and body within 24 hours get the first answer, with `Idempotent-Replayed: true`.",
)
