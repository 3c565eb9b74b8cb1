"""The numbered paper of a payment."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .payments import Payment


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
    # Egypt's e-receipt, ready and not sent: the very text whose hash is its UUID (a JSON column would reorder its keys,
    # and with them the hash), the UUID, and what a QR code would hold.
    e_receipt = models.TextField(_("e-receipt"), blank=True, default="", db_default="", editable=False)
    e_uuid = models.CharField(_("e-receipt UUID"), max_length=64, unique=True, null=True, blank=True, editable=False)
    e_qr = models.CharField(_("e-receipt link"), max_length=300, blank=True, default="", db_default="", editable=False)
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
