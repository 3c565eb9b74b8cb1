"""Money that came in."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, Enrollment, PaymentMethod
from backoffice.shared.models import ImportBatch
from backoffice.users.models import Parent, StudentUser
from backoffice.users.participants import exactly_one

from ..querysets import SETTLED, PaymentQuerySet
from .parties import PaymentParty
from .sessions import CashSession

USER = settings.AUTH_USER_MODEL


class Payment(models.Model):
    """Money for an enrolment, or on a family's account. Once paid its money is never changed: a trigger refuses it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Not settled yet")
        PAID = "paid", _("Paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("Refunded in part")
        REFUNDED = "refunded", _("Refunded")
        VOID = "void", _("Void")

    TRANSITIONS = {
        Status.PENDING: frozenset({Status.PAID, Status.VOID}),
        Status.PAID: frozenset({Status.REFUNDED, Status.PARTIALLY_REFUNDED}),
        Status.PARTIALLY_REFUNDED: frozenset({Status.REFUNDED, Status.PARTIALLY_REFUNDED}),
        Status.REFUNDED: frozenset(),
        Status.VOID: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Without one it is money on the family's account: a credit.
    enrollment = models.ForeignKey(
        Enrollment, models.PROTECT, null=True, blank=True, verbose_name=_("enrolment"), related_name="payments"
    )
    payer_parent = models.ForeignKey(
        Parent, models.PROTECT, null=True, blank=True, verbose_name=_("paid by (parent)"), related_name="payments"
    )
    payer_student = models.ForeignKey(
        StudentUser, models.PROTECT, null=True, blank=True, verbose_name=_("paid by (student)"), related_name="payments"
    )
    amount = models.DecimalField(_("amount (EGP)"), max_digits=10, decimal_places=2)
    method = models.CharField(_("method"), max_length=14, choices=PaymentMethod.choices)
    reference_number = models.CharField(_("reference number"), max_length=60, blank=True)
    # One transfer that paid for several places: each part points at the first, which holds the reference.
    split_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of the transfer"), related_name="parts"
    )
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PENDING)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True, db_index=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("recorded by"), related_name="+"
    )
    cash_session = models.ForeignKey(
        CashSession, models.PROTECT, null=True, blank=True, verbose_name=_("cash session"), related_name="payments"
    )
    import_batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, verbose_name=_("import"), related_name="+"
    )
    # The same key is the same payment: a double click, a back button, a retry.
    idempotency_key = models.CharField(max_length=100, unique=True, null=True, blank=True, editable=False)
    # What the search goes by: a trigger's, whatever is written here.
    party = models.ForeignKey(
        PaymentParty,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("participant and payer"),
        related_name="payments",
    )
    notes = models.TextField(_("notes"), blank=True)
    void_reason = models.TextField(_("reason of the void"), blank=True)

    objects: ClassVar[Any] = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-recorded_at"]
        default_permissions = ("add", "view")
        permissions = [
            ("void_payment", _("May void a payment that isn't settled")),
            ("export_payment", _("May export the payment sheet")),
            ("allocate_payment", _("May move money between a family's account and its places")),
        ]
        constraints = [
            exactly_one("payer_parent", "payer_student", name="payments_payment_one_payer"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payments_payment_amount_above_zero",
                violation_error_message=_("An amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=~Q(method__in=sorted(METHODS_WITH_REFERENCE)) | ~Q(reference_number=""),
                name="payments_payment_has_reference",
                violation_error_message=_("This method needs the number of the transfer."),
            ),
            # A void frees its number: it was most often a slip of the hand.
            models.UniqueConstraint(
                fields=["method", "reference_number"],
                condition=~Q(reference_number="") & ~Q(status="void") & Q(split_of__isnull=True),
                name="payments_payment_reference_once",
                violation_error_message=_("This reference number was used for another payment."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=SETTLED, paid_at__isnull=False) | Q(status__in=["pending", "void"]),
                name="payments_payment_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="void") | ~Q(void_reason=""),
                name="payments_payment_void_with_reason",
                violation_error_message=_("Say why the payment is void."),
            ),
            models.CheckConstraint(
                condition=Q(cash_session__isnull=True) | Q(method="cash"), name="payments_payment_session_is_for_cash"
            ),
            models.CheckConstraint(
                condition=Q(enrollment__isnull=False) | ~Q(status="pending"),
                name="payments_payment_credit_is_settled",
                violation_error_message=_("Money on a family's account is money that was taken."),
            ),
            models.CheckConstraint(
                condition=Q(split_of__isnull=True) | ~Q(split_of=F("id")), name="payments_payment_not_part_of_itself"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "paid", "partially_refunded", "refunded", "void"]),
                name="payments_payment_status_is_known",
            ),
        ]
        indexes = [
            # With the amount: what a place has paid is read from here alone.
            models.Index(fields=["enrollment", "status", "amount"], name="payments_payment_enrollment"),
            # The list in its own order.
            models.Index(fields=["-recorded_at", "id"], name="payments_payment_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.get_method_display()}"

    @property
    def payer(self) -> models.Model:
        """The parent or the student who paid."""
        return self.payer_parent if self.payer_parent_id else self.payer_student  # type: ignore[return-value]
