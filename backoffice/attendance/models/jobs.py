"""What the scheduled jobs did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AttendanceCronLog(models.Model):
    """One job on one business day: started, finished, counts, error.

    The row is also the claim: whoever does the job holds it, and a row that is finished is never done again.
    """

    class Origin(models.TextChoices):
        # The day before the first that is done by the clock; nothing was done for it.
        START = "start", _("The clock began")
        CLOCK = "clock", _("By the clock")
        HAND = "hand", _("By hand")

    job = models.CharField(_("job"), max_length=60)
    business_day = models.DateField(_("business day"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.TextField(_("error"), blank=True)
    origin = models.CharField(_("begun"), max_length=5, choices=Origin.choices, default=Origin.CLOCK)

    class Meta:
        verbose_name = _("job of a day")
        verbose_name_plural = _("job log")
        ordering = ["-business_day", "job"]
        default_permissions = ("view",)
        permissions = [("run_attendancecronlog", _("May do scheduled jobs by hand"))]
        constraints = [
            models.UniqueConstraint(fields=["job", "business_day"], name="attendance_attendancecronlog_once_a_day"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=models.F("started_at")),
                name="attendance_attendancecronlog_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=["start", "clock", "hand"]), name="attendance_attendancecronlog_origin_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {self.business_day}"
