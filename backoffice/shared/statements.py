"""Statements that the ORM writes once and that are then asked many times.

Writing the SQL of a family's balances takes the ORM 7 ms; PostgreSQL answers it in half of one. A kept statement is an
ordinary queryset, built with slots where its values go: its SQL is kept, and each asking only fills the slots. So
what a number means stands in one place, the queryset, and a list costs what its SQL costs.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, Expression, Field, IntegerField, QuerySet, TimeField, UUIDField

_FIELDS: Final[Mapping[type, type[Field[Any, Any]]]] = {
    uuid.UUID: UUIDField,
    dt.date: DateField,
    dt.time: TimeField,
    int: IntegerField,
}

type Slots = Mapping[str, Any]
type Key = tuple[tuple[str, int | None], ...]


class Slot(Expression):
    """A place in a statement for one value; it goes into the SQL as a parameter that is its own name."""

    def __init__(self, name: str, place: int, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name, self.place = name, place

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A parameter, to be filled when the statement is asked."""
        return "%s", (self,)

    def filled(self, values: Slots) -> Any:
        """The value as this database takes it."""
        value = values[self.name]
        one = value if self.place < 0 else value[self.place]
        return self.output_field.get_db_prep_value(one, connection)


@dataclass(frozen=True)
class _Written:
    """The SQL, its parameters with the slots among them, and how the database's columns become Python's values."""

    sql: str
    params: tuple[Any, ...]
    converters: Any
    compiler: Any


class KeptStatement:
    """A queryset of tuples whose SQL is written once for each number of values it is asked with.

    `build` takes what `rows` takes, by name, and returns `….values_list(…)`. A list must not be empty; it may be an
    argument of `__in` alone.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept: dict[tuple[str, Key], _Written] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values; one query."""
        written = self._written(values)
        params = [one.filled(values) if isinstance(one, Slot) else one for one in written.params]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not written.converters:
            return found
        return [tuple(row) for row in written.compiler.apply_converters(found, written.converters)]

    def _written(self, values: Slots) -> _Written:
        key: Key = tuple((name, len(value) if isinstance(value, Sequence) else None) for name, value in values.items())
        kept = self._kept.get((connection.vendor, key))
        if kept is None:
            kept = self._kept[connection.vendor, key] = self._write(values)
        return kept

    def _write(self, values: Slots) -> _Written:
        slots = {name: _slots(name, value) for name, value in values.items()}
        compiler = self._build(**slots).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return _Written(sql, tuple(params), converters, compiler)


def _slots(name: str, value: Any) -> Slot | list[Slot]:
    if isinstance(value, Sequence):
        return [Slot(name, place, _FIELDS[type(one)]()) for place, one in enumerate(value)]
    return Slot(name, -1, _FIELDS[type(value)]())
