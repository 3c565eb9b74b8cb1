"""Makers of devices, and of what they tell."""

import datetime as dt
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from backoffice.attendance.models import Device, InstructorAttendance, LectureAttendance
from backoffice.attendance.selectors.devices import hash_of_key
from backoffice.attendance.services import ScanLine
from backoffice.courses.models import Lecture
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.models import Child, Instructor

_numbers = count(1)
KEY = "oasis-of-doors-2026"


def make_device(**overrides: Any) -> Device:
    """A reader at a door."""
    fields = {"name": f"قارئ {next(_numbers)}", "key_hash": hash_of_key(KEY)} | overrides
    return Device.objects.create(**fields)


def scan_of(code: Any, at: dt.datetime, method: str = "qr", **overrides: Any) -> ScanLine:
    """A reading of somebody's code."""
    code = getattr(code, "unique_code", code)
    return ScanLine(**({"scan_id": uuid4(), "code": code, "method": method, "at": at} | overrides))


def lecture_at(at: dt.datetime, *, hours: float = 2, **overrides: Any) -> Lecture:
    """A lecture that begins at a moment; to the second, within its day."""
    local, end = timezone.localtime(at), timezone.localtime(at + dt.timedelta(hours=hours))
    last = end.time() if end.date() == local.date() else dt.time(23, 59, 59)
    course = overrides.pop("course", None) or make_course()
    fields = {"day": local.date(), "start_time": local.time().replace(microsecond=0), "end_time": last} | overrides
    return make_lecture(course, **fields)


def listed(lecture: Lecture, *children: Child) -> list[LectureAttendance]:
    """Children on a lecture's list."""
    return [LectureAttendance.objects.create(lecture=lecture, child=child) for child in children]


def due_at(lecture: Lecture, instructor: Instructor) -> InstructorAttendance:
    """An instructor who is due at a lecture."""
    hours = {"day": lecture.day, "start_time": lecture.start_time, "end_time": lecture.end_time}
    return InstructorAttendance.objects.create(instructor=instructor, kind="lecture", lecture=lecture, **hours)


def cairo(*when: int) -> dt.datetime:
    """A moment of the centre's clock, to the minute."""
    return timezone.make_aware(dt.datetime(*when))  # type: ignore[misc]  # year, month, day, hour, minute
