"""Readers at the door and what they read."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.users.models import Child, Instructor, StudentUser


class Device(models.Model):
    """A reader: named, located, active, with a secret key that is shown once and stored hashed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    location = models.CharField(_("where it stands"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    key_hash = models.CharField(max_length=128, editable=False)
    key_changed_at = models.DateTimeField(_("key of"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last heard of"), null=True, blank=True, editable=False)
    # Positive: the device's clock is ahead of the server's.
    clock_offset_seconds = models.IntegerField(_("clock off by (seconds)"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """One reading of one code, logged whatever came of it; a device's scan id counts once."""

    class Method(models.TextChoices):
        FINGERPRINT = "fingerprint", _("Fingerprint")
        RFID = "rfid", _("RFID card")
        QR = "qr", _("QR card")

    class Outcome(models.TextChoices):
        CHECK_IN = "check_in", _("Came")
        CHECK_OUT = "check_out", _("Left")
        RE_ENTRY = "re_entry", _("Came back")
        PRESENT = "present", _("Present")
        REPEAT = "repeat", _("Repeated within two minutes")
        UNKNOWN_CODE = "unknown_code", _("Unknown code")
        OUTSIDE_WINDOW = "outside_window", _("Outside the hours")

    device = models.ForeignKey(Device, models.PROTECT, verbose_name=_("device"), related_name="scans")
    scan_id = models.UUIDField(_("the device's own number"))
    code = models.CharField(_("code"), max_length=80, db_index=True)
    method = models.CharField(_("method"), max_length=11, choices=Method.choices)
    at = models.DateTimeField(_("the device's time"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices)
    child = models.ForeignKey(Child, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("child"))
    student = models.ForeignKey(
        StudentUser, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adult student")
    )
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instructor")
    )

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-at"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["device", "scan_id"], name="attendance_scan_counts_once"),
            # Whose code it was: nobody's, or exactly one person's.
            models.CheckConstraint(
                condition=Q(child__isnull=True, student__isnull=True)
                | Q(child__isnull=True, instructor__isnull=True)
                | Q(student__isnull=True, instructor__isnull=True),
                name="attendance_scan_at_most_one_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} · {self.code}"
