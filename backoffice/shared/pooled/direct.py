"""The database's server itself, for what a pooler can't carry; where there is no pooler, the connection as ever."""

from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from . import AT_START


def own_connection() -> BaseDatabaseWrapper:
    """A new connection beside this thread's, past any pooler; whoever takes it closes it."""
    own: BaseDatabaseWrapper = connection.copy()
    own.settings_dict.update(_direct())
    return own


def server_settings() -> dict[str, Any]:
    """How PostgreSQL's own programs reach the server."""
    return {**connection.settings_dict, **_direct()}


def go_directly() -> None:
    """From now on this thread speaks with the server itself: for commands that change the database's shape."""
    if _direct():
        connection.close()
        connection.settings_dict.update(_direct())


def set_for_the_pooler() -> None:
    """Have the server itself begin each session of this user in this database with `AT_START`; on request of a pooler.

    Sessions that are open keep what they have: run before the first page, and after a change RECONNECT the pooler.
    """
    if not _direct():
        return
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        for setting, value in AT_START.items():
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {name} SET {setting} = '{value}'")


def _direct() -> dict[str, Any]:
    found: dict[str, Any] = connection.settings_dict.get("DIRECT", {})
    return found
