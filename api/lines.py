"""Bodies of many lines, written all or not at all: what is wrong stands at each line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import exceptions

from backoffice.shared.errors import FaultyLines


@contextmanager
def faults_of(field: str, lines: int) -> Iterator[None]:
    """Answer FaultyLines as serializers answer theirs: a list as long as the lines, empty where one is right."""
    try:
        yield
    except FaultyLines as error:
        faults: list[dict[str, Any]] = [{} for _ in range(lines)]
        for place, fault in error.faults.items():
            faults[place] = {fault.field or "non_field_errors": [str(fault)]}
        raise exceptions.ValidationError({field: faults}) from error
