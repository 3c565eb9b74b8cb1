"""Reads of money, chainable."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models

from backoffice.enrollments.models import Enrollment

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

    from .models import AccountTask, Allocation, CashSession, Payment, RefundRequest

# Money that has come in, whether or not some of it went back since.
SETTLED = ("paid", "partially_refunded", "refunded")
# Refunds that have a claim on their payment: asked for, approved, or paid back.
CLAIMING = ("requested", "approved", "processed")


def in_open_drawer_of(user: CustomUser) -> models.Q:
    """The cash payments in the user's own open session, which nothing adds up for them before it is counted."""
    return models.Q(cash_session__cashier=user, cash_session__closed_at__isnull=True)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments."""

    # What a search has found out about its rows: how many they are, or more than how many. Further filters forget it.
    known_count: int | None = None
    known_above: int | None = None

    def lock(self, payment_id: UUID) -> Payment:
        """The payment, held until the transaction ends."""
        # FOR NO KEY UPDATE: others may go on pointing at the row, but nobody else may change it.
        return self.select_for_update(of=("self",), no_key=True).get(pk=payment_id)

    def of_payer(self, user: CustomUser) -> Self:
        """What the user paid, as a parent or as a student."""
        return self.filter(models.Q(payer_parent=user.pk) | models.Q(payer_student=user.pk))

    def settled(self) -> Self:
        """Payments whose money has come in."""
        return self.filter(status__in=SETTLED)

    def on_account(self) -> Self:
        """Money of a family that was taken for no place: credits."""
        return self.filter(enrollment__isnull=True)

    def counted(self) -> Self:
        """Payments that are or may become money: all but void ones."""
        return self.exclude(status="void")

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Paid from the first to the last day of the centre's calendar, both included."""
        return self.filter(paid_at__date__gte=first, paid_at__date__lte=last)


class RefundRequestQuerySet(models.QuerySet["RefundRequest"]):
    """Refunds asked for."""

    def lock(self, refund_id: UUID) -> RefundRequest:
        """The refund request, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=refund_id)

    def of_payer(self, user: CustomUser) -> Self:
        """Refunds of what the user paid, and those that the user asked for of a place of the family.

        Not of any place: who works here and has children here asks for others' refunds as well.
        """
        paid = models.Q(payment__payer_parent=user.pk) | models.Q(payment__payer_student=user.pk)
        own = models.Q(enrollment__in=Enrollment.objects.of_family(user))
        return self.filter(paid | (models.Q(requested_by=user) & own))

    def processed(self) -> Self:
        """Refunds whose money has gone back."""
        return self.filter(status="processed")

    def claiming(self) -> Self:
        """Refunds that take, or may take, a part of their payment."""
        return self.filter(status__in=CLAIMING)


class CashSessionQuerySet(models.QuerySet["CashSession"]):
    """Cashiers' days."""

    def lock(self, session_id: UUID) -> CashSession:
        """The session, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=session_id)

    def open(self) -> Self:
        """Sessions that still take money."""
        return self.filter(closed_at__isnull=True)

    def of_cashier(self, user: CustomUser) -> Self:
        """The cashier's own."""
        return self.filter(cashier=user)

    def visible_to(self, user: CustomUser) -> Self:
        """A cashier sees the own sessions, who audits them all."""
        if user.has_perm("payments.view_all_cashsessions"):
            return self
        return self.of_cashier(user)


class AllocationQuerySet(models.QuerySet["Allocation"]):
    """Movements of money within families."""


class AccountTaskQuerySet(models.QuerySet["AccountTask"]):
    """What accountants have to do."""

    def open(self) -> Self:
        """What nobody has done yet."""
        return self.filter(done_at__isnull=True)
