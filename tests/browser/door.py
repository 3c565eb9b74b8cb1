"""What stands behind a door, for the browser's tests: `python -m tests.browser.door open | renew | marks`."""

import datetime as dt
import json
import sys

import django

RFID = "0004123456"


def opened() -> dict[str, str]:
    """A registered reader, and a lecture that has just begun: Yusuf is on its list, Sami is due at it."""
    from django.utils import timezone

    from backoffice.attendance import services
    from backoffice.attendance.models import Scan
    from backoffice.attendance.tests.device_makers import due_at, lecture_at, listed
    from backoffice.users.tests.makers import make_child, make_instructor, manager

    by = manager()
    yusuf, sami = make_child(name="يوسف أحمد الجندي"), make_instructor(first_name="سامي عادل", last_name="منصور")
    lecture = lecture_at(timezone.now() - dt.timedelta(minutes=5))
    listed(lecture, yusuf)
    due_at(lecture, sami)
    services.issue_card(code=RFID, method=Scan.Method.RFID, holder=sami, by=by)
    device, key = services.register_device(name="لوح الباب", by=by)
    return {
        "device": str(device.pk),
        "line": f"{device.pk}:{key}",
        "child": yusuf.unique_code,
        "lecture": str(lecture.pk),
    }


def renewed() -> dict[str, str]:
    """The reader's key is another now."""
    from backoffice.attendance import services
    from backoffice.attendance.models import Device
    from backoffice.users.models import CustomUser

    device, key = services.renew_key(Device.objects.get().pk, by=CustomUser.objects.get(first_name="المديرة"))
    return {"line": f"{device.pk}:{key}"}


def marks() -> dict[str, object]:
    """Who was there, as the centre has it."""
    from backoffice.attendance.models import Device, InstructorAttendance, LectureAttendance, Scan

    scans = Scan.objects.order_by("pk").values_list("code", "method", "outcome", "device_time")
    return {
        "children": [[one.child.name, one.present, one.marked_via] for one in LectureAttendance.objects.all()],
        "staff": list(InstructorAttendance.objects.values_list("status", flat=True)),
        "scans": [[code, method, outcome, at.isoformat()] for code, method, outcome, at in scans],
        "clock": Device.objects.get().clock_offset_seconds,
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps({"open": opened, "renew": renewed, "marks": marks}[sys.argv[1]]()))  # noqa: T201
