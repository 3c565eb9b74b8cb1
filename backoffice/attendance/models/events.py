"""What the live screens are told: written with the change itself, read by whoever was away."""

from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..querysets import AttendanceEventQuerySet


class AttendanceEvent(models.Model):
    """One thing that happened, as the live screens are told.

    The cursor is taken from a counter inside the transaction that makes the change, so that cursors become visible in
    their order and without a gap: who has seen one has seen all before it. An event is no fact of its own, hence no
    foreign keys: it is forgotten after a day, and what it tells of may go before it.
    """

    class Type(models.TextChoices):
        ATTENDANCE = "attendance_update", _("A participant was marked")
        STAFF = "instructor_attendance_update", _("An instructor came or left")
        SUMMARY = "summary", _("How a lecture's list stands")

    # What the cursors are taken from.
    COUNTER: Final = "attendance.events"

    cursor = models.BigIntegerField(primary_key=True)
    type = models.CharField(max_length=28, choices=Type.choices)
    lecture_id = models.UUIDField(null=True)
    # Who gave the lecture when it happened.
    teacher_id = models.UUIDField(null=True)
    child_id = models.UUIDField(null=True)
    student_id = models.UUIDField(null=True)
    # Whose own coming and going it is.
    instructor_id = models.UUIDField(null=True)
    data = models.JSONField()
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = AttendanceEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("live event")
        verbose_name_plural = _("live events")
        ordering = ["cursor"]
        default_permissions = ()
        indexes = [models.Index(fields=["cursor"], condition=Q(sent_at__isnull=True), name="attendance_event_unsent")]

    def __str__(self) -> str:
        return f"{self.cursor} · {self.type}"
