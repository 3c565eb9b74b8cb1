"""Reads of what is taught, chainable."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from backoffice.shared.search import SearchQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from .models import Course, Lecture, Season


# Whoever holds one of these works with all courses; who holds none of them sees only what they teach.
_SEE_ALL = ("courses.change_course", "attendance.view_instructorattendance", "enrollments.view_enrollment")


def sees_every_course(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the person's groups let them near all courses, and not only those they teach."""
    return any(user.has_perm(permission) for permission in _SEE_ALL)  # type: ignore[union-attr]


class SeasonQuerySet(models.QuerySet["Season"]):
    """Seasons."""

    def lock(self, season_id: UUID) -> Season:
        """The season, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=season_id)

    def running(self, day: dt.date) -> Self:
        """Seasons that are open and in whose days the day lies."""
        open_end = Q(end_date__isnull=True) | Q(end_date__gte=day)
        return self.filter(open_end, is_active=True, start_date__lte=day)


class CourseQuerySet(SearchQuerySet["Course"]):
    """Courses."""

    def lock(self, course_id: UUID) -> Course:
        """The course, held until the transaction ends: whoever sells or moves its seats waits here."""
        return self.select_for_update(of=("self",)).get(pk=course_id)

    def active(self) -> Self:
        """Courses that run."""
        return self.filter(is_active=True)

    def with_seats(self) -> Self:
        """Courses that have a seat left."""
        return self.filter(enrolled_count__lt=F("capacity"))

    def not_over(self, today: dt.date) -> Self:
        """Courses whose last day is to come; one without a last day of its own ends with its season."""
        own, season = Q(end_date__gte=today), Q(end_date__isnull=True, season__end_date__gte=today)
        return self.filter(own | season | Q(end_date__isnull=True, season__end_date__isnull=True))

    def within_registration(self, today: dt.date) -> Self:
        """Courses whose registration window the day lies in; an end that isn't set is open."""
        opened = Q(registration_opens__isnull=True) | Q(registration_opens__lte=today)
        return self.filter(opened, Q(registration_closes__isnull=True) | Q(registration_closes__gte=today))

    def for_age(self, age: int) -> Self:
        """Courses whose limits, where they have any, let somebody of this age in."""
        young_enough = Q(max_age__isnull=True) | Q(max_age__gte=age)
        return self.filter(young_enough, Q(min_age__isnull=True) | Q(min_age__lte=age))

    def on_weekday(self, weekday: int) -> Self:
        """Courses with an hour on this weekday, Saturday = 0."""
        hours: Any = self.model._meta.get_field("schedules").related_model
        return self.filter(Exists(hours.objects.filter(course=OuterRef("pk"), weekday=weekday)))

    def ended_before(self, day: dt.date) -> Self:
        """Courses that are over by the day: their last day is, or their last lecture where a number of them was set.

        None of them has a lecture from that day on, not even one that stands in for a cancelled one.
        """
        lectures: Any = self.model._meta.get_field("lectures").related_model
        held = lectures.objects.held()
        to_come = held.filter(day__gte=day).values("course_id")
        last_day = Q(last_day__lt=day)
        by_number = Q(end_date__isnull=True, num_lectures__isnull=False, pk__in=held.values("course_id"))
        dated = self.annotate(last_day=Coalesce("end_date", "season__end_date"))
        return dated.filter(last_day | by_number).exclude(pk__in=to_come)

    def taught_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Courses whose instructor, or the instructor of one of whose lectures, the user is."""
        # A subquery and no join: a row stays one row, and can be locked.
        lectures: Any = self.model._meta.get_field("lectures").related_model
        given = lectures.objects.filter(instructor_id=user.pk).values("course_id")
        return self.filter(Q(instructor_id=user.pk) | Q(pk__in=given))

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Courses the person may see in the staff's screens: all, or for an instructor the own ones."""
        return self if sees_every_course(user) else self.taught_by(user)


class LectureQuerySet(models.QuerySet["Lecture"]):
    """Lectures."""

    def lock(self, lecture_id: UUID) -> Lecture:
        """The lecture, held until the transaction ends; whoever needs its course locks that first."""
        return (
            self.select_for_update(of=("self",)).select_related("course", "instructor__user", "room").get(pk=lecture_id)
        )

    def held(self) -> Self:
        """Lectures that were not cancelled."""
        return self.exclude(status="cancelled")

    def on(self, day: dt.date) -> Self:
        """Lectures of one day of the centre's calendar."""
        return self.filter(day=day)

    def upcoming(self, now: dt.datetime | None = None) -> Self:
        """Lectures that have not begun, seen from the centre's clock."""
        local = timezone.localtime(now)
        later_today = Q(day=local.date(), start_time__gt=local.time())
        return self.filter(Q(day__gt=local.date()) | later_today)

    def taught_by(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Lectures that the user gives."""
        return self.filter(instructor_id=user.pk)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Lectures the person may see in the staff's screens: all, or for an instructor the own ones."""
        return self if sees_every_course(user) else self.taught_by(user)
