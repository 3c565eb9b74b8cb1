"""How far an export is, written down while its rows stream; and the sign that nobody wants it any more."""

import time
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from ..models import Export
from ..reading import Row

# A look at the clock costs nothing beside a row; a statement every half second costs nothing beside thousands.
_ROWS: Final = 50
_SECONDS: Final = 0.5


class NotWantedError(Exception):
    """It was cancelled, or another worker is at it: nothing more is to be done."""


class Progress:
    """Rows on their way into a file, counted.

    On a connection of its own: the rows come in a transaction that lasts (PgBouncer leaves a cursor its connection
    for as long), and on SQLite a connection that reads can't always write.
    """

    def __init__(self, export: Export) -> None:
        self._own = connection.copy()
        self._export, self._attempt = export, export.attempts
        self._next = 0.0
        self.total: int | None = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self._own.close()

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows as they come. Raises NotWantedError."""
        for number, row in enumerate(rows, 1):
            if number % _ROWS == 1 and time.monotonic() >= self._next:
                self.show(number - 1)
            yield row

    def show(self, done: int) -> None:
        """Write down how many rows are done. Raises NotWantedError."""
        pk: Any = Export._meta.pk
        key = pk.get_db_prep_value(self._export.pk, self._own)
        with self._own.cursor() as cursor:
            cursor.execute(
                "UPDATE reports_export SET rows_done = %s, rows_total = %s "
                "WHERE id = %s AND status = 'running' AND attempts = %s",
                [done, self.total, key, self._attempt],
            )
            if not cursor.rowcount:
                raise NotWantedError
        self._next = time.monotonic() + _SECONDS
