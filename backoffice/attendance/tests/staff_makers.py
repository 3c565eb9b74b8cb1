"""Rows of the staff for tests, and the clock of a Sunday in November."""

import datetime as dt
import uuid
from typing import Any

from backoffice.attendance import services
from backoffice.attendance.models import Device, InstructorAttendance, Scan, SupervisorSchedule
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.shared.dates import CAIRO
from backoffice.users.models import CustomUser, Instructor
from backoffice.users.tests.makers import make_staff, make_user

# A Sunday.
DAY = dt.date(2026, 11, 1)


def at(hours: str, day: dt.date = DAY) -> dt.datetime:
    """An instant of the day, by Cairo's clock."""
    hour, minute = map(int, hours.split(":"))
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=CAIRO)


def times(hours: str) -> dict[str, dt.time]:
    """From and to, of "16:00-18:00"."""
    start, end = (dt.time.fromisoformat(one) for one in hours.split("-"))
    return {"start_time": start, "end_time": end}


def make_supervisor(user: CustomUser | None = None) -> Instructor:
    """A supervisor; of an account that is there, or a new one."""
    return Instructor.objects.create(user=user or make_user(role="supervisor"), type="supervisor")


def make_nadia() -> CustomUser:
    """Nadia the supervisor, at her desk."""
    user = make_staff("Supervisors", role="supervisor", first_name="نادية")
    make_supervisor(user)
    return user


def due(
    instructor: Instructor, hours: str = "16:00-18:00", day: dt.date = DAY, **overrides: Any
) -> InstructorAttendance:
    """The row of a lecture that somebody gives."""
    when = {"day": day, **times(hours)}
    lecture = make_lecture(make_course(instructor=instructor), **when)
    fields = {"instructor": instructor, "kind": "lecture", "lecture": lecture, **when} | overrides
    return InstructorAttendance.objects.create(**fields)


def on_the_rota(
    supervisor: Instructor, hours: str = "16:00-22:00", day: dt.date = DAY, **overrides: Any
) -> InstructorAttendance:
    """The row of a day on the rota, whose hours are made along with it."""
    schedule = make_rota(supervisor, hours, **overrides)
    return InstructorAttendance.objects.create(
        instructor=supervisor, kind="supervision", schedule=schedule, day=day, **times(hours)
    )


def make_rota(supervisor: Instructor, hours: str = "16:00-22:00", **overrides: Any) -> SupervisorSchedule:
    """Hours of a supervisor on Sundays."""
    fields = {"weekday": 1, "begins_on": DAY - dt.timedelta(days=30), **times(hours)} | overrides
    return SupervisorSchedule.objects.create(supervisor=supervisor, **fields)


def scanned(instructor: Instructor, hours: str, day: dt.date = DAY) -> Scan:
    """A reader logs somebody, and the rows follow."""
    device, _new = Device.objects.get_or_create(name="الباب", defaults={"key_hash": "!"})
    scan = Scan.objects.create(
        device=device, scan_id=uuid.uuid4(), code="c", method="rfid", at=at(hours, day), outcome="check_in",
        instructor=instructor,
    )  # fmt: skip
    services.follow_scans([instructor.pk], since=scan.at, until=scan.at)
    return scan
