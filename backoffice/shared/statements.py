"""Statements that the ORM writes once and that are then asked many times.

Writing the SQL of a family's balances takes the ORM 7 ms; PostgreSQL answers it in half of one. A kept statement is an
ordinary queryset, built with slots where its values go: its SQL is kept, and each asking only fills the slots. So
what a number means stands in one place, the queryset, and a list costs what its SQL costs.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import connection
from django.db.models import DateField, Expression, Field, IntegerField, QuerySet, TimeField, UUIDField

# A list of another length is another statement; pages are of at most 100 rows, and whoever asks for more at once asks
# seldom enough for it to be written anew.
MOST_KEPT: Final = 200
_FIELDS: Final[Mapping[type, type[Field[Any, Any]]]] = {
    uuid.UUID: UUIDField,
    dt.date: DateField,
    dt.time: TimeField,
    int: IntegerField,
}

type Slots = Mapping[str, Any]
type Row = tuple[Any, ...]
type Key = tuple[str, str, tuple[tuple[str, int | None], ...]]


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
    params: Row
    names: tuple[str, ...] = ()
    converters: Any = None
    compiler: Any = None

    def filled(self, values: Slots) -> list[Any]:
        return [one.filled(values) if isinstance(one, Slot) else one for one in self.params]

    def asked(self, values: Slots, *more: int) -> list[Row]:
        with connection.cursor() as cursor:
            _bind_on_the_server(cursor)
            cursor.execute(self.sql, [*self.filled(values), *more])
            found: list[Row] = cursor.fetchall()
        if not self.converters:
            return found
        return [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]


class _Stopped(Exception):
    """What would have been sent."""

    def __init__(self, written: _Written) -> None:
        super().__init__()
        self.written = written


class KeptStatement:
    """A queryset of `values()` or `values_list()` whose SQL is written once for each number of values it is asked with.

    `build` takes what `rows` takes, by name, and must give the same queryset whoever asks and whenever: no clock, no
    language, no permission in it. A list among the values is an argument of `__in` that every row must meet: where
    it is empty there are no rows, and nothing is asked. By a foreign key it is written `course__pk__in`: Django
    takes no slots in `course_id__in`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._kept: dict[Key, _Written] = {}

    def of(self, **values: Any) -> "KeptRows":
        """The rows for these values, not asked yet: counted and cut as a queryset is."""
        return KeptRows(self, values)

    def rows(self, **values: Any) -> list[Row]:
        """The rows for these values, as tuples; one query."""
        if _has_none(values):
            return []
        return self._written("rows", values, self._write).asked(values)

    def page(self, values: Slots, first: int, size: int) -> list[dict[str, Any]]:
        """So many of the rows, by the columns' names; one query."""
        if _has_none(values):
            return []
        written = self._written("page", values, self._write_page)
        return [dict(zip(written.names, row, strict=True)) for row in written.asked(values, size, first)]

    def count(self, values: Slots) -> int:
        """How many rows there are; one query."""
        if _has_none(values):
            return 0
        return int(self._written("count", values, self._write_count).asked(values)[0][0])

    def _written(self, kind: str, values: Slots, write: Callable[[Slots], _Written]) -> _Written:
        lengths = tuple((name, len(value) if isinstance(value, Sequence) else None) for name, value in values.items())
        key: Key = (connection.vendor, kind, lengths)
        kept = self._kept.get(key)
        if kept is None:
            kept = write(values)
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = kept
        return kept

    def _write(self, values: Slots) -> _Written:
        rows = self._build_with_slots(values)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return _Written(sql, tuple(params), tuple(rows.query.selected or ()), converters, compiler)

    def _write_page(self, values: Slots) -> _Written:
        written = self._write(values)
        return replace(written, sql=f"{written.sql} LIMIT %s OFFSET %s")

    def _write_count(self, values: Slots) -> _Written:
        """Django has no way to write a count and not to ask it: it is stopped where it would."""

        def stop(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  as Django calls it
            raise _Stopped(_Written(sql, tuple(params or ())))

        try:
            with connection.execute_wrapper(stop):
                self._build_with_slots(values).count()
        except _Stopped as stopped:
            return stopped.written
        raise AssertionError("a count that asks nothing")

    def _build_with_slots(self, values: Slots) -> QuerySet[Any, Any]:
        return self._build(**{name: _slots(name, value) for name, value in values.items()})


@dataclass(frozen=True)
class KeptRows:
    """A kept statement for some values."""

    statement: KeptStatement
    values: Slots

    def count(self) -> int:
        """How many rows there are."""
        return self.statement.count(self.values)

    def __getitem__(self, page: slice) -> list[dict[str, Any]]:
        return self.statement.page(self.values, page.start, page.stop - page.start)


def _bind_on_the_server(cursor: Any) -> None:
    """PostgreSQL plans a statement once only if its values come beside it: Django's own cursors write them into it."""
    if connection.vendor == "postgresql":
        from django.db.backends.postgresql.base import ServerBindingCursor

        cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]  # stubs know none


def _has_none(values: Slots) -> bool:
    return any(isinstance(value, Sequence) and not value for value in values.values())


def _slots(name: str, value: Any) -> Slot | list[Slot]:
    if isinstance(value, Sequence):
        return [Slot(name, place, _FIELDS[type(one)]()) for place, one in enumerate(value)]
    return Slot(name, -1, _FIELDS[type(value)]())
