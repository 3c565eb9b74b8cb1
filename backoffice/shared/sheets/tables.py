"""A queryset as a sheet of any length, while it is read: on PostgreSQL by COPY, elsewhere row by row, the same cells.

The query gives each cell as people read it: texts, amounts and moments. How a cell is spelled in a file follows from
its column's kind alone, in SQL (`_CSV`, `_XML`) and in Python (`csv_cell`, `spelled_cell`).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import batched
from typing import Any, Final

from django.db import connection as default_connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .fragments import CELL, END, MARKS, QUOTE, ROW, UNIX_DAY, as_row, spelled_cell, without_controls
from .layout import LONGEST_CELL, Column
from .package import Workbook
from .spelling import FORMULA_IN_SQL, csv_cell, harmless

#: Before a column's key in the queryset, where the model has names of its own.
PREFIX: Final = "sheet_"
_BATCH: Final = 500
_CHUNK: Final = 2_000
_CAIRO: Final = "{0} AT TIME ZONE 'Africa/Cairo'"

# The first character of most texts (a letter, a digit) already says that no spreadsheet takes it for a formula.
_CSV: Final = {
    "text": "CASE WHEN ascii({0}) BETWEEN 1569 AND 1791 OR {0} = '' OR ascii({0}) BETWEEN 65 AND 122 "
    f"OR ascii({{0}}) BETWEEN 48 AND 57 THEN {{0}} WHEN {{0}} ~ {FORMULA_IN_SQL} THEN '''' || {{0}} ELSE {{0}} END",
    "plain": "{0}",
    "money": "{0}",
    "datetime": f"date_trunc('second', {_CAIRO})::text",
}
_XML: Final = {
    "text": f"CASE WHEN octet_length({{0}}) > {LONGEST_CELL} THEN left({{0}}, {LONGEST_CELL}) ELSE {{0}} END",
    "plain": "{0}",
    "money": f"'{MARKS['money']}' || {{0}} || '{END}'",
    "datetime": f"'{MARKS['datetime']}' || coalesce((date_part('epoch', date_trunc('second', {_CAIRO})) / 86400 "
    f"+ {UNIX_DAY})::text, '') || '{END}'",
}


@dataclass
class Table:
    """The rows of a queryset that is annotated with each column under its key and `PREFIX`.

    `open` begins one view of the data for everything that is read after it. In a transaction of the caller's that is
    the view; else a connection of its own, which nothing else waits for, and which ends with `close`.
    """

    title: str
    columns: Sequence[Column]
    rows: QuerySet[Any, Any]
    # The same rows without columns, and so without joins, for counting.
    plain: QuerySet[Any, Any]
    by_copy: bool | None = None
    _connection: Any = field(default_factory=lambda: default_connection, init=False)

    def open(self) -> None:
        """Begin."""
        outer = default_connection
        is_postgresql = outer.vendor == "postgresql"
        if self.by_copy is None:
            self.by_copy = is_postgresql
        if outer.in_atomic_block or not is_postgresql:
            return
        self._connection = outer.copy()
        self._connection.inc_thread_sharing()  # the pieces may be taken by one thread after another
        with self._connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL work_mem = '48MB'")
            cursor.execute("SET LOCAL jit = off")

    def close(self) -> None:
        """End, at any time and as often as anybody likes."""
        connection, self._connection = self._connection, default_connection
        if connection is not default_connection:
            connection.close()

    def count(self) -> int:
        """How many rows there are; quick, for nothing but the rows' keys is asked for."""
        sql, params = self.plain.order_by().values_list("pk").query.get_compiler(connection=self._connection).as_sql()
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({sql}) sheet", params)  # noqa: S608  our own names
            (count,) = cursor.fetchone()
        return int(count)

    def totals(self, *, by: str | None = None) -> list[tuple[Any, ...]]:
        """The number of rows and the sums of the columns that ask for one: in all, or for each value of `by`."""
        places = {column.key: place for place, column in enumerate(self.columns) if column.total or column.key == by}
        keys = [self.columns[place].key for place in places.values()]
        sums = [f"sum({_name(places[key])})" for key in keys if key != by]
        group = _name(places[by]) if by else "''"
        rows = self.rows.order_by().values_list(*(PREFIX + key for key in keys))
        sql, params = self._sql(rows, [_name(places[key]) for key in keys])
        grouped = f"GROUP BY {group} ORDER BY count(*) DESC" if by else ""
        with self._connection.cursor() as cursor:
            statement = f"SELECT {group}, count(*), {', '.join(sums)} FROM ({sql}) sheet {grouped}"  # noqa: S608
            cursor.execute(statement, params)
            return [(value, count, *map(_money, sums)) for value, count, *sums in cursor.fetchall()]

    def first(self, count: int) -> list[tuple[Any, ...]]:
        """The first rows, for a preview."""
        return list(self._values()[:count])

    def csv(self) -> Iterator[bytes]:
        """The table as CSV; its last line is that of the totals, so a file that was cut off shows it."""
        yield b"\xef\xbb\xbf" + _csv_lines([[harmless(str(column.heading)) for column in self.columns]])
        rows = self._copied(_CSV, "csv") if self.by_copy else self._csv_rows()
        for batch in batched(rows, _BATCH):
            yield without_controls(b"".join(batch))
        yield _csv_lines([self._totals_line()])

    def xlsx(self, **options: Any) -> Iterator[bytes]:
        """The table as a workbook."""
        rows = self._copied(_XML, f"csv, DELIMITER '{CELL}', QUOTE '{QUOTE}'", f"'{ROW}'") if self.by_copy else (
            self._xml_rows()
        )  # fmt: skip
        return Workbook(self.title, self.columns, **options).pieces(rows, self._lines_of_totals())

    def _lines_of_totals(self) -> Iterator[list[object]]:
        yield self._totals_line()

    def _totals_line(self) -> list[object]:
        """The word, the number of rows, and the sums under their columns."""
        ((_all, count, *sums),) = self.totals()
        line: list[object] = [sums.pop(0) if column.total else "" for column in self.columns]
        line[0] = _("Total of %(count)s rows") % {"count": count}
        return line

    def _values(self) -> QuerySet[Any, tuple[Any, ...]]:
        return self.rows.values_list(*(PREFIX + column.key for column in self.columns))

    def _sql(self, rows: QuerySet[Any, Any], names: Sequence[str]) -> tuple[str, Any]:
        """A query whose columns have these names; PostgreSQL must not compute a column anew wherever it is named."""
        sql, params = rows.query.get_compiler(connection=self._connection).as_sql()
        fence = " OFFSET 0" if self._connection.vendor == "postgresql" else ""
        return f"WITH named ({', '.join(names)}) AS ({sql}{fence}) SELECT * FROM named", params  # noqa: S608  Django's

    def _copied(self, spelled: dict[str, str], form: str, *more: str) -> Iterator[bytes]:
        """Each row as PostgreSQL spells it; the cursor is closed when nobody asks for more."""
        sql, params = self._sql(self._values(), [_name(place) for place in range(len(self.columns))])
        cells = [
            spelled["plain" if column.is_plain else column.kind].format(_name(place))
            for place, column in enumerate(self.columns)
        ]
        statement = f"COPY (SELECT {', '.join([*cells, *more])} FROM ({sql}) sheet) TO STDOUT (FORMAT {form})"  # noqa: S608
        with self._connection.cursor() as cursor, cursor.copy(cursor.mogrify(statement, params)) as copy:
            yield from map(bytes, copy)

    def _csv_rows(self) -> Iterator[bytes]:
        kinds = [column.kind for column in self.columns]
        for row in self._values().iterator(chunk_size=_CHUNK):
            yield _csv_lines([[csv_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]])

    def _xml_rows(self) -> Iterator[bytes]:
        kinds = [column.kind for column in self.columns]
        for row in self._values().iterator(chunk_size=_CHUNK):
            cells = [spelled_cell(value, kind) for value, kind in zip(row, kinds, strict=True)]
            yield as_row(cells).encode("utf-8", "ignore")


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def _name(place: int) -> str:
    return f"c{place}"


def _csv_lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "ignore")
