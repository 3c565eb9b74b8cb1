"""Readers at the door and what they read."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.users.models import Child, Instructor, StudentUser

from ..querysets import CardQuerySet, DeviceQuerySet, ScanQuerySet


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

    objects: ClassVar[Any] = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Scan(models.Model):
    """One reading of one code, logged whatever came of it; a device's scan id counts once.

    `at` is when it was, as far as is known: the device's own time, less what its clock was ahead by when it told of it.
    """

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
    at = models.DateTimeField(_("when"), db_index=True)
    # What the device's clock was ahead by, where that was put right; 0 where `at` is the device's own time.
    clock_ahead_seconds = models.BigIntegerField(_("put right by (seconds)"), default=0)
    received_at = models.DateTimeField(_("received"), default=timezone.now, db_index=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices)
    child = models.ForeignKey(Child, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("child"))
    student = models.ForeignKey(
        StudentUser, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adult student")
    )
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instructor")
    )

    objects: ClassVar[Any] = ScanQuerySet.as_manager()

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
        indexes = [
            models.Index(fields=["code", "at"], condition=Q(outcome="unknown_code"), name="attendance_scan_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.device} · {self.code}"

    @property
    def device_time(self) -> dt.datetime:
        """What the device's own clock showed."""
        return self.at + dt.timedelta(seconds=self.clock_ahead_seconds)


class WaitingCode(Scan):
    """The last scan of a code that is nobody's yet: it stands for all that wait with it."""

    class Meta:
        proxy = True
        verbose_name = _("unknown code")
        verbose_name_plural = _("unknown codes")
        ordering = ["-at"]
        default_permissions = ("view",)


class Card(models.Model):
    """A code that is somebody's: a card or a tag that was handed out. Whose it was stays when it is revoked."""

    # Longer than any card's; what a reader reads beyond the log's length is nobody's card.
    LONGEST_CODE: ClassVar[int] = 64

    code = models.CharField(_("code"), max_length=LONGEST_CODE, db_index=True)
    method = models.CharField(_("method"), max_length=11, choices=Scan.Method.choices)
    child = models.ForeignKey(
        Child, models.PROTECT, null=True, blank=True, related_name="cards", verbose_name=_("child")
    )
    student = models.ForeignKey(
        StudentUser, models.PROTECT, null=True, blank=True, related_name="cards", verbose_name=_("adult student")
    )
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, null=True, blank=True, related_name="cards", verbose_name=_("instructor")
    )
    issued_at = models.DateTimeField(_("handed out"), default=timezone.now, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("handed out by"), related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("revoked by"), related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects: ClassVar[Any] = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "code"],
                condition=Q(revoked_at__isnull=True),
                name="attendance_card_is_one_persons",
                violation_error_message=_("This code is somebody's card already."),
            ),
            models.CheckConstraint(
                condition=Q(child__isnull=False, student__isnull=True, instructor__isnull=True)
                | Q(child__isnull=True, student__isnull=False, instructor__isnull=True)
                | Q(child__isnull=True, student__isnull=True, instructor__isnull=False),
                name="attendance_card_exactly_one_person",
                violation_error_message=_("A card is exactly one person's."),
            ),
            models.CheckConstraint(condition=~Q(code=""), name="attendance_card_has_a_code"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("issued_at")),
                name="attendance_card_revoked_after_it_was_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.holder}"

    @property
    def holder(self) -> Child | StudentUser | Instructor:
        """Whose it is, or was."""
        return self.child or self.student or self.instructor  # type: ignore[return-value]  # exactly one
