"""A long export: asked for by a person, made by the worker, kept for a week."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports; nobody but its owner ever looks one up."""

    def of(self, owner: object) -> Self:
        """Those of one person."""
        return self.filter(owner=owner)

    def at_work(self) -> Self:
        """Those that aren't made yet."""
        return self.filter(status__in=Export.AT_WORK)

    def news(self) -> Self:
        """Those that are made or failed and whose owner hasn't seen it."""
        return self.filter(status__in=Export.TOLD, seen_at=None)

    def overdue(self) -> Self:
        """Those whose file has been kept long enough."""
        return self.filter(status=Export.Status.DONE, expires_at__lte=timezone.now())

    def lock(self, pk: object) -> "Export":
        """One of them, locked until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Export(models.Model):
    """A report as a file that takes too long to wait for: whose it is, how far it is, and until when it is kept."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"
        PDF = "pdf", "PDF"

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for its turn")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Could not be made")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("No longer kept")

    TRANSITIONS = {
        Status.WAITING: frozenset({Status.RUNNING, Status.CANCELLED}),
        # A worker that died is followed by another, which begins anew.
        Status.RUNNING: frozenset({Status.RUNNING, Status.DONE, Status.FAILED, Status.CANCELLED}),
        Status.DONE: frozenset({Status.EXPIRED}),
        Status.FAILED: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.EXPIRED: frozenset(),
    }
    AT_WORK = (Status.WAITING, Status.RUNNING)
    TOLD = (Status.DONE, Status.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+")
    slug = models.CharField(_("report"), max_length=60)
    kind = models.CharField(_("format"), max_length=4, choices=Kind.choices)
    # As an address has them, with the days that stood in its place when it was silent: made after midnight, an
    # export is still of the day it was asked on.
    filters = models.TextField(_("filters"), blank=True)
    said = models.TextField(_("filters in words"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    # Which worker's turn it is: one that lost its claim finds another number here, and lets go.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    rows_done = models.PositiveIntegerField(_("rows written so far"), default=0)
    rows_total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    # A name in the private storage, set before the first byte is kept, so that whatever a killed worker left is found.
    stored_as = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    error = models.TextField(_("error"), blank=True)
    failure_id = models.CharField(_("number in the log"), max_length=12, blank=True)
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at", "id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["owner", "-asked_at"], name="reports_export_of_owner"),
            models.Index(fields=["status"], name="reports_export_open", condition=Q(status__in=["waiting", "running"])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done")
                | Q(~Q(stored_as=""), rows_total=F("rows_done"), finished_at__isnull=False, expires_at__isnull=False),
                name="reports_export_done_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(status="expired") | Q(stored_as=""), name="reports_export_expired_has_none"
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(error=""), name="reports_export_failed_says_why"),
            models.CheckConstraint(condition=Q(kind__in=["xlsx", "csv", "pdf"]), name="reports_export_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} · {self.get_kind_display()} · {self.get_status_display()}"

    @property
    def is_at_work(self) -> bool:
        """Whether it isn't made yet and may still be cancelled."""
        return self.status in self.AT_WORK

    @property
    def is_there(self) -> bool:
        """Whether there is a file to take."""
        return self.status == self.Status.DONE and self.expires_at is not None and self.expires_at > timezone.now()
