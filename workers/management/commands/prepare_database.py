"""`manage.py prepare_database`: what a database needs before the first page is shown, and after each upgrade."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from backoffice.shared.pooled.direct import go_directly, set_for_the_pooler
from workers.database import require_database
from workers.schedules import sync_schedules


class Command(BaseCommand):
    """Migrate, make the cache's table, and on request load the demo; does nothing the second time."""

    help = "Migrates the database and makes the cache's table; with --demo loads demo data once (only with DEBUG=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether the demo belongs in it."""
        parser.add_argument("--demo", action="store_true", help="load demo data too, unless DEBUG=0")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        """Bring the database in date; past a pooler, which is told nothing that stays with a session."""
        go_directly()
        require_database()
        set_for_the_pooler()
        executor = MigrationExecutor(connection)
        if steps := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("Preparing the database: %d steps…") % len(steps))
            self.stdout.flush()
        # Also without steps: what follows a migration (groups and their permissions) may have changed.
        call_command("migrate", interactive=False, verbosity=0)
        # Does nothing where Redis is the cache, or the table is there.
        call_command("createcachetable", verbosity=0)
        # Pages that were published before the index was, or before it folded letters.
        call_command("update_index", verbosity=0)
        sync_schedules()
        if demo and settings.DEBUG:
            call_command("load_demo", stdout=self.stdout)
