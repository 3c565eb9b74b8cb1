"""`manage.py health`: whether the worker lives; for the health check of its container."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from workers.database import require_database
from workers.queue_state import SILENT_AT_MOST, last_sign_of_life


class Command(BaseCommand):
    """Ask the database when the worker last finished anything, its heartbeat at least; exit code 1 when long ago."""

    help = "Says whether the database is reached and the worker lives (it finished something lately); else ends with 1."
    # It is asked every minute: what the checks would load takes longer than the answer.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One line."""
        require_database()
        sign = last_sign_of_life()
        if sign is None:
            raise CommandError(_("The worker hasn't finished anything yet."))
        minutes = int((timezone.now() - sign).total_seconds() // 60)
        if timezone.now() - sign > SILENT_AT_MOST:
            raise CommandError(_("The worker has finished nothing for %d minutes.") % minutes)
        self.stdout.write(_("The worker lives: it finished something within %d minutes.") % (minutes + 1))
