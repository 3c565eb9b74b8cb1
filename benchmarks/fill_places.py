"""Give every imported request its place, payment, receipt and attendance, so that those lists are long too.

`python -m benchmarks.fill_places`, in the environment that `benchmarks` prepares. Rows go in by COPY, past the
services: the lists are measured, not the selling.
"""

import os
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_PRICE = Decimal("500.00")


def main() -> None:
    """Insert the rows of each table in turn."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.config.settings"
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from backoffice.attendance.models import LectureAttendance
    from backoffice.courses.models import Course, Lecture
    from backoffice.enrollments.models import Enrollment, EnrollmentRequest
    from backoffice.payments.models import Payment, Receipt
    from backoffice.shared.bulk import insert

    now = timezone.now()
    requests = EnrollmentRequest.objects.values_list("pk", "course", "child", "child__primary_parent")
    rows = [(uuid.uuid4(), uuid.uuid4(), *ids) for ids in requests]
    with transaction.atomic():
        places = [(place, *_place(course, child, request, now)) for place, _pay, request, course, child, _who in rows]
        insert(Enrollment, ["id", *_PLACE], places)
        payments = [(pay, place, who, *_money(now)) for place, pay, _request, _course, _child, who in rows]
        insert(Payment, ["id", "enrollment_id", "payer_parent_id", *_MONEY], payments)
        insert(Receipt, _PAPER, _papers((pay for _place, pay, *_rest in rows), now))
        lecture = Lecture.objects.create(
            course=Course.objects.all()[0], lecture_number=1, day=now.date(), start_time="10:00", end_time="11:00"
        )
        insert(LectureAttendance, ["lecture_id", "child_id", "notes", "marked_via"], _roster(lecture.pk, rows))
    print(len(rows))


_PLACE = [
    "course_id",
    "child_id",
    "request_id",
    "status",
    "list_price",
    "discount",
    "discount_reason",
    "price",
    "status_reason",
    "enrolled_at",
]
_MONEY = ["amount", "method", "reference_number", "status", "paid_at", "recorded_at", "notes", "void_reason"]
_PAPER = ["id", "payment_id", "year", "serial", "number", "issued_at", "content", "times_printed"]


def _place(course: Any, child: Any, request: Any, now: Any) -> tuple[Any, ...]:
    return (course, child, request, "active", _PRICE, Decimal("0.00"), "", _PRICE, "", now)


def _money(now: Any) -> tuple[Any, ...]:
    return (_PRICE, "cash", "", "paid", now, now, "", "")


def _papers(payments: Iterator[Any], now: Any) -> Iterator[tuple[Any, ...]]:
    for serial, payment in enumerate(payments, 1):
        yield (uuid.uuid4(), payment, now.year, serial, f"{now.year}-{serial:06d}", now, "{}", 0)


def _roster(lecture: Any, rows: list[Any]) -> Iterator[tuple[Any, ...]]:
    children = {child for _place, _pay, _request, _course, child, _who in rows}
    return ((lecture, child, "", "") for child in children)


if __name__ == "__main__":
    main()
