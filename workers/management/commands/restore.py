"""`manage.py restore FILE`: a backup put back, and proof that the ledger adds up."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from backoffice.shared.backup.keys import key_in, key_of_settings
from backoffice.shared.backup.restore import check_backup, restore
from backoffice.shared.errors import DomainError


class Command(BaseCommand):
    """Restore into an empty database, or over one whose name was typed; exit code 1 when anything is wrong."""

    help = "Restores a backup into an empty database, brings it in date and checks the ledger; --check-only only looks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which file, and what may go."""
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--check-only", action="store_true", help="look at every bit and restore nothing")
        parser.add_argument("--key-file", type=Path, help="a file with the key of an older backup")
        parser.add_argument("--replace", action="store_true", help="restore over a centre that is in the database")
        parser.add_argument("--yes", action="store_true", help="with --replace: don't ask for the database's name")

    def handle(self, *args: Any, file: Path, check_only: bool, key_file: Path | None, **options: Any) -> None:
        """Look, restore, bring in date, check."""
        try:
            key = key_in(key_file) if key_file else key_of_settings()
            if check_only:
                self._tell(check_backup(file, key=key), _("Whole: %(file)s of %(made)s, %(tables)d tables"), file)
                return
            restored = restore(file, key=key, replacing=self._replacing(**options))
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        if restored.differing:
            lines = "\n".join(f"{table}: {held} / {found}" for table, held, found in restored.differing)
            raise CommandError(_("Restored, but these tables have other numbers of rows:") + f"\n{lines}")
        self._tell(restored.manifest, _("Restored: %(file)s of %(made)s, all rows of %(tables)d tables"), file)
        call_command("prepare_database", stdout=self.stdout)
        call_command("check_ledger", stdout=self.stdout)

    def _replacing(self, *, replace: bool, yes: bool, **_options: Any) -> str:
        """The name of the database that may go; nothing where none may."""
        name = str(connection.settings_dict["NAME"])
        if not replace or yes:
            return name if replace else ""
        self.stdout.write(_("Everything in %s goes. Type its name:") % name)
        try:
            typed = input().strip()
        except EOFError:
            typed = ""
        if typed != name:
            raise CommandError(_("That is not its name: nothing was restored."))
        return name

    def _tell(self, manifest: dict[str, Any], sentence: str, file: Path) -> None:
        words = {"file": file, "made": manifest["made_at"], "tables": len(manifest["database"]["counts"])}
        self.stdout.write(self.style.SUCCESS(sentence % words))
