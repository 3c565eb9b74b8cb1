"""One meeting of a course."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.users.models import Instructor

from ..querysets import LectureQuerySet
from .calendar import Room
from .course import Course


class Lecture(models.Model):
    """One meeting of a course: a day, an hour, an instructor, a room."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        COMPLETED = "completed", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    TRANSITIONS = {
        Status.SCHEDULED: frozenset({Status.COMPLETED, Status.CANCELLED}),
        Status.COMPLETED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, verbose_name=_("course"), related_name="lectures")
    lecture_number = models.PositiveIntegerField(_("number"))
    day = models.DateField(_("day"), db_index=True)
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, verbose_name=_("instructor"), null=True, blank=True, related_name="lectures"
    )
    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), null=True, blank=True, related_name="lectures"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.SCHEDULED)
    attendance_taken = models.BooleanField(_("attendance taken"), default=False, editable=False)
    # Set by hand: rebuilding the schedule leaves this lecture where it is.
    moved_by_hand = models.BooleanField(_("moved by hand"), default=False, editable=False)
    # The hour of the weekly schedule that this lecture takes up, where that isn't its own: it was moved away from
    # there, or stands in for a cancelled one. Without it, rebuilding would fill that hour a second time.
    planned_day = models.DateField(_("planned for"), null=True, blank=True, editable=False)
    planned_start = models.TimeField(_("planned from"), null=True, blank=True, editable=False)
    notes = models.TextField(_("notes"), blank=True)

    objects: ClassVar[Any] = LectureQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        ordering = ["day", "start_time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="courses_lecture_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.UniqueConstraint(
                fields=["course", "lecture_number"],
                name="courses_lecture_number_once",
                violation_error_message=_("The course has a lecture of this number already."),
            ),
            models.CheckConstraint(condition=Q(lecture_number__gte=1), name="courses_lecture_number_from_one"),
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "completed", "cancelled"]), name="courses_lecture_status_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["instructor", "day"], name="courses_lecture_instructor_day"),
            models.Index(fields=["room", "day"], name="courses_lecture_room_day"),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.lecture_number}"

    @property
    def hour(self) -> tuple[dt.date, dt.time]:
        """The hour of the schedule that this lecture takes up."""
        return (self.planned_day or self.day, self.planned_start or self.start_time)

    @property
    def is_touched(self) -> bool:
        """Whether somebody did something with it: rebuilding the schedule leaves such a lecture alone."""
        return self.status != self.Status.SCHEDULED or self.attendance_taken or self.moved_by_hand or self.notes != ""

    def has_begun(self, now: dt.datetime) -> bool:
        """Whether its first minute is over, seen from the centre's clock."""
        local = timezone.localtime(now)
        return (self.day, self.start_time) <= (local.date(), local.time())
