"""One run of the check, kept for managers to see."""

import time
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ..models import LedgerCheck
from . import PARTS, Difference, check_ledger
from .ereceipts import Seal, next_seal
from .lanes import side_by_side

KEPT_ROWS = 200


def run_ledger_check() -> tuple[LedgerCheck, list[Difference]]:
    """Check one moment of the ledger, however busy the centre is, and keep the result."""
    started_at, clock = timezone.now(), time.monotonic()
    # What a transaction around this one has written is seen by no other connection.
    alone = connection.in_atomic_block or connection.vendor != "postgresql"
    with transaction.atomic():
        found = list(check_ledger()) if alone else side_by_side(PARTS)
        # Only what adds up is sealed; until it does, the check goes on from the last clean one.
        sealed = _as_columns(next_seal()) if not found else {}
    rows = [{name: str(value) for name, value in asdict(difference).items()} for difference in found[:KEPT_ROWS]]
    seconds = Decimal(time.monotonic() - clock).quantize(Decimal("0.01"))
    check = LedgerCheck(started_at=started_at, seconds=seconds, differences=len(found), rows=rows, **sealed)
    check.save(force_insert=True)
    return check, found


def _as_columns(seal: Seal) -> dict[str, Any]:
    return {"sealed_year": seal.year, "sealed_serial": seal.serial, "seal": str(seal.total)}
