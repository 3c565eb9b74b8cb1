"""Reads of attendance, chainable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser

    from .models import AttendanceEvent, InstructorAttendance, LectureAttendance


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


class AttendanceEventQuerySet(models.QuerySet["AttendanceEvent"]):
    """Live events, in the order of their cursors."""

    def after(self, cursor: int) -> Self:
        """What came after a cursor."""
        return self.filter(cursor__gt=cursor).order_by("cursor")

    def unsent(self) -> Self:
        """Events whose sending nobody has noted."""
        return self.filter(sent_at__isnull=True).order_by("cursor")
