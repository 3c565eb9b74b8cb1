"""Reads of money across payments, refunds, sessions and places."""

from .balances import (
    Balance,
    asked_together,
    balance_of,
    balances_of,
    expected_cash,
    refund_claims,
    refunded_of,
    with_balance,
    with_refunded,
)
from .history import HistoryRow, enrollment_history
from .sheet import with_sheet_columns

__all__ = [
    "Balance",
    "HistoryRow",
    "asked_together",
    "balance_of",
    "balances_of",
    "enrollment_history",
    "expected_cash",
    "refund_claims",
    "refunded_of",
    "with_balance",
    "with_refunded",
    "with_sheet_columns",
]
