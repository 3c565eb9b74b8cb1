"""A disk that is full: how it is told from other faults, and what is said of it."""

import errno
from typing import Final

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _

NO_ROOM: Final = _("There is no room left on the server's disk, so nothing was saved. Tell the office.")

_ERRNOS: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# PostgreSQL's disk_full; SQLite has words alone.
_SQLSTATE: Final = "53100"
_OF_SQLITE: Final = "database or disk is full"


def is_no_room(error: BaseException | None) -> bool:
    """Whether this, or what it came from, is a full disk: ours or the database's."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRNOS:
            return True
        if getattr(error, "sqlstate", None) == _SQLSTATE:
            return True
        if isinstance(error, OperationalError) and _OF_SQLITE in str(error):
            return True
        error = error.__cause__
    return False
