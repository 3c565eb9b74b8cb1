"""`manage.py reseal`: numbers of documents, and the sheets that brought them in, go under the newest sealing key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.shared.imports.resealing import reseal_sheets

from ...services.sealing import reseal_documents


class Command(BaseCommand):
    """After a new SEALING_KEY, before the old one leaves SEALING_PREVIOUS_KEYS."""

    help = "Seals numbers of people's documents and kept sheets anew under SEALING_KEY; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and fail where a number or a file can't be read."""
        documents = reseal_documents()
        self.stdout.write(f"{documents.sealed:,} numbers are sealed under the newest key")
        sheets = reseal_sheets()
        self.stdout.write(f"{sheets.sealed:,} files of sheets are sealed under the newest key")
        if documents.unreadable or sheets.unreadable:
            raise CommandError(
                f"{documents.unreadable:,} numbers and {sheets.unreadable:,} files of sheets can't be read: "
                "SEALING_PREVIOUS_KEYS lacks a key. Nothing is lost."
            )
