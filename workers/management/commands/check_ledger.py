"""`manage.py check_ledger`: proof that seats and money add up."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from backoffice.payments.ledger import Difference
from backoffice.payments.ledger.run import run_ledger_check


class Command(BaseCommand):
    """Print the rows that differ; exit code 1 when there are any."""

    help = "Proves that seats and money add up; prints the rows that differ and exits with 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one moment of the ledger, however busy the centre is."""
        _check, found = run_ledger_check()
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
