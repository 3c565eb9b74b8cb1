"""500 acceptances for one course of 30 seats, 16 at once: `accept_request` beside counting under `select_for_update`.

`python -m benchmarks.acceptances` in a database of its own. Both sides get the same 500 calls: 450 requests and 50 of
them again (a double click); every tenth acceptance is rolled back after its work. The other side is what the ORM's
manual suggests: lock the course, count its places, write the place and the request; no waiting list, no audit, no hook.
"""

import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from queue import Empty, SimpleQueue
from typing import Any

from .servers import ROOT, measure_in_own_database

CALLS, REPEATS, SEATS, THREADS, ROLLED_BACK_EVERY, TIMES_FASTER = 500, 50, 30, 16, 10, 2.0
RUNS = 3


class RolledBack(Exception):
    """Whoever accepted changed their mind before the commit."""


def main() -> int:
    """Make a database, measure in a process that works on it, and drop it."""
    return measure_in_own_database("benchmarks.acceptances")


def here() -> int:
    """Both sides in turn, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    sides: dict[str, Callable[[Any], None]] = {"ours": _ours, "stock": _stock}
    rates: dict[str, list[float]] = {who: [] for who in sides}
    exact = True
    for _run in range(RUNS):
        for who, accept in sides.items():
            seconds, accepted = _measure(accept)
            rates[who].append(CALLS / seconds)
            exact = exact and accepted == SEATS
            print(f"  {who}: {CALLS / seconds:,.0f} acceptances a second, {accepted} places", flush=True)
    times = sorted(rates["ours"])[RUNS // 2] / sorted(rates["stock"])[RUNS // 2]
    print("holds " if times >= TIMES_FASTER else "FAILS ", f"{times:.1f} times the rate (at least {TIMES_FASTER})")
    print("holds " if exact else "FAILS ", f"exactly {SEATS} places every time")
    return 0 if exact and times >= TIMES_FASTER else 1


def _measure(accept: Callable[[Any], None]) -> tuple[float, int]:
    """Seconds for all calls, and how many places there are afterwards."""
    from django.db import connections

    course, requests = _centre()
    calls: SimpleQueue[tuple[int, Any]] = SimpleQueue()
    for number, key in enumerate([*requests, *requests[:REPEATS]]):
        calls.put((number, key))
    ready = threading.Barrier(THREADS + 1)

    def work() -> None:
        connections["default"].ensure_connection()
        ready.wait()
        while True:
            try:
                number, key = calls.get_nowait()
            except Empty:
                break
            _call(accept, key, undo=number % ROLLED_BACK_EVERY == 0)
        connections.close_all()

    threads = [threading.Thread(target=work) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    from backoffice.enrollments.models import Enrollment

    return seconds, Enrollment.objects.holding_seat().filter(course=course).count()


def _call(accept: Callable[[Any], None], key: Any, *, undo: bool) -> None:
    """One acceptance, as a door calls it; a refusal is an answer too."""
    from django.db import transaction

    from backoffice.shared.errors import DomainError

    try:
        with transaction.atomic():
            accept(key)
            if undo:
                raise RolledBack
    except (DomainError, RolledBack):
        return


def _ours(key: Any) -> None:
    from backoffice.enrollments.services import accept_request

    accept_request(key, by=None)


def _stock(key: Any) -> None:
    """The same decision as it is written without thinking of rates: lock, count, write."""
    from django.utils import timezone

    from backoffice.courses.models import Course
    from backoffice.enrollments.models import Enrollment, EnrollmentRequest
    from backoffice.shared.errors import DomainError

    request = EnrollmentRequest.objects.get(pk=key)
    course = Course.objects.select_for_update().get(pk=request.course_id)
    request = EnrollmentRequest.objects.select_for_update().get(pk=key)
    if request.status != "pending":
        raise DomainError("illegal_step", "decided already")
    places = Enrollment.objects.filter(course=course, status__in=("active", "suspended", "completed"))
    if places.filter(child=request.child_id).exists():
        raise DomainError("has_place_already", "has one")
    if places.count() >= course.capacity:
        raise DomainError("course_full", "full")
    enrollment = Enrollment(course=course, request=request, child=request.child, list_price=course.price)
    enrollment.price = course.price
    enrollment.save()
    course.enrolled_count += 1
    course.save()
    request.status, request.decided_at = "accepted", timezone.now()
    request.save()


def _centre() -> tuple[Any, list[Any]]:
    """A new course of 30 seats and the requests of as many children as there are calls, less the repeats."""
    from backoffice.courses.models import Course, Season
    from backoffice.enrollments.models import EnrollmentRequest
    from backoffice.users.models import Child, CustomUser, Parent

    mark = secrets.randbelow(90_000_000) + 10_000_000
    kind = Season._meta.get_field("type").flatchoices[0][0]  # type: ignore[union-attr]
    days: dict[str, Any] = {"start_date": "2026-01-01", "end_date": "2036-01-01"}
    season, _made = Season.objects.get_or_create(name="القياس", defaults={"type": kind, **days})
    course = Course.objects.create(
        season=season,
        name=f"دورة {mark}",
        slug=f"course-{mark}",
        capacity=SEATS,
        price=Decimal(500),
        start_date="2035-01-01",
        end_date="2035-06-01",
    )
    parent = Parent.objects.create(user=CustomUser.objects.create_user(f"+2010{mark}", None, first_name="أم"))
    known = Child.objects.count()
    children = [
        Child.objects.create(primary_parent=parent, name=f"طفل {number}", gender="boy", unique_code=f"M{number:05d}")
        for number in range(known, known + CALLS - REPEATS)
    ]
    requests = [EnrollmentRequest(child=child, course=course, status="pending") for child in children]
    return course, [request.pk for request in EnrollmentRequest.objects.bulk_create(requests)]


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(here() if "--here" in sys.argv else main())
