"""Django's own engine for PostgreSQL, with cursors that a pooler can bear."""

from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Rows stream through a cursor of the server's only inside a transaction, which keeps its connection.

    Django's DISABLE_SERVER_SIDE_CURSORS knows only all or none, and with none a long export holds all its rows in
    memory.
    """

    def chunked_cursor(self) -> Any:
        """A cursor of the server's in a transaction, else one that fetches all its rows at once."""
        return super().chunked_cursor() if self.in_atomic_block else self.cursor()
