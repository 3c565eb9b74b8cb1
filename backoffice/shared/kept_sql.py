"""Queries whose SQL is made once, for the few lists that are asked for all the time.

Django takes longer to put a query over several tables together than the database takes to answer it. A kept query is
put together on first use and after that only sent; what differs from one time to the next are its keys and its page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, UUIDField

# Pages far in and odd sizes are made as ever: nobody asks for them often, and each would be kept.
MOST_KEPT: Final = 200

type Row = tuple[Any, ...]
type Params = tuple[Any, ...]


@dataclass(frozen=True)
class _Sql:
    text: str
    # What stands for a key is its place among the keys; everything else is sent as it is.
    params: tuple[Any, ...]
    places: dict[int, int]
    names: tuple[str, ...]
    converters: Any

    def bound(self, keys: Sequence[Any]) -> Params:
        if not self.places:
            return self.params
        return tuple(keys[self.places[at]] if at in self.places else one for at, one in enumerate(self.params))


class KeptQuery:
    """A query of `values()` or `values_list()` that depends on its keys and on nothing else.

    `make(keys)` must give the same query whoever asks and whenever: no clock, no language, no permission in it. Another
    number of keys is another query, which is kept as well.
    """

    def __init__(self, make: Callable[[Sequence[UUID]], QuerySet[Any]]) -> None:
        self._make = make
        self._kept: dict[tuple[Any, ...], _Sql | None] = {}

    def of(self, *keys: UUID) -> "KeptRows":
        """The query for these keys, not asked yet."""
        return KeptRows(self, keys)

    def fetch(self, keys: Sequence[UUID], page: slice) -> tuple[tuple[str, ...], list[Row]]:
        """The columns' names and the rows of a page; one query."""
        sql = self._sql(("rows", page.start, page.stop), keys, lambda rows: _compiled(rows[page]))
        return (sql.names, _sent(sql, keys)) if sql else ((), [])

    def count(self, keys: Sequence[UUID]) -> int:
        """How many rows there are in all; one query."""
        sql = self._sql(("count",), keys, _counted)
        return int(_sent(sql, keys)[0][0]) if sql else 0

    def _sql(self, kind: tuple[Any, ...], keys: Sequence[UUID], make: Callable[[QuerySet[Any]], Any]) -> _Sql | None:
        name = (connection.vendor, len(keys), *kind)
        if name not in self._kept:
            stand_ins = [uuid4() for _ in keys]
            sql = _with_places(make(self._make(stand_ins)), stand_ins)
            if len(self._kept) >= MOST_KEPT:
                return sql
            self._kept[name] = sql
        return self._kept[name]


@dataclass(frozen=True)
class KeptRows:
    """A kept query for some keys: counted and cut as a queryset is."""

    query: KeptQuery
    keys: Sequence[UUID]

    def count(self) -> int:
        """How many rows there are."""
        return self.query.count(self.keys)

    def __getitem__(self, page: slice) -> list[dict[str, Any]]:
        names, rows = self.query.fetch(self.keys, page)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def rows(self) -> list[Row]:
        """All of them, as tuples."""
        return self.query.fetch(self.keys, slice(None))[1]


def _compiled(rows: QuerySet[Any]) -> _Sql | None:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        text, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    return _Sql(text, tuple(params), {}, tuple(rows.query.selected or ()), converters)


def _counted(rows: QuerySet[Any]) -> _Sql | None:
    """Asked once, to see what Django sends."""
    sent: list[_Sql] = []

    def note(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  as Django calls it
        sent.append(_Sql(text, tuple(params or ()), {}, (), {}))
        return execute(text, params, many, context)

    with connection.execute_wrapper(note):
        rows.count()
    return sent[-1] if sent else None


def _with_places(sql: _Sql | None, keys: Sequence[UUID]) -> _Sql | None:
    if sql is None or not keys:
        return sql
    places = {key: place for place, key in enumerate(_prepared(keys))}
    found = {at: places[one] for at, one in enumerate(sql.params) if isinstance(one, (UUID, str)) and one in places}
    return _Sql(sql.text, sql.params, found, sql.names, sql.converters)


def _prepared(keys: Sequence[UUID]) -> list[Any]:
    """Keys as the database takes them."""
    field = UUIDField[UUID, UUID]()
    return [field.get_db_prep_value(key, connection) for key in keys]


def _sent(sql: _Sql, keys: Sequence[UUID]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.bound(_prepared(keys)) if keys else sql.params)
        rows: list[Row] = cursor.fetchall()
    if not sql.converters:
        return rows
    return [_converted(row, sql.converters) for row in rows]


def _converted(row: Row, converters: dict[int, Any]) -> Row:
    values = list(row)
    for at, (functions, expression) in converters.items():
        for convert in functions:
            values[at] = convert(values[at], expression, connection)
    return tuple(values)
