"""Money for a place: payments, receipts, refunds, cashiers' days. Rows are added and never bent."""

from .credits import AccountTask, Allocation, LedgerCheck
from .parties import PaymentParty
from .payments import Payment
from .receipts import Receipt
from .refunds import RefundRequest
from .sessions import CashSession

__all__ = [
    "AccountTask",
    "Allocation",
    "CashSession",
    "LedgerCheck",
    "Payment",
    "PaymentParty",
    "Receipt",
    "RefundRequest",
]
