"""Reads of money across payments, refunds, sessions and places."""

from .balances import Balance, balance_of, expected_cash, refund_claims, refunded_of, with_balance
from .history import HistoryRow, enrollment_history
from .sheet import PaymentSheetRow, payment_sheet_rows

__all__ = [
    "Balance",
    "HistoryRow",
    "PaymentSheetRow",
    "balance_of",
    "enrollment_history",
    "expected_cash",
    "payment_sheet_rows",
    "refund_claims",
    "refunded_of",
    "with_balance",
]
