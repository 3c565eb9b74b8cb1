"""Proof that the ledger adds up: what should hold between rows, looked at from outside the services."""

from collections.abc import Iterator

from .ereceipts import e_receipt_differences
from .lanes import Part
from .money import balance_differences, family_differences, payment_differences, session_differences
from .places import seat_differences
from .report import Difference
from .series import series_differences

__all__ = ["PARTS", "Difference", "check_ledger"]

#: What is looked at, the longest first: where two connections share them, they end together.
PARTS: tuple[Part, ...] = (
    e_receipt_differences,
    payment_differences,
    balance_differences,
    seat_differences,
    session_differences,
    series_differences,
    family_differences,
)


def check_ledger() -> Iterator[Difference]:
    """Every row that differs from what other rows say, in some twenty set-based queries; none if all is well."""
    for part in PARTS:
        yield from part()
