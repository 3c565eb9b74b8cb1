"""`manage.py check_ledger`: proof that seats and money add up."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from backoffice.payments.ledger import Difference, check_ledger


class Command(BaseCommand):
    """Print the rows that differ; exit code 1 when there are any."""

    help = "Proves that seats and money add up; prints the rows that differ and exits with 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one moment of the ledger, however busy the centre is."""
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost and connection.vendor == "postgresql":
                # Otherwise each query sees its own moment, and a payment between two of them looks like a fault.
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = list(check_ledger())
        if found:
            self._print(found)
            raise CommandError(_("%d rows of the ledger differ.") % len(found), returncode=1)
        self.stdout.write(self.style.SUCCESS(_("The ledger adds up: seats, payments, refunds, receipts and sessions.")))

    def _print(self, found: Iterable[Difference]) -> None:
        table = Table(_("Rule"), _("Row"), _("Stands there"), _("Should be"))
        for difference in found:
            row = f"{difference.model} {difference.row}"
            table.add_row(f"{difference.rule} ({difference.code})", row, difference.found, difference.expected)
        # Wide enough that no id is cut, into whatever takes the command's output.
        Console(file=self.stdout, width=200).print(table)  # type: ignore[arg-type]
