"""Staff screens of money."""

from .account import AccountTaskAdmin, LedgerCheckAdmin
from .payments import PaymentAdmin
from .places import MoneyEnrollmentAdmin
from .receipts import ReceiptAdmin
from .refunds import RefundRequestAdmin
from .sessions import CashSessionAdmin

__all__ = [
    "AccountTaskAdmin",
    "CashSessionAdmin",
    "LedgerCheckAdmin",
    "MoneyEnrollmentAdmin",
    "PaymentAdmin",
    "ReceiptAdmin",
    "RefundRequestAdmin",
]
