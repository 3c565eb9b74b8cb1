"""What the scheduled jobs did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AttendanceCronLog(models.Model):
    """One job on one business day: started, finished, counts, error."""

    job = models.CharField(_("job"), max_length=60)
    business_day = models.DateField(_("business day"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job of a day")
        verbose_name_plural = _("job log")
        ordering = ["-business_day", "job"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["job", "business_day"], name="attendance_attendancecronlog_once_a_day"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=models.F("started_at")),
                name="attendance_attendancecronlog_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {self.business_day}"
