"""A place in a course is asked for."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.shared.models import ImportBatch
from backoffice.users.participants import ParticipantRow, exactly_one, once_per_participant

from ..querysets import OPEN_REQUESTS, EnrollmentRequestQuerySet


class PaymentMethod(models.TextChoices):
    """How money changes hands; named here because a request says how it is going to be paid."""

    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    INSTAPAY = "instapay", _("InstaPay")
    VODAFONE_CASH = "vodafone_cash", _("Vodafone Cash")
    OTHER = "other", _("Other")


# These are worth nothing without the number that finds them in the bank's or the wallet's own list.
METHODS_WITH_REFERENCE = frozenset(
    {PaymentMethod.CARD, PaymentMethod.BANK_TRANSFER, PaymentMethod.INSTAPAY, PaymentMethod.VODAFONE_CASH}
)


class EnrollmentRequest(ParticipantRow):
    """A participant asks for a place."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        PROCESSING = "processing", _("Being looked at")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Refused")
        WAITLISTED = "waitlisted", _("On the waiting list")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    TRANSITIONS = {
        Status.PENDING: frozenset(
            {
                Status.PROCESSING,
                Status.ACCEPTED,
                Status.REJECTED,
                Status.WAITLISTED,
                Status.CANCELLED,
                Status.EXPIRED,
            }
        ),
        Status.PROCESSING: frozenset(
            {Status.ACCEPTED, Status.REJECTED, Status.WAITLISTED, Status.CANCELLED, Status.EXPIRED}
        ),
        Status.WAITLISTED: frozenset({Status.PENDING, Status.REJECTED, Status.CANCELLED, Status.EXPIRED}),
        Status.ACCEPTED: frozenset(),
        Status.REJECTED: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.EXPIRED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="requests")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("asked by"), related_name="+"
    )
    payment_method = models.CharField(_("payment method"), max_length=14, choices=PaymentMethod.choices, blank=True)
    # What an imported sheet says was paid already; it becomes a payment when the request is accepted.
    paid_before = models.DecimalField(
        _("paid already, by the sheet (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    reference_number = models.CharField(_("reference number"), max_length=60, blank=True)
    import_batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, verbose_name=_("import"), related_name="+"
    )
    notes = models.TextField(_("notes"), blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)
    # Not auto_now_add: the waiting list is in this order, and an import keeps the order of its lines.
    created_at = models.DateTimeField(_("asked"), default=timezone.now, db_index=True)
    # When a seat was offered to somebody on the waiting list: from then on the seat is kept for them.
    called_at = models.DateTimeField(_("called from the waiting list"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )

    objects: ClassVar[Any] = EnrollmentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment request")
        verbose_name_plural = _("enrolment requests")
        ordering = ["-created_at"]
        permissions = [("decide_enrollmentrequest", _("May accept and refuse enrolment requests"))]
        constraints = [
            exactly_one("child", "student", name="enrollments_request_one_participant"),
            *once_per_participant(
                "course",
                condition=Q(status__in=OPEN_REQUESTS),
                name="enrollments_request_one_open",
                message=_("This participant has an open request for this course already."),
            ),
            models.CheckConstraint(
                condition=Q(paid_before__isnull=True) | Q(paid_before__gt=0),
                name="enrollments_request_paid_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(decision_reason=""),
                name="enrollments_request_refused_with_reason",
                violation_error_message=_("Say why the request is refused."),
            ),
            models.UniqueConstraint(
                fields=["payment_method", "reference_number"],
                condition=~Q(reference_number="") & Q(paid_before__isnull=False),
                name="enrollments_request_reference_once",
                violation_error_message=_("This reference number stands in another request already."),
            ),
        ]
        indexes = [models.Index(fields=["course", "status", "created_at"], name="enrollments_request_queue")]

    def __str__(self) -> str:
        return f"{self.participant} · {self.course}"
