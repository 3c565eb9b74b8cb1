"""Staff screens of money."""

from .payments import PaymentAdmin
from .places import MoneyEnrollmentAdmin
from .receipts import ReceiptAdmin
from .refunds import RefundRequestAdmin
from .sessions import CashSessionAdmin

__all__ = ["CashSessionAdmin", "MoneyEnrollmentAdmin", "PaymentAdmin", "ReceiptAdmin", "RefundRequestAdmin"]
