"""`manage.py reseal`: numbers of documents go under the newest sealing key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...services.sealing import reseal_documents


class Command(BaseCommand):
    """After a new SEALING_KEY, before the old one leaves SEALING_PREVIOUS_KEYS."""

    help = "Seals the numbers of people's documents anew under SEALING_KEY; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and fail where a number can't be read."""
        done = reseal_documents()
        self.stdout.write(f"{done.sealed:,} sealed under the newest key")
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable:,} can't be read: SEALING_PREVIOUS_KEYS lacks a key. Nothing is lost."
            )
