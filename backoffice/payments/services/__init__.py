"""What is done with money: taken, receipted, voided while unsettled, paid back by two people, counted at night."""

from .credits import finish_task, record_credit, release_to_account, use_credit
from .followed import (
    hold_money_before_transfer,
    keep_money_of_closed_request,
    move_money_with_transfer,
    refuse_price_below_paid,
)
from .imported import record_paid_before
from .paying_back import process_refund
from .payments import record_payment, record_promise, settle_payment, void_payment
from .receipts import print_receipt
from .refunds import (
    agree_to_refund,
    approve_refund,
    cancel_refund_request,
    reject_refund,
    request_own_refund,
    request_refund,
)
from .sessions import (
    close_cash_session,
    confirm_cash_session,
    explain_difference,
    open_cash_session,
    print_z_sheet,
)
from .split import record_split

__all__ = [
    "agree_to_refund",
    "approve_refund",
    "cancel_refund_request",
    "close_cash_session",
    "confirm_cash_session",
    "explain_difference",
    "finish_task",
    "hold_money_before_transfer",
    "keep_money_of_closed_request",
    "move_money_with_transfer",
    "open_cash_session",
    "print_receipt",
    "print_z_sheet",
    "process_refund",
    "record_credit",
    "record_paid_before",
    "record_payment",
    "record_promise",
    "record_split",
    "refuse_price_below_paid",
    "reject_refund",
    "release_to_account",
    "request_own_refund",
    "request_refund",
    "settle_payment",
    "use_credit",
    "void_payment",
]
