"""Numbers without gaps or doubles: taken in the caller's transaction, given back when it rolls back."""

from django.db import connection, transaction


def take(key: str, count: int = 1) -> int:
    """Take `count` numbers of the counter and return the first (the counter begins at 1).

    Must run inside a transaction: the counter's row stays locked until it ends, so a rollback leaves no gap.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a counter is taken inside the transaction that uses its number")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shared_counter (key, value) VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET value = shared_counter.value + excluded.value RETURNING value",
            [key, count],
        )
        (last,) = cursor.fetchone()
    return int(last) - count + 1


def last(key: str) -> int:
    """The last number that was taken of the counter and stayed taken; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM shared_counter WHERE key = %s", [key])
        found = cursor.fetchone()
    return int(found[0]) if found else 0
