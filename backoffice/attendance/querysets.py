"""Reads of attendance, chainable."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from backoffice.users.models import CustomUser

    from .models import (
        AttendanceEvent,
        Card,
        Device,
        InstructorAttendance,
        LectureAttendance,
        Scan,
        SupervisorSchedule,
    )


def due_and_not_here(now: dt.datetime) -> models.Q:
    """Of the staff's rows those of people who are due at this moment and haven't come."""
    local = timezone.localtime(now)
    hours = {"day": local.date(), "start_time__lte": local.time(), "end_time__gte": local.time()}
    return models.Q(status__in=("not_started", "pending"), check_in__isnull=True, **hours)


class LectureAttendanceQuerySet(models.QuerySet["LectureAttendance"]):
    """Who came to lectures."""

    def unmarked(self) -> Self:
        """Rows nobody has marked yet."""
        return self.filter(present__isnull=True)

    def marked(self) -> Self:
        """Rows that say present or absent."""
        return self.filter(present__isnull=False)

    def visible_to(self, user: CustomUser) -> Self:
        """All for the office and the supervisors; for an instructor those of the lectures they give."""
        office = ("attendance.view_instructorattendance", "enrollments.view_enrollmentrequest")
        if any(user.has_perm(permission) for permission in office):
            return self
        return self.filter(lecture__instructor__user=user)


class InstructorAttendanceQuerySet(models.QuerySet["InstructorAttendance"]):
    """Which of the staff were due, and who came."""

    def expected(self) -> Self:
        """Rows on which nothing has happened yet."""
        return self.filter(status__in=("not_started", "pending"), check_in__isnull=True)

    def awaited(self, now: dt.datetime) -> Self:
        """Rows of people who are due at this moment and haven't come."""
        return self.filter(due_and_not_here(now))

    def hold(self, instructor_ids: Collection[UUID], first: dt.date, last: dt.date) -> Self:
        """The rows of these people from the first day to the last, held until the transaction ends.

        In the order of their keys, whoever asks: so nobody waits for each other.
        """
        mine = self.filter(instructor__in=instructor_ids, day__gte=first, day__lte=last)
        joined = mine.select_related("instructor__user", "schedule")
        return joined.select_for_update(of=("self",), no_key=True).order_by("pk")


class SupervisorScheduleQuerySet(models.QuerySet["SupervisorSchedule"]):
    """The supervisors' hours."""

    def lock(self, schedule_id: int) -> SupervisorSchedule:
        """The hours, held until the transaction ends; whoever needs their supervisor locks that first."""
        named = self.select_related("supervisor__user")
        return named.select_for_update(of=("self",), no_key=True).get(pk=schedule_id)

    def due_on(self, days: Iterable[dt.date]) -> Self:
        """Hours that count on one of the days, of which no two have the same weekday."""
        on = models.Q(pk__in=[])
        for day in days:
            on |= models.Q(weekday=(day.weekday() + 2) % 7, begins_on__lte=day) & (
                models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=day)
            )
        return self.filter(on)

    def current(self) -> Self:
        """Hours that nobody has ended."""
        return self.filter(ended_on__isnull=True)


class AttendanceEventQuerySet(models.QuerySet["AttendanceEvent"]):
    """Live events, in the order of their cursors."""

    def after(self, cursor: int) -> Self:
        """What came after a cursor."""
        return self.filter(cursor__gt=cursor).order_by("cursor")

    def unsent(self) -> Self:
        """Events whose sending nobody has noted."""
        return self.filter(sent_at__isnull=True).order_by("cursor")


# Scans older than this change nothing any more, and an unknown code waits as long: a month is settled with its sheet.
REACH = dt.timedelta(days=31)


class DeviceQuerySet(models.QuerySet["Device"]):
    """Readers at the doors."""

    def lock(self, device_id: UUID) -> Device:
        """The device, held until the transaction ends; other rows may still point at it."""
        return self.select_for_update(no_key=True).get(pk=device_id)

    def hold_all(self) -> None:
        """Hold every device: while somebody does, no batch of scans is under way."""
        list(self.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


class ScanQuerySet(models.QuerySet["Scan"]):
    """What the readers read."""

    def waiting(self, now: dt.datetime | None = None) -> Self:
        """Scans of codes that are nobody's, and that would still count if they became somebody's."""
        return self.filter(outcome="unknown_code", at__gte=(now or timezone.now()) - REACH)


class CardQuerySet(models.QuerySet["Card"]):
    """Cards and tags that were handed out."""

    def lock(self, card_id: int) -> Card:
        """The card, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=card_id)

    def valid(self) -> Self:
        """Cards that nobody revoked."""
        return self.filter(revoked_at__isnull=True)
