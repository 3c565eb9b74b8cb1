"""`manage.py load_demo`: a believable centre to try the system out with."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.config.demo.accounts import ACCOUNTS, demo_password
from backoffice.config.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    """Load the demo once; never with DEBUG=0."""

    help = "Loads demo data once (never with DEBUG=0); with --accounts prints the demo's accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only print the accounts."""
        parser.add_argument("--accounts", action="store_true", help="print the demo's accounts and load nothing")

    def handle(self, *args: Any, accounts: bool, **options: Any) -> None:
        """Load, or print."""
        if not settings.DEBUG:
            raise CommandError("Demo data is never loaded with DEBUG=0.")
        if accounts:
            self._print_accounts()
        elif is_loaded():
            self.stdout.write("Demo data: already there.")
        else:
            self.stdout.write("Loading demo data (once, about half a minute)…")
            load_demo()
            self.stdout.write(self.style.SUCCESS("Demo data loaded."))

    def _print_accounts(self) -> None:
        if not is_loaded():
            return
        self.stdout.write(f"كلمة مرور حسابات التجربة · password of the demo accounts: {demo_password()}")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.phone}  {account.title} · {account.key}")
