"""Money that moves within a family: between its account and its places, with what the accountant has to do about it."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment

from ..querysets import AccountTaskQuerySet, AllocationQuerySet
from .payments import Payment

USER = settings.AUTH_USER_MODEL


class Allocation(models.Model):
    """Money of one payment moved within a family: from a place or its account (none) to another. Only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name=_("payment"), related_name="allocations")
    source = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, verbose_name=_("from"), related_name="allocations_out"
    )
    target = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, verbose_name=_("to"), related_name="allocations_in"
    )
    amount = models.DecimalField(_("amount (EGP)"), max_digits=10, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=250)
    at = models.DateTimeField(_("moved at"), default=timezone.now)
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, verbose_name=_("moved by"), related_name="+")
    # Of a movement that took from several payments, the first row has the key; all have one time.
    idempotency_key = models.CharField(max_length=100, null=True, blank=True, editable=False)

    objects: ClassVar[Any] = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement of credit")
        verbose_name_plural = _("movements of credit")
        ordering = ["-at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payments_allocation_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=True, target__isnull=False)
                | Q(source__isnull=False, target__isnull=True)
                | Q(source__isnull=False, target__isnull=False) & ~Q(source=F("target")),
                name="payments_allocation_goes_somewhere",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payments_allocation_has_reason"),
            models.UniqueConstraint(fields=["idempotency_key"], name="payments_allocation_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.source or _('account')} ← {self.target or _('account')}"


class AccountTask(models.Model):
    """What the accountant has to do: money came to a family's account and waits to pay for a place or to go back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name=_("payment"), related_name="tasks")
    why = models.TextField(_("why it came to the account"))
    opened_at = models.DateTimeField(_("since"), default=timezone.now, db_index=True)
    opened_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("recorded by"), related_name="+"
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("done by"), related_name="+"
    )
    outcome = models.TextField(_("what became of it"), blank=True)

    objects: ClassVar[Any] = AccountTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("accountant's task")
        verbose_name_plural = _("accountants' tasks")
        ordering = ["opened_at"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(done_at__isnull=True), name="payments_accounttask_one_open"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(outcome=""), name="payments_accounttask_done_with_outcome"
            ),
        ]

    def __str__(self) -> str:
        return self.why


class LedgerCheck(models.Model):
    """One run of the proof that the ledger adds up, with the rows that differed."""

    started_at = models.DateTimeField(_("started"), default=timezone.now, db_index=True)
    seconds = models.DecimalField(_("seconds"), max_digits=8, decimal_places=2)
    differences = models.PositiveIntegerField(_("rows that differ"))
    # The first of them: {"code", "rule", "model", "row", "found", "expected"}.
    rows = models.JSONField(_("the first of them"), default=list)
    # A clean check seals the e-receipts that it has proved: up to this number of this year they have this fingerprint.
    sealed_year = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    sealed_serial = models.PositiveIntegerField(null=True, blank=True, editable=False)
    seal = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("check of the ledger")
        verbose_name_plural = _("checks of the ledger")
        ordering = ["-started_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"
