"""A report that is sent by e-mail by itself."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Weekday

from .saved_view import FILTERS_AT_MOST, NAME_AT_MOST


class FileKind(models.TextChoices):
    XLSX = "xlsx", _("Excel")
    PDF = "pdf", _("PDF, for paper")
    CSV = "csv", _("CSV, for programs")


class Rhythm(models.TextChoices):
    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")


class Period(models.TextChoices):
    """Which days the report is about when it is sent."""

    SAVED = "saved", _("As the filters say, on the day it is sent")
    DAY = "day", _("The day before")
    WEEK = "week", _("The week before, Saturday to Friday")
    MONTH = "month", _("The month before")


class ReportSchedule(models.Model):
    """A report with its filters that is sent early in the morning of each day, week or month, to some of the staff."""

    name = models.CharField(_("name"), max_length=NAME_AT_MOST)
    report = models.SlugField(_("report"), max_length=60)
    filters = models.CharField(_("filters"), max_length=FILTERS_AT_MOST, blank=True)
    period = models.CharField(_("about"), max_length=5, choices=Period.choices, default=Period.SAVED)
    kind = models.CharField(_("file"), max_length=4, choices=FileKind.choices, default=FileKind.XLSX)
    rhythm = models.CharField(_("how often"), max_length=5, choices=Rhythm.choices, default=Rhythm.DAY)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices, null=True, blank=True)
    # The 31st is the last day where the month is shorter.
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("sent to"), related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    # Mornings before this day are none of its: a new rhythm begins with the next one.
    begins_on = models.DateField(_("from"))
    is_paused = models.BooleanField(_("paused"), default=False)

    class Meta:
        default_permissions = ()
        permissions = [("schedule_reports", _("May have reports sent by e-mail"))]
        verbose_name = _("schedule of a report")
        verbose_name_plural = _("schedules of reports")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="reports_reportschedule_has_a_name"),
            models.CheckConstraint(
                condition=Q(rhythm=Rhythm.DAY, weekday=None, month_day=None)
                | Q(rhythm=Rhythm.WEEK, weekday__range=(0, 6), month_day=None)
                | Q(rhythm=Rhythm.MONTH, weekday=None, month_day__range=(1, 31)),
                name="reports_reportschedule_day_fits_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=FileKind.values) & Q(period__in=Period.values),
                name="reports_reportschedule_kind_and_period",
            ),
        ]

    def __str__(self) -> str:
        return self.name
