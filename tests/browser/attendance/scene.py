"""A lecture that is running, for whoever walks the browser: `python -m tests.browser.attendance.scene`.

With a name it marks that child instead, as a colleague does who has another door.
"""

import datetime as dt
import json
import sys

import django

CHILDREN = ("آدم", "بسملة", "جنى", "حمزة", "خديجة", "دانا", "زياد", "سلمى", "عمر", "يوسف")
# Marked while a server is away, and in no other test.
OF_THE_CUTS = ("كنزي", "مازن", "هاني", "وليد", "ياسر")


def make() -> dict[str, str]:
    """The instructor's lecture of this hour and its children."""
    from django.utils import timezone

    from backoffice.attendance.models import LectureAttendance
    from backoffice.config.demo.accounts import ACCOUNTS
    from backoffice.courses.tests.makers import make_course, make_lecture
    from backoffice.users.models import Instructor
    from backoffice.users.tests.makers import make_child, make_parent

    phone = next(account.phone for account in ACCOUNTS if account.key == "instructor")
    instructor = Instructor.objects.get(user__phone_number1=phone)
    begun = timezone.localtime() - dt.timedelta(minutes=1)
    hours = {"day": begun.date(), "start_time": begun.time(), "end_time": dt.time(23, 59, 59)}
    course = make_course(name="حفظ جزء عمّ", instructor=instructor)
    lecture = make_lecture(course, instructor=instructor, lecture_number=1, **hours)
    # Another number than those of the demo's accounts.
    mona = make_parent(phone_number1="+201222222222")
    LectureAttendance.objects.bulk_create(
        LectureAttendance(lecture=lecture, child=make_child(mona, name=name)) for name in CHILDREN + OF_THE_CUTS
    )
    return {"lecture": str(lecture.pk), "day": lecture.day.isoformat()}


def mark_absent(name: str) -> None:
    """Mark a child absent, as the manager."""
    from backoffice.attendance.models import LectureAttendance
    from backoffice.attendance.services import Mark, mark_lecture
    from backoffice.users.models import CustomUser

    row = LectureAttendance.objects.get(child__name=name)
    manager = CustomUser.objects.get(groups__name="Managers")
    mark_lecture(row.lecture_id, {row.pk: Mark(present=False)}, by=manager)


if __name__ == "__main__":
    django.setup()
    if len(sys.argv) > 1:
        mark_absent(sys.argv[1])
    else:
        sys.stdout.write(json.dumps(make()))
