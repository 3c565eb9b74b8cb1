"""Instructors and supervisors: who was due, who came."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.courses.models import Lecture, Weekday
from backoffice.shared.validators import MAX_RATING, MIN_RATING, rating_validators
from backoffice.users.models import Instructor

from ..querysets import InstructorAttendanceQuerySet, SupervisorScheduleQuerySet
from .devices import Device
from .lectures import MarkedVia


class SupervisorSchedule(models.Model):
    """A supervisor's weekly hours, from a day until somebody ends them."""

    supervisor = models.ForeignKey(
        Instructor, models.PROTECT, verbose_name=_("supervisor"), related_name="supervisor_schedules"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    grace_period_minutes = models.PositiveSmallIntegerField(_("grace (minutes)"), default=20)
    auto_absent_after_minutes = models.PositiveSmallIntegerField(_("absent after (minutes)"), default=60)
    begins_on = models.DateField(_("from the day"), default=timezone.localdate)
    # The first day without them; then they make room for others.
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = SupervisorScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervisor's hours")
        verbose_name_plural = _("supervisors' rota")
        ordering = ["supervisor", "weekday", "start_time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="attendance_supervisorschedule_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__gte=0) & Q(weekday__lte=6), name="attendance_supervisorschedule_weekday_is_known"
            ),
            models.CheckConstraint(
                condition=Q(auto_absent_after_minutes__gte=F("grace_period_minutes")),
                name="attendance_supervisorschedule_grace_before_absence",
                violation_error_message=_("Nobody is absent before the grace is over."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("begins_on")),
                name="attendance_supervisorschedule_ends_after_its_first_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supervisor} · {self.get_weekday_display()} {self.start_time:%H:%M}–{self.end_time:%H:%M}"

    def counts_on(self, day: dt.date) -> bool:
        """Whether the supervisor is due on the day."""
        begun = self.weekday == Weekday.of(day) and self.begins_on <= day
        return begun and (self.ended_on is None or day < self.ended_on)


class InstructorAttendance(models.Model):
    """One instructor due at one lecture, or one supervisor due for one stretch of the rota."""

    class Kind(models.TextChoices):
        LECTURE = "lecture", _("Lecture")
        SUPERVISION = "supervision", _("Supervision")

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Not begun")
        PENDING = "pending", _("Expected")
        PRESENT = "present", _("Present")
        LATE = "late", _("Late")
        ABSENT = "absent", _("Absent")

    TRANSITIONS = {
        Status.NOT_STARTED: frozenset({Status.PENDING, Status.PRESENT, Status.LATE, Status.ABSENT}),
        Status.PENDING: frozenset({Status.NOT_STARTED, Status.PRESENT, Status.LATE, Status.ABSENT}),
        # A correction by hand, or a scan that a reader tells of late: who was seen coming had left before it began.
        Status.PRESENT: frozenset({Status.NOT_STARTED, Status.PENDING, Status.LATE, Status.ABSENT}),
        Status.LATE: frozenset({Status.NOT_STARTED, Status.PENDING, Status.PRESENT, Status.ABSENT}),
        Status.ABSENT: frozenset({Status.PENDING, Status.NOT_STARTED, Status.PRESENT, Status.LATE}),
    }

    instructor = models.ForeignKey(Instructor, models.PROTECT, verbose_name=_("instructor"), related_name="attendance")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    lecture = models.ForeignKey(
        Lecture, models.PROTECT, null=True, blank=True, verbose_name=_("lecture"), related_name="instructor_attendance"
    )
    schedule = models.ForeignKey(
        SupervisorSchedule, models.PROTECT, null=True, blank=True, verbose_name=_("rota"), related_name="attendance"
    )
    day = models.DateField(_("day"), db_index=True)
    start_time = models.TimeField(_("due from"))
    end_time = models.TimeField(_("due to"))
    status = models.CharField(_("status"), max_length=11, choices=Status.choices, default=Status.NOT_STARTED)
    check_in = models.DateTimeField(_("came"), null=True, blank=True)
    check_in_via = models.CharField(_("came, by"), max_length=11, choices=MarkedVia.choices, blank=True)
    check_in_device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, verbose_name=_("came, at the device"), related_name="+"
    )
    check_out = models.DateTimeField(_("left"), null=True, blank=True)
    check_out_via = models.CharField(_("left, by"), max_length=11, choices=MarkedVia.choices, blank=True)
    check_out_device = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, verbose_name=_("left, at the device"), related_name="+"
    )
    # [[left, came back], …] in ISO: the times between a check-out and the re-entry that cleared it.
    breaks = models.JSONField(_("went out in between"), default=list, editable=False)
    late_minutes = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    rating = models.DecimalField(
        _("rating"), max_digits=4, decimal_places=2, null=True, blank=True, validators=rating_validators
    )
    correction_reason = models.TextField(_("reason of a correction"), blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("corrected by"),
        related_name="+",
    )
    # What the office last said and when (`selectors.due`): it stands against all that was seen before it was said.
    settled = models.JSONField(null=True, editable=False)

    objects: ClassVar[Any] = InstructorAttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("instructor's attendance")
        verbose_name_plural = _("instructors' attendance")
        ordering = ["-day", "start_time"]
        permissions = [("export_instructorattendance", _("Can see and export the month's sheets of the staff"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="lecture", lecture__isnull=False, schedule__isnull=True)
                | Q(kind="supervision", lecture__isnull=True, schedule__isnull=False),
                name="attendance_instructorattendance_kind_has_its_row",
            ),
            models.UniqueConstraint(
                fields=["instructor", "lecture"],
                condition=Q(lecture__isnull=False),
                name="attendance_instructorattendance_once_per_lecture",
            ),
            models.UniqueConstraint(
                fields=["schedule", "day"],
                condition=Q(schedule__isnull=False),
                name="attendance_instructorattendance_once_per_rota_day",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True)
                | (Q(rating__gte=MIN_RATING) & Q(rating__lte=MAX_RATING) & Q(status__in=["present", "late"])),
                name="attendance_instructorattendance_rating_when_there",
                violation_error_message=_("Only who came is rated, from 1 to 10."),
            ),
            models.CheckConstraint(
                condition=Q(check_out__isnull=True) | Q(check_in__isnull=False, check_out__gte=F("check_in")),
                name="attendance_instructorattendance_leaves_after_coming",
                violation_error_message=_("Nobody leaves before they came."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["not_started", "pending", "present", "late", "absent"]),
                name="attendance_instructorattendance_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["present", "late"], check_in__isnull=False)
                | Q(check_in__isnull=True) & ~Q(status__in=["present", "late"]),
                name="attendance_instructorattendance_there_since_a_coming",
                violation_error_message=_("Who was there came at some time."),
            ),
            models.CheckConstraint(
                condition=Q(late_minutes=0) | Q(status="late"),
                name="attendance_instructorattendance_only_late_is_late",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instructor} · {self.day}"
