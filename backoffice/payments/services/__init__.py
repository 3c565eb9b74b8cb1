"""What is done with money: taken, receipted, voided while unsettled, paid back by two people, counted at night."""

from .imported import record_paid_before
from .payments import record_payment, record_promise, settle_payment, void_payment
from .receipts import print_receipt
from .refunds import approve_refund, process_refund, reject_refund, request_refund
from .sessions import close_cash_session, open_cash_session

__all__ = [
    "approve_refund",
    "close_cash_session",
    "open_cash_session",
    "print_receipt",
    "process_refund",
    "record_paid_before",
    "record_payment",
    "record_promise",
    "reject_refund",
    "request_refund",
    "settle_payment",
    "void_payment",
]
