"""One run of the check, kept for managers to see."""

import time
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ..models import LedgerCheck
from . import Difference, check_ledger
from .ereceipts import Seal, next_seal

KEPT_ROWS = 200
# Sums and joins over all payments stay in memory and use a second processor; compiling would take longer than it gains.
# Whole indexes are read, not single rows: a page of theirs costs as much as one of a table.
SETTINGS = ("work_mem = '128MB'", "jit = off", "parallel_tuple_cost = 0.001", "random_page_cost = 1.1")


def run_ledger_check() -> tuple[LedgerCheck, list[Difference]]:
    """Check one moment of the ledger, however busy the centre is, and keep the result."""
    started_at, clock = timezone.now(), time.monotonic()
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            # Otherwise each query sees its own moment, and a payment between two of them looks like a fault.
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                for setting in SETTINGS:
                    cursor.execute(f"SET LOCAL {setting}")
        found = list(check_ledger())
        # Only what adds up is sealed; until it does, the check goes on from the last clean one.
        sealed = _as_columns(next_seal()) if not found else {}
    rows = [{name: str(value) for name, value in asdict(difference).items()} for difference in found[:KEPT_ROWS]]
    seconds = Decimal(time.monotonic() - clock).quantize(Decimal("0.01"))
    check = LedgerCheck(started_at=started_at, seconds=seconds, differences=len(found), rows=rows, **sealed)
    check.save(force_insert=True)
    return check, found


def _as_columns(seal: Seal) -> dict[str, Any]:
    return {"sealed_year": seal.year, "sealed_serial": seal.serial, "seal": str(seal.total)}
