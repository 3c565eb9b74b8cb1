"""Rows that belong to no part of the domain: the audit trail, counters, and files that were imported."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what, when, from what to what. Only ever added: a trigger refuses UPDATE and DELETE."""

    class Action(models.TextChoices):
        CREATE = "create", _("Created")
        UPDATE = "update", _("Changed")
        DELETE = "delete", _("Deleted")
        TRANSITION = "transition", _("Moved on")
        VIEW = "view", _("Read or printed")
        EXPORT = "export", _("Exported")
        IMPORT = "import", _("Imported")

    class Source(models.TextChoices):
        ADMIN = "admin", _("Staff admin")
        API = "api", _("App")
        SITE = "site", _("Public site")
        IMPORT = "import", _("Import")
        COMMAND = "command", _("Command")
        JOB = "job", _("Scheduled job")

    at = models.DateTimeField(_("when"), db_index=True)
    # No database constraint: an entry outlives whatever happens to the account, and the trigger refuses SET NULL.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        verbose_name=_("who"),
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(_("who, in words"), max_length=200, blank=True)
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    source = models.CharField(_("by way of"), max_length=10, choices=Source.choices)
    model = models.CharField(_("kind"), max_length=60)
    object_id = models.CharField(_("row"), max_length=40)
    object_name = models.CharField(_("what"), max_length=250, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["model", "object_id", "-id"], name="shared_audit_object")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.object_name}"


class Counter(models.Model):
    """A number that is given out without gaps or doubles, e.g. `receipt:2026`; locked while it is used."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class ImportBatch(models.Model):
    """A spreadsheet that staff handed in: its file, its preview, and what became of its lines."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff form")
        CHILDREN = "children", _("Children's list")

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        PREVIEWED = "previewed", _("Waiting for confirmation")
        COMMITTING = "committing", _("Being imported")
        COMMITTED = "committed", _("Imported")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Could not be read")

    TRANSITIONS = {
        Status.UPLOADED: frozenset({Status.PREVIEWED, Status.FAILED, Status.CANCELLED}),
        Status.PREVIEWED: frozenset({Status.COMMITTING, Status.CANCELLED}),
        # A worker that died is followed by another that starts over: every good line goes in once.
        Status.COMMITTING: frozenset({Status.COMMITTED, Status.COMMITTING, Status.FAILED}),
        Status.COMMITTED: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.FAILED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.UPLOADED)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("fingerprint of the file"), max_length=64, db_index=True)
    # A name inside the private storage, never under a public URL.
    stored_as = models.CharField(max_length=250, blank=True)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    done = models.PositiveIntegerField(_("lines read so far"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    repeated = models.PositiveIntegerField(_("repeats"), default=0)
    faulty = models.PositiveIntegerField(_("faulty"), default=0)
    # Counts per model, samples and the faulty lines' places and reasons, for the screen and the sheet of faults.
    report = models.JSONField(_("report"), default=dict)
    error = models.TextField(_("error"), blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("handed in by"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("handed in"), auto_now_add=True)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
        related_name="+",
    )
    committed_at = models.DateTimeField(_("imported at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at"]
        default_permissions = ("add", "view")
        permissions = [
            ("import_staff", _("May import the staff form")),
            ("import_children", _("May import the children's list")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="committed", committed_at__isnull=False) | ~Q(status="committed"),
                name="shared_importbatch_committed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file_name}"
