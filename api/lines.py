"""Bodies of many lines, written all or not at all: what is wrong stands at each line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import exceptions

from backoffice.shared.errors import FaultyLines


@contextmanager
def faults_of(field: str) -> Iterator[None]:
    """Answer FaultyLines as serializers answer theirs: the faults of each line under its place, from 0."""
    try:
        yield
    except FaultyLines as error:
        faults: dict[str, Any] = {}
        for place, fault in error.faults.items():
            faults[str(place)] = {fault.field or "non_field_errors": [str(fault)]}
        raise exceptions.ValidationError({field: faults}) from error
