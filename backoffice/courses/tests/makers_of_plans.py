"""A course with weekly hours, and its lectures as short lines."""

import datetime as dt

from backoffice.courses.models import Lecture
from backoffice.courses.tests.makers import make_course, make_schedule, make_season

SATURDAY, SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(7)


def day(text):
    """A day of 2026, such as "02-08"."""
    return dt.date.fromisoformat(f"2026-{text}")


def make_term(**overrides):
    """The season of the tests: the whole of 2026."""
    return make_season(**({"start_date": day("01-01"), "end_date": day("12-31")} | overrides))


def make_planned_course(*weekdays, **overrides):
    """A course from 8 February 2026 (a Sunday) with one afternoon hour on each of the weekdays."""
    dates = {"start_date": day("02-08"), "end_date": day("03-07")}
    if "season" not in overrides:
        dates["season"] = make_term()
    course = make_course(**(dates | overrides))
    for weekday in weekdays:
        make_schedule(course, weekday=weekday)
    return course


def lines(course, *fields):
    """The course's lectures, e.g. `["1 02-08", "2 02-15"]`, with further fields after."""
    return [
        " ".join([f"{one.lecture_number} {one.day:%m-%d}", *(str(getattr(one, field)) for field in fields)])
        for one in Lecture.objects.filter(course=course).order_by("day", "start_time")
    ]


def nth(course, number):
    """The course's lecture of that number."""
    return Lecture.objects.get(course=course, lecture_number=number)
