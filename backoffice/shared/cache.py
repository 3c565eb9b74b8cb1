"""The cache in the database, for a centre without Redis: it counts exactly, whoever counts at the same moment."""

import base64
import pickle
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.utils import timezone


class CountingDatabaseCache(DatabaseCache):
    """Django's own reads a count and writes it back, with a new term of five minutes.

    Two tries at the same moment would be one there, and after five quiet minutes an hour's count would be gone.
    """

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to the count under its lock; its term stays. Raises ValueError where there is none (any more)."""
        alias = router.db_for_write(self.cache_model_class)
        connection = connections[alias]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        made = self.make_and_validate_key(key, version=version)
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            for_update = " FOR UPDATE" if connection.features.has_select_for_update else ""
            now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
            cursor.execute(
                f"SELECT value FROM {table} WHERE cache_key = %s AND expires > %s{for_update}",  # noqa: S608
                [made, now],
            )
            found = cursor.fetchone()
            if found is None:
                raise ValueError(f"Key {key!r} not found")
            count = self._unpacked(found[0]) + delta
            packed = base64.b64encode(pickle.dumps(count, self.pickle_protocol)).decode("latin1")
            cursor.execute(f"UPDATE {table} SET value = %s WHERE cache_key = %s", [packed, made])  # noqa: S608
        return count

    @staticmethod
    def _unpacked(value: Any) -> int:
        # Our own table, which Django's cache pickles into.
        return int(pickle.loads(base64.b64decode(value.encode())))  # noqa: S301
