"""Money that goes back."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import Enrollment

from ..querysets import RefundRequestQuerySet
from .payments import Payment
from .sessions import CashSession

USER = settings.AUTH_USER_MODEL


class RefundRequest(models.Model):
    """Money to go back: asked for by one person, approved by another."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        APPROVED = "approved", _("Approved")
        PROCESSED = "processed", _("Paid back")
        REJECTED = "rejected", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        Status.REQUESTED: frozenset({Status.APPROVED, Status.REJECTED, Status.CANCELLED}),
        Status.APPROVED: frozenset({Status.PROCESSED}),
        Status.PROCESSED: frozenset(),
        Status.REJECTED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name=_("payment"), related_name="refunds")
    # Whose money goes back: of a place, or (none) of the family's account.
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, verbose_name=_("enrolment"), related_name="refunds"
    )
    amount = models.DecimalField(_("amount (EGP)"), max_digits=10, decimal_places=2)
    reason = models.TextField(_("reason"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_at = models.DateTimeField(_("asked"), default=timezone.now)
    requested_by = models.ForeignKey(USER, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    # Copied from the payment, so that the database itself can hold the four eyes.
    recorded_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("payment recorded by"), related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    # Taken back by whoever asked, before anybody decided; nobody decided then, so no eyes are needed.
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    # Above the limit of the settings, as it was when the refund was asked for, a manager agrees as well.
    needs_manager = models.BooleanField(_("needs a manager"), default=False)
    manager_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("agreed by (manager)"), related_name="+"
    )
    manager_at = models.DateTimeField(_("manager agreed at"), null=True, blank=True)
    processed_at = models.DateTimeField(_("paid back at"), null=True, blank=True)
    processed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("paid back by"), related_name="+"
    )
    cash_session = models.ForeignKey(
        CashSession, models.PROTECT, null=True, blank=True, verbose_name=_("cash session"), related_name="refunds"
    )
    # The number of the transfer that carried the money back.
    reference_number = models.CharField(_("reference number"), max_length=60, blank=True)
    number = models.CharField(_("refund number"), max_length=20, unique=True, null=True, blank=True)
    # The same key is the same submission; of one that made several requests the first has it, and all have one time.
    idempotency_key = models.CharField(max_length=100, unique=True, null=True, blank=True, editable=False)

    objects: ClassVar[Any] = RefundRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund request")
        verbose_name_plural = _("refund requests")
        ordering = ["-requested_at"]
        default_permissions = ("add", "view")
        permissions = [
            ("approve_refundrequest", _("May approve and refuse refunds")),
            ("approve_large_refundrequest", _("May agree to a refund above the limit")),
            ("process_refundrequest", _("May pay an approved refund back")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payments_refundrequest_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="payments_refundrequest_has_reason",
                violation_error_message=_("Say why the money goes back."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("requested_by")) & (Q(recorded_by__isnull=True) | ~Q(decided_by=F("recorded_by")))),
                name="payments_refundrequest_four_eyes",
                violation_error_message=_("Who asked for a refund or recorded its payment can't decide on it."),
            ),
            models.CheckConstraint(
                condition=Q(manager_by__isnull=True, manager_at__isnull=True)
                | (
                    Q(manager_at__isnull=False, decided_by__isnull=False)
                    & ~Q(manager_by=F("requested_by"))
                    & ~Q(manager_by=F("decided_by"))
                    & (Q(recorded_by__isnull=True) | ~Q(manager_by=F("recorded_by")))
                ),
                name="payments_refundrequest_manager_is_another",
                violation_error_message=_(
                    "The manager who agrees is neither who asked, nor who took the money, nor who approved."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="processed") | Q(needs_manager=False) | Q(manager_by__isnull=False),
                name="payments_refundrequest_large_needs_manager",
                violation_error_message=_("A refund above the limit needs a manager as well."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["requested", "cancelled"], decided_by__isnull=True)
                | Q(status__in=["approved", "processed", "rejected"], decided_by__isnull=False),
                name="payments_refundrequest_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="processed", processed_at__isnull=False, number__isnull=False)
                | (~Q(status="processed") & Q(processed_at__isnull=True, number__isnull=True)),
                name="payments_refundrequest_processed_has_number",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="payments_refundrequest_cancelled_has_time",
            ),
        ]
        indexes = [
            # Whose refund a transfer carried already.
            models.Index(
                fields=["reference_number"], condition=~Q(reference_number=""), name="payments_refund_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.payment}"
