"""Which courses a place can be asked for."""

import datetime as dt

from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Course


def courses_open_for_registration() -> QuerySet[Course]:
    """Courses a place can be asked for today."""
    today = timezone.localdate()
    return (
        Course.objects.active()
        .not_over(today)
        .within_registration(today)
        .select_related("season", "instructor__user", "room")
        .prefetch_related("schedules")
    )


class Standing(TextChoices):
    """Where a course stands for somebody who wants a place today."""

    OPEN = "open", _("Open")
    NOT_YET = "not_yet", _("Not open yet")
    CLOSED = "closed", _("Registration closed")
    FULL = "full", _("Full")
    ENDED = "ended", _("Ended")
    INACTIVE = "inactive", _("Not active")


def standing_of(course: Course, *, today: dt.date) -> Standing:
    """Why a place can or can't be asked for, in one word; the first reason counts.

    A course without a last day of its own ends with its season, which has to be at hand.
    """
    last_day = course.end_date or course.season.end_date
    reasons = [
        (not course.is_active, Standing.INACTIVE),
        (last_day is not None and last_day < today, Standing.ENDED),
        (course.registration_opens is not None and course.registration_opens > today, Standing.NOT_YET),
        (course.registration_closes is not None and course.registration_closes < today, Standing.CLOSED),
        (course.seats_left == 0, Standing.FULL),
    ]
    return next((standing for applies, standing in reasons if applies), Standing.OPEN)
