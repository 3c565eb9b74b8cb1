"""A place in a course is held, at a price."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Course
from backoffice.users.participants import ParticipantRow, exactly_one, once_per_participant

from ..querysets import SEAT_HOLDING, EnrollmentQuerySet
from .requests import EnrollmentRequest


class Enrollment(ParticipantRow):
    """A participant's place in a course, at the price agreed."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        COMPLETED = "completed", _("Completed")
        DROPPED = "dropped", _("Dropped")
        REFUNDED = "refunded", _("Refunded")

    TRANSITIONS = {
        Status.ACTIVE: frozenset({Status.SUSPENDED, Status.COMPLETED, Status.DROPPED, Status.REFUNDED}),
        # A refund in full may come while the place is suspended, or after the course was completed.
        Status.SUSPENDED: frozenset({Status.ACTIVE, Status.DROPPED, Status.REFUNDED}),
        Status.COMPLETED: frozenset({Status.REFUNDED}),
        # Who left may come back, while a seat is free and nobody waits for it (`reactivate_enrollment` alone).
        Status.DROPPED: frozenset({Status.ACTIVE, Status.REFUNDED}),
        Status.REFUNDED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="enrollments")
    request = models.OneToOneField(
        EnrollmentRequest,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("request"),
        related_name="enrollment",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ACTIVE)
    list_price = models.DecimalField(_("course price then (EGP)"), max_digits=10, decimal_places=2)
    discount = models.DecimalField(_("discount (EGP)"), max_digits=10, decimal_places=2, default=0)
    discount_reason = models.CharField(_("reason of the discount"), max_length=250, blank=True)
    price = models.DecimalField(_("price agreed (EGP)"), max_digits=10, decimal_places=2)
    # Why the place was given above the course's capacity; empty for one that had a seat.
    overbook_reason = models.TextField(_("why above the capacity"), blank=True, default="", db_default="")
    status_reason = models.TextField(_("reason of the status"), blank=True)
    enrolled_at = models.DateTimeField(_("enrolled"), default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("accepted by"), related_name="+"
    )

    objects: ClassVar[Any] = EnrollmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at"]
        permissions = [
            ("give_discount", _("May give a discount")),
            ("overbook_course", _("May give places above the capacity")),
            ("change_price", _("May change the price of a place")),
        ]
        constraints = [
            exactly_one("child", "student", name="enrollments_enrollment_one_participant"),
            *once_per_participant(
                "course",
                condition=Q(status__in=SEAT_HOLDING),
                name="enrollments_enrollment_one_seat",
                message=_("This participant has a place in this course already."),
            ),
            models.CheckConstraint(
                # Rounded, for SQLite keeps amounts as floats: 1000.10 − 50.05 is not 950.05 there.
                condition=Q(price=Round(F("list_price") - F("discount"), precision=2)),
                name="enrollments_enrollment_price_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(discount__gte=0),
                name="enrollments_enrollment_price_not_negative",
                violation_error_message=_("A discount can't be more than the price."),
            ),
            models.CheckConstraint(
                condition=Q(discount=0) | ~Q(discount_reason=""),
                name="enrollments_enrollment_discount_with_reason",
                violation_error_message=_("Say why the discount is given."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "suspended", "completed", "dropped", "refunded"]),
                name="enrollments_enrollment_status_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "status"], name="enrollments_enrollment_course"),
            # Few places have a discount; they are found without a look at the others.
            models.Index(fields=["course"], condition=Q(discount__gt=0), name="enrollments_discounted"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} · {self.course}"

    @property
    def holds_seat(self) -> bool:
        """Whether a seat of the course is taken by it."""
        return self.status in SEAT_HOLDING


class PriceChange(models.Model):
    """A later change of a place's price: a row that is only ever added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, verbose_name=_("enrolment"), related_name="price_changes"
    )
    # Above zero the place costs more from now on, below zero less.
    amount = models.DecimalField(_("change (EGP)"), max_digits=10, decimal_places=2)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("changed by"), related_name="+")
    idempotency_key = models.CharField(max_length=100, null=True, blank=True, unique=True, editable=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("change of a price")
        verbose_name_plural = _("changes of prices")
        ordering = ["at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="enrollments_pricechange_not_zero"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="enrollments_pricechange_with_reason",
                violation_error_message=_("Say why the price changes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+} · {self.enrollment}"
