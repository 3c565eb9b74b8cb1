"""`manage.py backup`: database and files in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from backoffice.shared.backup.make import back_up
from backoffice.shared.errors import DomainError


class Command(BaseCommand):
    """Make a backup now; exit code 1 with a sentence when it can't be made."""

    help = "Writes database and files into one file, encrypted when BACKUP_KEY is set, and reads it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="the folder (default: BACKUP_DIR)")

    def handle(self, *args: Any, to: Path | None, **options: Any) -> None:
        """Make it, and say where it lies."""
        try:
            made = back_up(to)
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        how = _("encrypted") if made.encrypted else _("not encrypted: BACKUP_KEY is empty")
        words = {"file": made.path, "size": filesizeformat(made.size), "how": how}
        self.stdout.write(self.style.SUCCESS(_("Made and read back: %(file)s, %(size)s, %(how)s") % words))
