"""Makes the schema from the code."""

import json
from pathlib import Path
from typing import Any, Final

from django.utils import translation

KEPT: Final = Path(__file__).with_name("openapi.json")


class NotClean(Exception):
    """drf-spectacular had to guess."""


def make_schema() -> dict[str, Any]:
    """The contract as OpenAPI 3, in English; raises NotClean with drf-spectacular's warnings."""
    # Here, for the process that answers requests never comes by.
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    with translation.override("en"), GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        said = [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    if said:
        raise NotClean("\n".join(said))
    return json.loads(json.dumps(schema, default=str))  # type: ignore[no-any-return]


def kept_schema() -> dict[str, Any]:
    """The contract as it was last written down."""
    return json.loads(KEPT.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def as_text(schema: dict[str, Any]) -> str:
    """As it is kept: a line for each value, so that a change can be read."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
