"""10,000 scans in batches of 500 through the web server as `serve` starts it, on PostgreSQL: within 20 seconds.

`python -m benchmarks.scans` in a database of its own, dropped at the end. A day of 60 lectures with 50 children each,
who pass again and again, 60 instructors who come, go and come back, and codes that nobody has. Then the same
batches once more: nothing changes, and every scan is a duplicate.
"""

import datetime as dt
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import batched
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg

from .served_sheet import web_server
from .servers import environment_of, own_database, server

ROOT: Final = Path(__file__).resolve().parents[1]
SCANS, BATCH, SECONDS_AT_MOST = 10_000, 500, 20.0
LECTURES, CHILDREN_EACH, UNKNOWN = 60, 50, 300
_DUPLICATE: Final = "duplicate"


def main() -> int:
    """Make a database and a centre in it, send the scans twice, and fail when it takes too long or isn't right."""
    name = f"bench_scans_{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="bench-scans-") as folder:
        environment = environment_of(name, VAR_DIR=folder, HTTPS_ONLY="0")
        with own_database(name):
            return _measure(environment, name)


def _measure(environment: dict[str, str], name: str) -> int:
    for step in (["migrate", "--verbosity", "0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=environment, check=True)
    fill = [sys.executable, "-m", "benchmarks.scans", "--fill"]
    made = subprocess.run(fill, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    centre = json.loads(made.splitlines()[-1])
    batches = [list(batch) for batch in batched(_scans(centre), BATCH)]
    with web_server(environment) as (_process, port):
        _send(port, centre["key"], [[]])
        first, outcomes, slowest = _send(port, centre["key"], batches)
        standing = _standing(name)
        again, repeated, _slowest = _send(port, centre["key"], batches)
        unchanged = _standing(name) == standing
    print(f"  {SCANS:,} scans: {first:.1f} s, the slowest batch {slowest:.2f} s; {dict(outcomes)}")
    print(f"  all of them again: {again:.1f} s")
    came = len({scan["code"] for batch in batches for scan in batch} & set(centre["children"]))
    checks = {
        f"{first:.1f} s for {SCANS:,} scans in batches of {BATCH} (at most {SECONDS_AT_MOST:.0f})": first
        <= SECONDS_AT_MOST,
        f"every child that passed is present ({came:,})": standing[0] == came,
        "every instructor that passed is there": standing[1] == LECTURES,
        "sent again, all are duplicates and nothing changes": repeated == {_DUPLICATE: SCANS} and unchanged,
    }
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words)
    return 0 if all(checks.values()) else 1


def _scans(centre: dict[str, Any]) -> list[dict[str, str]]:
    """A day's scans in their order; yesterday's, so that the hour of the measurement is all one."""
    choice = random.Random(20261111)
    noon = dt.datetime.fromisoformat(centre["noon"])
    passings = [(code, "qr", choice.uniform(-0.45, 0.5)) for code in centre["children"]]
    passings += [(code, "rfid", hour) for code in centre["staff"] for hour in (-0.4, 0.9, 1.2, 2.1)]
    passings += [(f"NOBODY{number % 40}", "rfid", choice.uniform(0, 2)) for number in range(UNKNOWN)]
    while len(passings) < SCANS:
        passings.append((choice.choice(centre["children"]), "qr", choice.uniform(0, 1.9)))
    return [
        {"scan_id": str(uuid4()), "code": code, "method": method, "at": (noon + dt.timedelta(hours=hour)).isoformat()}
        for code, method, hour in sorted(passings, key=lambda passing: passing[2])
    ]


def _send(port: int, key: str, batches: list[list[dict[str, str]]]) -> tuple[float, Counter[str], float]:
    """Seconds for all batches over one connection, as a device keeps one; the outcomes; seconds of the slowest."""
    headers = {"Authorization": f"Device {key}", "Host": "localhost", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    outcomes: Counter[str] = Counter()
    times = []
    for batch in batches:
        begin = time.perf_counter()
        connection.request("POST", "/api/v1/devices/scans/", json.dumps({"scans": batch}), headers)
        response = connection.getresponse()
        body = response.read()
        times.append(time.perf_counter() - begin)
        if response.status != 200:
            raise RuntimeError(f"a batch was answered {response.status}: {body[:300]!r}")
        outcomes.update(result["outcome"] for result in json.loads(body)["results"])
    connection.close()
    return sum(times), outcomes, max(times)


def _standing(name: str) -> tuple[int, int, int, str]:
    """Who is present, how many of the staff, how many scans, and a sum of what every row says."""
    query = """
        SELECT (SELECT count(*) FROM attendance_lectureattendance WHERE present),
               (SELECT count(*) FROM attendance_instructorattendance WHERE check_in IS NOT NULL),
               (SELECT count(*) FROM attendance_scan),
               (SELECT md5(string_agg(row::text, ',' ORDER BY row.id)) FROM attendance_lectureattendance row)
    """
    with psycopg.connect(dbname=name, **server()) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row


def fill() -> None:
    """The centre, past the services: the scans are measured, not the enrolling. Prints what a device needs."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.utils import timezone

    from backoffice.attendance.models import Device
    from backoffice.attendance.selectors.devices import hash_of_key

    noon = (timezone.localtime() - dt.timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    children, staff = _people()
    _lectures(noon, children, staff)
    device = Device.objects.create(name="القياس", key_hash=hash_of_key("bench"))
    codes = {"children": [child.unique_code for child in children], "staff": [one.rfid_uid for one in staff]}
    print(json.dumps({"key": f"{device.pk}:bench", "noon": noon.isoformat(), **codes}))


def _people() -> tuple[list[Any], list[Any]]:
    from backoffice.users.models import Child, CustomUser, Instructor, Parent

    parent = Parent.objects.create(user=CustomUser.objects.create_user("+201099999998", None, first_name="منى"))
    many = range(LECTURES * CHILDREN_EACH)
    children = Child.objects.bulk_create(
        Child(primary_parent=parent, name=f"طفل {number}", unique_code=f"M9{number:05d}", gender="boy")
        for number in many
    )
    users = CustomUser.objects.bulk_create(
        CustomUser(phone_number1=f"+20109888{number:04d}", first_name=f"معلم {number}", role="instructor")
        for number in range(LECTURES)
    )
    staff = Instructor.objects.bulk_create(
        Instructor(user=user, rfid_uid=f"{user.pk.hex[:8].upper()}") for user in users
    )
    return children, staff


def _lectures(noon: dt.datetime, children: list[Any], staff: list[Any]) -> None:
    """Each of two hours from noon on, with its instructor and its children."""
    from backoffice.attendance.models import InstructorAttendance, LectureAttendance
    from backoffice.courses.models import Course, Lecture, Season

    season = Season.objects.create(name="القياس", type="school", start_date=noon.date())
    about = {
        "season": season,
        "start_date": noon.date(),
        "end_date": noon.date(),
        "price": 500,
        "capacity": CHILDREN_EACH,
    }
    hours: dict[str, Any] = {"day": noon.date(), "start_time": dt.time(12), "end_time": dt.time(14)}
    for number, (instructor, group) in enumerate(zip(staff, batched(children, CHILDREN_EACH), strict=True)):
        course = Course.objects.create(name=f"دورة {number}", slug=f"bench-{number}", instructor=instructor, **about)
        lecture = Lecture.objects.create(course=course, lecture_number=1, instructor=instructor, **hours)
        LectureAttendance.objects.bulk_create(LectureAttendance(lecture=lecture, child=child) for child in group)
        InstructorAttendance.objects.create(instructor=instructor, kind="lecture", lecture=lecture, **hours)


if __name__ == "__main__":
    if "--fill" in sys.argv:
        fill()
    else:
        sys.exit(main())
