"""A course, its weekly schedule and its tags."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.shared.search import Searchable
from backoffice.users.models import Instructor

from ..querysets import CourseQuerySet
from .calendar import Room, Season, Weekday


class Tag(models.Model):
    """A word that courses and instructors are found by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=60, unique=True)
    # The column stands here and not with the instructor, for people are below courses.
    instructors = models.ManyToManyField(Instructor, verbose_name=_("instructors"), blank=True, related_name="tags")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Course(Searchable):
    """What a participant can have a place in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, verbose_name=_("season"), related_name="courses")
    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("name in the address"), max_length=160, unique=True, allow_unicode=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"), null=True, blank=True)
    num_lectures = models.PositiveIntegerField(_("number of lectures"), null=True, blank=True)
    price = models.DecimalField(_("price (EGP)"), max_digits=10, decimal_places=2)
    capacity = models.PositiveIntegerField(_("seats"))
    # Kept by the services of enrolments, under the course's lock; never typed.
    enrolled_count = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)
    # Seats given above the capacity, by permission and with a reason; kept by the services of enrolments, too.
    overbooked = models.PositiveIntegerField(_("places above the capacity"), default=0, db_default=0, editable=False)
    instructor = models.ForeignKey(
        Instructor, models.PROTECT, verbose_name=_("instructor"), null=True, blank=True, related_name="courses"
    )
    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), null=True, blank=True, related_name="courses"
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="courses")
    for_adults = models.BooleanField(_("for adults"), default=False)
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    registration_opens = models.DateField(_("registration opens"), null=True, blank=True)
    registration_closes = models.DateField(_("registration closes"), null=True, blank=True)
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[Any] = CourseQuerySet.as_manager()

    SEARCH_FIELDS: ClassVar[tuple[str, ...]] = ("name", "description")

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["-start_date", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__isnull=False) | Q(num_lectures__isnull=False),
                name="courses_course_has_an_end",
                violation_error_message=_("Give a last day or a number of lectures."),
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")),
                name="courses_course_ends_after_start",
                violation_error_message=_("The last day can't be before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(num_lectures__isnull=True) | Q(num_lectures__gte=1),
                name="courses_course_has_a_lecture",
                violation_error_message=_("A course has at least one lecture."),
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0),
                name="courses_course_price_not_negative",
                violation_error_message=_("A price can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="courses_course_has_a_seat",
                violation_error_message=_("A course has at least one seat."),
            ),
            models.CheckConstraint(
                condition=Q(enrolled_count__gte=0) & Q(enrolled_count__lte=F("capacity") + F("overbooked")),
                name="courses_course_not_oversold",
                violation_error_message=_("More seats are taken than the course would have."),
            ),
            models.CheckConstraint(
                condition=Q(min_age__isnull=True) | Q(max_age__isnull=True) | Q(max_age__gte=F("min_age")),
                name="courses_course_ages_in_order",
                violation_error_message=_("The upper age can't be below the lower age."),
            ),
            models.CheckConstraint(
                condition=Q(registration_opens__isnull=True)
                | Q(registration_closes__isnull=True)
                | Q(registration_closes__gte=F("registration_opens")),
                name="courses_course_registration_in_order",
                violation_error_message=_("Registration can't close before it opens."),
            ),
            # The children's list names a course by its name alone.
            models.UniqueConstraint(
                fields=["season", "name"],
                name="courses_course_name_once_in_a_season",
                violation_error_message=_("This season has a course of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seats_left(self) -> int:
        """Seats nobody holds."""
        return max(self.capacity - self.enrolled_count, 0)


class CourseSchedule(models.Model):
    """One weekly hour of a course."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, verbose_name=_("course"), related_name="schedules")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    start_time = models.TimeField(_("from"))
    end_time = models.TimeField(_("to"))
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        verbose_name=_("room"),
        null=True,
        blank=True,
        related_name="schedules",
        help_text=_("Leave empty for the course's own room."),
    )

    class Meta:
        verbose_name = _("weekly hour")
        verbose_name_plural = _("weekly schedule")
        ordering = ["weekday", "start_time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="courses_courseschedule_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(weekday__gte=0) & Q(weekday__lte=6), name="courses_courseschedule_weekday_is_known"
            ),
            models.UniqueConstraint(
                fields=["course", "weekday", "start_time"],
                name="courses_courseschedule_hour_once",
                violation_error_message=_("This hour stands twice."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start_time:%H:%M}–{self.end_time:%H:%M}"
