"""`manage.py reseal`: whatever is kept sealed goes under the newest sealing key."""

from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from backoffice.shared.imports.resealing import reseal_sheets

from ...services.sealing import reseal_documents, reseal_second_factors

#: What is kept sealed: each table and folder that a key opens.
_SEALED: Final = {
    "numbers": reseal_documents,
    "second factors": reseal_second_factors,
    "files of sheets": reseal_sheets,
}


class Command(BaseCommand):
    """After a new SEALING_KEY, before the old one leaves SEALING_PREVIOUS_KEYS."""

    help = "Seals numbers of documents, second factors and kept sheets anew under SEALING_KEY; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many of each, and fail where something can't be read."""
        unreadable = []
        for name, reseal in _SEALED.items():
            done = reseal()
            self.stdout.write(f"{done.sealed:,} {name} are sealed under the newest key")
            if done.unreadable:
                unreadable.append(f"{done.unreadable:,} {name}")
        if unreadable:
            raise CommandError(
                f"{', '.join(unreadable)} can't be read: SEALING_PREVIOUS_KEYS lacks a key. Nothing is lost."
            )
