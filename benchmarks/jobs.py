"""The night's and the week's job beside the one statement each could be: `python -m benchmarks.jobs`.

A database of its own with 3,000,000 attendance rows in 100,000 lectures; 60,000 of them, on one day's 2,000 lectures,
are unmarked; the staff came, as they do. `mark_absent_of_day` locks, tells the trail and the live screens of each list
and looks for staff who are missing; beside it stands the bare UPDATE of the same rows. Then a week of 2,000 lectures
and 500 hours of the rota beside its INSERT … SELECT. Each side is measured in turn on the same rows, undone in between.
"""

import datetime as dt
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .servers import ROOT, measure_in_own_database

RUNS, AT_MOST = 5, 1.5
LECTURES, LIST, DAILY, ROTA = 100_000, 30, 2_000, 500
STAFF, CHILDREN = ROTA, 3_000
# A Sunday; the day that is marked is the week's first.
DAY = dt.date(2026, 11, 1)
# More than this on top of what the process had is not flat.
MEGABYTES_MORE = 40


def main() -> int:
    """Make a database, measure in a process that works on it, and drop it."""
    return measure_in_own_database("benchmarks.jobs")


def here() -> int:
    """Both jobs, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    started = time.perf_counter()
    _fill(connection.cursor())
    print(f"  {LECTURES * LIST:,} rows in {time.perf_counter() - started:.0f} s", flush=True)
    return max(_night(), _week())


def _night() -> int:
    from backoffice.attendance.services import mark_absent_of_day

    sides: dict[str, Callable[[], Any]] = {
        "update": _bare_update,
        "mark_absent_of_day": lambda: mark_absent_of_day(DAY),
    }
    seconds: dict[str, list[float]] = {who: [] for who in sides}
    whole, more = True, 0.0
    for run in range(RUNS):
        for who in sorted(sides, reverse=bool(run % 2)):
            _unmark()
            with _Memory() as memory:
                seconds[who].append(_time(sides[who]))
            whole = whole and _marked() == DAILY * LIST
            if who != "update":
                more = max(more, memory.more)
            print(f"  {who}: {seconds[who][-1]:.2f} s", flush=True)
    again = mark_absent_of_day(DAY)
    return _say(
        {
            **_ratio("mark_absent_daily", seconds["mark_absent_of_day"], seconds["update"], "the bare UPDATE"),
            f"memory grew by {more:.0f} MB (at most {MEGABYTES_MORE})": more <= MEGABYTES_MORE,
            f"{DAILY * LIST:,} rows marked every time": whole,
            "a second run marks nobody": not any(again.values()),
        }
    )


def _week() -> int:
    from backoffice.attendance.services import generate_instructor_attendance

    sides: dict[str, Callable[[], Any]] = {"insert": _bare_insert, "generate": _generate}
    seconds: dict[str, list[float]] = {who: [] for who in sides}
    whole = True
    for run in range(RUNS * 3):
        for who in sorted(sides, reverse=bool(run % 2)):
            _execute("TRUNCATE attendance_instructorattendance")
            seconds[who].append(_time(sides[who]))
            whole = whole and _count("SELECT count(*) FROM attendance_instructorattendance") == DAILY + ROTA
    again = generate_instructor_attendance(DAY)
    return _say(
        {
            **_ratio("weekly generation", seconds["generate"], seconds["insert"], "its INSERT … SELECT"),
            f"{DAILY + ROTA:,} rows every time": whole,
            "run again it writes nothing": again == 0,
        }
    )


def _generate() -> None:
    from backoffice.attendance.services import generate_instructor_attendance

    generate_instructor_attendance(DAY)


def _ratio(what: str, ours: list[float], bare: list[float], beside: str) -> dict[str, bool]:
    middle = len(ours) // 2
    times = sorted(ours)[middle] / sorted(bare)[middle]
    words = f"{what}: {sorted(ours)[middle]:.3f} s, {times:.2f} times {beside} (at most {AT_MOST})"
    return {words: times <= AT_MOST}


def _say(checks: dict[str, bool]) -> int:
    for words, holds in checks.items():
        print("holds " if holds else "FAILS ", words, flush=True)
    return 0 if all(checks.values()) else 1


def _time(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class _Memory:
    """How much the process grew inside, at its largest, in MB."""

    more = 0.0

    def __enter__(self) -> "_Memory":
        self._over, self._before = threading.Event(), _resident()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.more = max(self.more, _resident() - self._before)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _execute(statement: str, params: Any = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def _count(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _bare_update() -> None:
    """What the night comes to, in two statements and one transaction."""
    from django.db import transaction

    with transaction.atomic():
        _execute(
            "UPDATE attendance_lectureattendance a SET present = false, marked_via = 'auto', marked_at = now(),"
            " marked_by_id = NULL FROM courses_lecture l WHERE l.id = a.lecture_id AND l.day = %s"
            " AND l.status <> 'cancelled' AND a.present IS NULL",
            [DAY],
        )


def _bare_insert() -> None:
    """What the week comes to, in two statements and one transaction."""
    from django.db import transaction

    columns = (
        "INSERT INTO attendance_instructorattendance (instructor_id, {of}, kind, day, start_time, end_time, status,"
        " check_in_via, check_out_via, late_minutes, correction_reason, breaks) "
    )
    fresh = "start_time, end_time, 'not_started', '', '', 0, '', '[]'::jsonb"
    last = DAY + dt.timedelta(days=6)
    with transaction.atomic():
        _execute(
            columns.format(of="lecture_id") + f"SELECT instructor_id, id, 'lecture', day, {fresh} FROM courses_lecture"
            " WHERE day BETWEEN %s AND %s AND status <> 'cancelled' AND instructor_id IS NOT NULL",
            [DAY, last],
        )
        # Sunday is 1 in the centre's week, and the day that the week begins with.
        _execute(
            columns.format(of="schedule_id") + "SELECT supervisor_id, id, 'supervision',"
            f" %s::date + (weekday + 6) %% 7, {fresh} FROM attendance_supervisorschedule",
            [DAY],
        )


def _unmark() -> None:
    """The evening before, again; dead rows go, for both sides alike."""
    _execute(
        "UPDATE attendance_lectureattendance a SET present = NULL, marked_via = '', marked_at = NULL"
        " FROM courses_lecture l WHERE l.id = a.lecture_id AND l.day = %s",
        [DAY],
    )
    _execute("UPDATE courses_lecture SET attendance_taken = false WHERE day = %s", [DAY])
    _execute("VACUUM (ANALYZE) attendance_lectureattendance, courses_lecture, attendance_instructorattendance")
    _execute("CHECKPOINT")


def _marked() -> int:
    return _count(
        "SELECT count(*) FROM attendance_lectureattendance a JOIN courses_lecture l ON l.id = a.lecture_id"
        f" WHERE l.day = '{DAY}' AND present = false AND marked_via = 'auto'"
    )


def _fill(cursor: Any) -> None:
    """Fifty days of 2,000 lectures with lists of thirty; the last day's are unmarked, and there are none after."""
    from backoffice.attendance.services import generate_instructor_attendance

    _people()
    cursor.execute("SET synchronous_commit = off; SET work_mem = '128MB'; SET maintenance_work_mem = '256MB'")
    for statement in (_COURSES, _LECTURE_ROWS, _LISTS, _HOURS):
        cursor.execute(statement)
    generate_instructor_attendance(DAY)
    cursor.execute("UPDATE attendance_instructorattendance SET status = 'present', check_in = now()")
    cursor.execute("RESET synchronous_commit; RESET work_mem; RESET maintenance_work_mem")
    cursor.execute("VACUUM ANALYZE")


def _people() -> None:
    from backoffice.courses.models import Season
    from backoffice.users.models import Child, CustomUser, Instructor, Parent

    users = [
        CustomUser(
            phone_number1=f"+2010{number:08d}", first_name=f"معلم {number}", last_name="القياس", role="instructor"
        )
        for number in range(STAFF + 1)
    ]
    CustomUser.objects.bulk_create(users)
    Instructor.objects.bulk_create(Instructor(user=user) for user in users[1:])
    parent = Parent.objects.create(user=users[0])
    Child.objects.bulk_create(
        Child(primary_parent=parent, name=f"طفل {number}", gender="boy", unique_code=f"M{number:05d}")
        for number in range(CHILDREN)
    )
    kind = Season._meta.get_field("type").flatchoices[0][0]  # type: ignore[union-attr]
    Season.objects.create(name="القياس", type=kind, start_date="2026-01-01", end_date="2026-12-31")


_STAFF_NUMBERED = "(SELECT user_id, row_number() OVER (ORDER BY user_id) - 1 AS n FROM users_instructor)"
_COURSES = f"""
INSERT INTO courses_course (id, season_id, name, slug, search_text, description, start_date, end_date, price, capacity,
    enrolled_count, overbooked, for_adults, is_active, created_at, updated_at)
SELECT gen_random_uuid(), s.id, 'دورة ' || n, 'course-' || n, '', '', '2026-01-01', '2026-12-31', 500, 30, 0, 0, false,
    true, now(), now()
FROM courses_season s, generate_series(1, {DAILY}) n
"""
# Four lectures a day for each instructor, one after the other.
_LECTURE_ROWS = f"""
INSERT INTO courses_lecture (id, course_id, lecture_number, day, start_time, end_time, instructor_id, status,
    attendance_taken, moved_by_hand, notes)
SELECT gen_random_uuid(), c.id, d + 1, DATE '{DAY}' - d, TIME '08:00' + c.n / {STAFF} * INTERVAL '2 hours',
    TIME '09:30' + c.n / {STAFF} * INTERVAL '2 hours', i.user_id, 'scheduled', d > 0, false, ''
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM courses_course) c
JOIN {_STAFF_NUMBERED} i ON i.n = c.n % {STAFF}
CROSS JOIN generate_series(0, {LECTURES // DAILY - 1}) d
"""
_LISTS = f"""
INSERT INTO attendance_lectureattendance (lecture_id, child_id, present, rating, notes, marked_at, marked_via)
SELECT l.id, c.id, CASE WHEN l.day < '{DAY}' THEN true END, CASE WHEN l.day < '{DAY}' THEN 8 END, '',
    CASE WHEN l.day < '{DAY}' THEN now() END, CASE WHEN l.day < '{DAY}' THEN 'manual' ELSE '' END
FROM (SELECT id, day, row_number() OVER (ORDER BY day, id) AS n FROM courses_lecture) l
CROSS JOIN generate_series(0, {LIST - 1}) k
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM users_child) c ON c.n = (l.n * {LIST} + k) % {CHILDREN}
"""
_HOURS = f"""
INSERT INTO attendance_supervisorschedule (supervisor_id, weekday, start_time, end_time, grace_period_minutes,
    auto_absent_after_minutes, begins_on)
SELECT user_id, n % 7, '08:00', '14:00', 20, 60, '2026-01-01' FROM {_STAFF_NUMBERED} i
"""


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(here() if "--here" in sys.argv else main())
