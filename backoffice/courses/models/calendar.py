"""When and where the centre teaches."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..querysets import SeasonQuerySet


class Weekday(models.IntegerChoices):
    """The week begins on Saturday."""

    SATURDAY = 0, _("Saturday")
    SUNDAY = 1, _("Sunday")
    MONDAY = 2, _("Monday")
    TUESDAY = 3, _("Tuesday")
    WEDNESDAY = 4, _("Wednesday")
    THURSDAY = 5, _("Thursday")
    FRIDAY = 6, _("Friday")

    @classmethod
    def of(cls, day: dt.date) -> "Weekday":
        """The centre's weekday of a date (Python's week begins on Monday = 0)."""
        return cls((day.weekday() + 2) % 7)


class Season(models.Model):
    """A part of the year in which courses run."""

    class Type(models.TextChoices):
        SUMMER_CAMP = "summer_camp", _("Summer camp")
        SCHOOL = "school", _("School year")
        RAMADAN = "ramadan", _("Ramadan")
        EID = "eid", _("Eid")
        OTHER = "other", _("Other season")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    type = models.CharField(_("kind"), max_length=12, choices=Type.choices)
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"), null=True, blank=True, help_text=_("Leave empty while it is open."))
    is_active = models.BooleanField(_("active"), default=True)
    # For whoever may see it alone: no form, no sheet and no app has it.
    revenue_target = models.DecimalField(
        _("revenue target (EGP)"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )

    objects: ClassVar[Any] = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("season")
        verbose_name_plural = _("seasons")
        ordering = ["-start_date"]
        permissions = [("view_revenue_target", _("May see and set what a season should bring in"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(revenue_target__isnull=True) | Q(revenue_target__gte=0),
                name="courses_season_target_not_negative",
                violation_error_message=_("A target can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="courses_season_ends_after_start",
                violation_error_message=_("The last day can't be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(type__in=["summer_camp", "school", "ramadan", "eid", "other"]),
                name="courses_season_type_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """Days without lectures, for one season or for all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    season = models.ForeignKey(
        Season,
        models.CASCADE,
        verbose_name=_("season"),
        null=True,
        blank=True,
        related_name="holidays",
        help_text=_("Leave empty for all seasons."),
    )
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-start_date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")),
                name="courses_holiday_ends_after_start",
                violation_error_message=_("The last day can't be before the first day."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A room and how many people it holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    capacity = models.PositiveIntegerField(_("capacity"))

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="courses_room_holds_somebody",
                violation_error_message=_("A room holds at least one person."),
            )
        ]

    def __str__(self) -> str:
        return self.name
