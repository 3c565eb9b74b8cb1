"""Whoever marks: says a supervisor's token, then for each line it reads makes a mark and says when it was committed.

In a thread beside an event loop, as a web process marks: its doorbell is rung by the connection that the loop has.
`perf_counter` is one clock for all processes of a machine.
"""

import asyncio
import datetime as dt
import sys
import time
from decimal import Decimal
from uuid import UUID

import django
from asgiref.sync import sync_to_async

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from api import tokens  # noqa: E402
from backoffice.attendance.models import LectureAttendance  # noqa: E402
from backoffice.attendance.services import Mark, mark_lecture  # noqa: E402
from backoffice.courses.tests.makers import make_course, make_lecture  # noqa: E402
from backoffice.users.models import CustomUser  # noqa: E402
from backoffice.users.tests.makers import make_child, make_instructor, make_user  # noqa: E402


def main() -> None:
    """Until nothing more is asked."""
    supervisor = make_user(first_name="نبيلة", role="supervisor", is_staff=True)
    supervisor.groups.set(Group.objects.filter(name="Supervisors"))
    day = timezone.localdate() - dt.timedelta(days=1)
    lecture = make_lecture(make_course(), instructor=make_instructor(), day=day)
    row = LectureAttendance.objects.create(lecture=lecture, child=make_child())
    print(tokens.sign_in(supervisor).access, flush=True)
    asyncio.run(sync_to_async(_marks, thread_sensitive=False)(lecture.pk, row.pk, supervisor))


def _marks(lecture: UUID, row: int, by: CustomUser) -> None:
    for number, _line in enumerate(sys.stdin):
        rating = Decimal(100 + number % 900) / 100
        print(_mark(lecture, row, rating, by), flush=True)


def _mark(lecture: UUID, row: int, rating: Decimal, by: CustomUser) -> float:
    committed: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.perf_counter()))
        mark_lecture(lecture, {row: Mark(present=True, rating=rating)}, by=by)
    return committed[0]


if __name__ == "__main__":
    main()
