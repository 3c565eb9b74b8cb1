"""Thousands of rows into one table: by COPY on PostgreSQL, in batches on SQLite, the same values in both.

Neither validates, sends signals, writes audit rows nor fills in defaults: the service that calls has done all of it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Final, cast

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

type Row = Sequence[Any]

# Django's own limit for SQLite's batches, and what one pass of the loop holds in memory.
_SQLITE_BATCH: Final = 500
# What SQLite keeps in another type than Python's; all else goes in as it is.
_CONVERTED: Final = (
    models.UUIDField,
    models.DecimalField,
    models.DateField,  # and with it DateTimeField
    models.TimeField,
    models.DurationField,
)


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows of values, in the order of `fields`, and return how many there were.

    Values are what the columns hold: a foreign key's id, an E.164 text, a JSON text (or what becomes one). Runs within
    the caller's transaction, or in one of its own; constraints refuse as ever, by an `IntegrityError`.
    """
    alias = router.db_for_write(model)
    connection = connections[alias]
    places = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(place.column)) for place in places)
    target = f"{quote(model._meta.db_table)} ({columns})"
    with transaction.atomic(using=alias, savepoint=False):
        if connection.vendor == "postgresql":
            converters = [_json_text(place) if isinstance(place, models.JSONField) else None for place in places]
            return _copy(connection, target, _converted(rows, converters))
        converters = [_sqlite_converter(place, connection) for place in places]
        return _insert_in_batches(connection, target, len(places), _converted(rows, converters))


def insert_from(model: type[models.Model], columns: Mapping[str, Any], rows: "models.QuerySet[Any]") -> int:
    """INSERT … SELECT: a row for each of `rows` that the table's unique indexes don't refuse; returns how many are new.

    `columns` says for each field of `model` what it gets: an expression, or the name of a column, of `rows`, which must
    have a condition (without a WHERE, SQLite takes ON CONFLICT for a join's). Who comes at the same moment writes the
    other's rows or none.
    """
    alias = router.db_for_write(model)
    connection = connections[alias]
    quote = connection.ops.quote_name
    names = ", ".join(
        quote(str(cast("models.Field[Any, Any]", model._meta.get_field(name)).column)) for name in columns
    )
    sql, params = rows.order_by().values_list(*columns.values()).query.get_compiler(using=alias).as_sql()
    target = f"{quote(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {target} {sql} ON CONFLICT DO NOTHING", params)
        return int(cursor.rowcount)


def _copy(connection: BaseDatabaseWrapper, target: str, rows: Iterable[Row]) -> int:
    """PostgreSQL's fastest way in: one COPY for all rows."""
    count = 0
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,  # psycopg's errors as Django's, which CursorWrapper does not do for copy
        cursor.copy(f"COPY {target} FROM STDIN") as copy,
    ):
        write = copy.write_row
        for row in rows:
            write(row)
            count += 1
    return count


def _insert_in_batches(connection: BaseDatabaseWrapper, target: str, width: int, rows: Iterable[Row]) -> int:
    """A prepared INSERT, run for each batch of rows."""
    count = 0
    statement = f"INSERT INTO {target} VALUES ({', '.join(['%s'] * width)})"  # noqa: S608  names from the model
    with connection.cursor() as cursor:
        for batch in batched(rows, _SQLITE_BATCH):
            cursor.executemany(statement, batch)
            count += len(batch)
    return count


type _Converter = Callable[[Any], Any]


def _converted(rows: Iterable[Row], converters: Sequence[_Converter | None]) -> Iterable[Row]:
    """The rows with those columns converted that need it."""
    places = [(place, convert) for place, convert in enumerate(converters) if convert]
    return _convert_each(rows, places) if places else rows


def _convert_each(rows: Iterable[Row], places: Sequence[tuple[int, _Converter]]) -> Iterator[Row]:
    for row in rows:
        values = list(row)
        for place, convert in places:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield values


def _sqlite_converter(field: Any, connection: BaseDatabaseWrapper) -> _Converter | None:
    """How a field's values become what SQLite keeps: a UUID as 32 digits, a Decimal and a date as text."""
    if isinstance(field, models.ForeignKey):
        return _sqlite_converter(field.target_field, connection)
    if isinstance(field, models.JSONField):
        return _json_text(field)
    if isinstance(field, _CONVERTED):
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def _json_text(field: models.JSONField) -> _Converter:
    """A JSON column's value as text; a text is taken for JSON already."""
    return lambda value: value if isinstance(value, str) else json.dumps(value, cls=field.encoder)
