"""Makers of money, for tests; they go through the services, so the ledger stays right."""

from decimal import Decimal
from itertools import count
from typing import Any

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, Enrollment
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import CashSession, Payment
from backoffice.payments.services import open_cash_session, record_payment
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import karima

_numbers = count(1)


def make_payment(enrollment: Enrollment | None = None, **overrides: Any) -> Payment:
    """A settled payment of 100 EGP in cash, recorded by the system; a method that needs a reference gets one."""
    fields = {"amount": Decimal("100.00"), "method": "cash", "by": None} | overrides
    if fields["method"] in METHODS_WITH_REFERENCE:
        fields.setdefault("reference_number", next_reference())
    return record_payment(enrollment_id=(enrollment or make_enrollment()).pk, **fields)


def next_reference() -> str:
    """The number of a transfer that nothing else has."""
    return f"TX{next(_numbers):08d}"


def open_session(cashier: CustomUser | None = None, **overrides: Any) -> CashSession:
    """An open cash session with a float of 200 EGP."""
    return open_cash_session(**({"opening_float": Decimal("200.00"), "by": cashier or karima()} | overrides))
