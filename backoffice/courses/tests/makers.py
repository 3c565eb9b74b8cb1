"""Makers of what is taught, for tests."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from backoffice.courses.models import Course, CourseSchedule, Lecture, Room, Season

_numbers = count(1)


def make_season(**overrides: Any) -> Season:
    """A season around today."""
    n = next(_numbers)
    today = timezone.localdate()
    fields = {
        "name": f"موسم {n}",
        "type": "school",
        "start_date": today - dt.timedelta(days=60),
        "end_date": today + dt.timedelta(days=120),
    } | overrides
    return Season.objects.create(**fields)


def make_room(**overrides: Any) -> Room:
    """A room of thirty."""
    return Room.objects.create(**({"name": f"قاعة {next(_numbers)}", "capacity": 30} | overrides))


def make_course(**overrides: Any) -> Course:
    """A course of twenty seats at 500 EGP that is open for children of any age."""
    n = next(_numbers)
    today = timezone.localdate()
    fields = {
        "name": f"دورة {n}",
        "slug": f"دورة-{n}",
        "start_date": today - dt.timedelta(days=14),
        "end_date": today + dt.timedelta(days=60),
        "price": Decimal("500.00"),
        "capacity": 20,
    } | overrides
    if "season" not in fields:
        fields["season"] = make_season()
    return Course.objects.create(**fields)


def make_schedule(course: Course, **overrides: Any) -> CourseSchedule:
    """Sundays from four to six."""
    fields = {"course": course, "weekday": 1, "start_time": dt.time(16), "end_time": dt.time(18)} | overrides
    return CourseSchedule.objects.create(**fields)


def make_lecture(course: Course, **overrides: Any) -> Lecture:
    """A lecture tomorrow from four to six."""
    fields = {
        "course": course,
        "lecture_number": next(_numbers),
        "day": timezone.localdate() + dt.timedelta(days=1),
        "start_time": dt.time(16),
        "end_time": dt.time(18),
        "instructor": course.instructor,
        "room": course.room,
    } | overrides
    return Lecture.objects.create(**fields)
