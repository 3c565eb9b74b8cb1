"""Proof that the ledger adds up: what should hold between rows, looked at from outside the services."""

from collections.abc import Iterator

from .ereceipts import e_receipt_differences
from .money import money_differences
from .places import seat_differences
from .report import Difference
from .series import series_differences

__all__ = ["Difference", "check_ledger"]


def check_ledger() -> Iterator[Difference]:
    """Every row that differs from what other rows say, in some twenty set-based queries; none if all is well."""
    yield from seat_differences()
    yield from money_differences()
    yield from series_differences()
    yield from e_receipt_differences()
