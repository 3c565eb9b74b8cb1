"""Money for a place: payments, receipts, refunds, cashiers' days. Rows are added and never bent."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.enrollments.models import METHODS_WITH_REFERENCE, Enrollment, PaymentMethod
from backoffice.shared.models import ImportBatch
from backoffice.users.models import Parent, StudentUser
from backoffice.users.participants import exactly_one

from .querysets import SETTLED, CashSessionQuerySet, PaymentQuerySet, RefundRequestQuerySet

USER = settings.AUTH_USER_MODEL


class CashSession(models.Model):
    """A cashier's day: opened with a float, closed with counted cash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cashier = models.ForeignKey(USER, models.PROTECT, verbose_name=_("cashier"), related_name="cash_sessions")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    opening_float = models.DecimalField(_("float (EGP)"), max_digits=10, decimal_places=2)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    expected = models.DecimalField(_("expected (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    counted = models.DecimalField(_("counted (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    difference = models.DecimalField(_("difference (EGP)"), max_digits=10, decimal_places=2, null=True, blank=True)
    difference_reason = models.TextField(_("reason of the difference"), blank=True)

    objects: ClassVar[Any] = CashSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash session")
        verbose_name_plural = _("cash sessions")
        ordering = ["-opened_at"]
        default_permissions = ("add", "change", "view")
        permissions = [("view_all_cashsessions", _("May see every cashier's sessions"))]
        constraints = [
            models.UniqueConstraint(
                fields=["cashier"],
                condition=Q(closed_at__isnull=True),
                name="payments_cashsession_one_open",
                violation_error_message=_("This cashier has an open session already."),
            ),
            models.CheckConstraint(
                condition=Q(opening_float__gte=0),
                name="payments_cashsession_float_not_negative",
                violation_error_message=_("A float can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(
                    closed_at__isnull=True, expected__isnull=True, counted__isnull=True, difference__isnull=True
                )
                | Q(
                    closed_at__isnull=False,
                    expected__isnull=False,
                    counted__isnull=False,
                    difference__isnull=False,
                    counted__gte=0,
                    # Rounded, for SQLite keeps amounts as floats: 300 − 323.45 is not −23.45 there.
                    difference=Round(F("counted") - F("expected"), precision=2),
                ),
                name="payments_cashsession_closed_with_count",
            ),
        ]

    def __str__(self) -> str:
        # The moment first: after an Arabic name its numbers would turn over.
        return f"{timezone.localtime(self.opened_at):%Y-%m-%d %H:%M} · {self.cashier}"


class Payment(models.Model):
    """Money for an enrolment. Once paid its money columns are never changed: a trigger refuses it."""

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
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, verbose_name=_("enrolment"), related_name="payments")
    payer_parent = models.ForeignKey(
        Parent, models.PROTECT, null=True, blank=True, verbose_name=_("paid by (parent)"), related_name="payments"
    )
    payer_student = models.ForeignKey(
        StudentUser, models.PROTECT, null=True, blank=True, verbose_name=_("paid by (student)"), related_name="payments"
    )
    amount = models.DecimalField(_("amount (EGP)"), max_digits=10, decimal_places=2)
    method = models.CharField(_("method"), max_length=14, choices=PaymentMethod.choices)
    reference_number = models.CharField(_("reference number"), max_length=60, blank=True)
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
                condition=~Q(reference_number="") & ~Q(status="void"),
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
                condition=Q(status__in=["pending", "paid", "partially_refunded", "refunded", "void"]),
                name="payments_payment_status_is_known",
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "status"], name="payments_payment_enrollment")]

    def __str__(self) -> str:
        return f"{self.amount} · {self.get_method_display()}"

    @property
    def payer(self) -> models.Model:
        """The parent or the student who paid."""
        return self.payer_parent if self.payer_parent_id else self.payer_student  # type: ignore[return-value]


class Receipt(models.Model):
    """The numbered paper of one settled payment; numbers have no gap and no double within a year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.OneToOneField(Payment, models.PROTECT, verbose_name=_("payment"), related_name="receipt")
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial"))
    number = models.CharField(_("receipt number"), max_length=20, unique=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    # What the paper said on the day: names and course as they were then.
    content = models.JSONField(_("content"), default=dict)
    times_printed = models.PositiveIntegerField(_("times printed"), default=0)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-year", "-serial"]
        default_permissions = ("view",)
        permissions = [("print_receipt", _("May print receipts"))]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="payments_receipt_serial_once"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}-[0-9]{6,}$"), name="payments_receipt_number_form"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RefundRequest(models.Model):
    """Money to go back: asked for by one person, approved by another."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        APPROVED = "approved", _("Approved")
        PROCESSED = "processed", _("Paid back")
        REJECTED = "rejected", _("Refused")

    TRANSITIONS = {
        Status.REQUESTED: frozenset({Status.APPROVED, Status.REJECTED}),
        Status.APPROVED: frozenset({Status.PROCESSED}),
        Status.PROCESSED: frozenset(),
        Status.REJECTED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, verbose_name=_("payment"), related_name="refunds")
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
    processed_at = models.DateTimeField(_("paid back at"), null=True, blank=True)
    processed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, verbose_name=_("paid back by"), related_name="+"
    )
    cash_session = models.ForeignKey(
        CashSession, models.PROTECT, null=True, blank=True, verbose_name=_("cash session"), related_name="refunds"
    )
    number = models.CharField(_("refund number"), max_length=20, unique=True, null=True, blank=True)

    objects: ClassVar[Any] = RefundRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund request")
        verbose_name_plural = _("refund requests")
        ordering = ["-requested_at"]
        default_permissions = ("add", "view")
        permissions = [
            ("approve_refundrequest", _("May approve and refuse refunds")),
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
                condition=Q(status="requested", decided_by__isnull=True)
                | Q(status__in=["approved", "processed", "rejected"], decided_by__isnull=False),
                name="payments_refundrequest_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="processed", processed_at__isnull=False, number__isnull=False)
                | (~Q(status="processed") & Q(processed_at__isnull=True, number__isnull=True)),
                name="payments_refundrequest_processed_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} · {self.payment}"
