"""What a centre of two web and two worker machines is given to do: `of_two` makes it and says its names as JSON."""

import datetime as dt
import json
import os
import sys
import time

TASKS, AT_ONCE = 30, 4


def note(number: int) -> None:
    """A task that can't be done twice: the room's name is taken then. It keeps which worker did it."""
    from backoffice.courses.models import Room

    # All of them take one worker longer than the second (the queue's `poll`) in which the other may not look.
    time.sleep(0.25)
    Room.objects.create(name=f"task {number}", capacity=int(os.environ["WORKER"]))


def make() -> dict[str, str]:
    """People, a lecture of yesterday, a photograph, tasks, a day job asked for again and again, and a long export."""
    from django.core.files.base import ContentFile
    from django.utils import timezone
    from django_q.tasks import async_task

    from backoffice.attendance.models import LectureAttendance
    from backoffice.courses.tests.makers import make_course, make_lecture
    from backoffice.shared.tests.picture_makers import plain
    from backoffice.users.tests.makers import make_child, make_instructor, make_parent, make_staff, manager
    from reports.tests.exports import ask, make_owing

    boss, supervisor, mona = manager(), make_staff("Supervisors", role="supervisor"), make_parent()
    counted = make_staff("Supervisors", role="supervisor")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    lecture = make_lecture(make_course(), instructor=make_instructor(), day=yesterday)
    yusuf = make_child(mona)
    yusuf.photo.save("x.jpg", ContentFile(plain("JPEG")))
    LectureAttendance.objects.create(lecture=lecture, child=yusuf)
    make_owing(3)
    for number in range(TASKS):
        async_task("tests.server.machines.of_two.note", number)
    for _again in range(AT_ONCE):
        async_task("workers.running.run_again", "check_ledger", yesterday.isoformat())
    export = ask(boss)
    return {
        "boss": str(boss.phone_number1),
        "supervisor": str(supervisor.phone_number1),
        "counted": str(counted.phone_number1),
        "yusuf": str(yusuf.pk),
        "lecture": str(lecture.pk),
        "export": str(export.pk),
        "day": yesterday.isoformat(),
    }


def found(export: str, day: str) -> dict[str, object]:
    """How it all ended."""
    from django_q.models import OrmQ, Task

    from backoffice.attendance.models import AttendanceCronLog
    from backoffice.courses.models import Room
    from reports.models import Export

    notes = list(Room.objects.filter(name__startswith="task ").values_list("capacity", flat=True))
    runs = AttendanceCronLog.objects.filter(job="check_ledger", business_day=day)
    return {
        "waiting": OrmQ.objects.count(),
        "tasks": len(notes),
        "by": sorted({*notes}),
        "failed": list(Task.objects.filter(success=False).values_list("func", flat=True)),
        "attempts": list(runs.values_list("attempts", flat=True)),
        "export": Export.objects.get(pk=export).status,
    }


if __name__ == "__main__":
    import django

    django.setup()
    result = found(*sys.argv[1:]) if sys.argv[1:] else make()
    sys.stdout.write(json.dumps(result) + "\n")
