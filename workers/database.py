"""Whether the database is there, asked before what would fall over it in a hundred lines."""

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.utils.translation import gettext as _


def require_database() -> None:
    """Raises CommandError, a line, when it can't be reached: whoever reads a container's log wants to know where."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(_("The database can't be reached: %s") % str(error).partition("\n")[0]) from error
