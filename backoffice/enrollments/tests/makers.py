"""Makers of requests and places, for tests; they go through the services, so what they make is true."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db.models import F
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest, Lead
from backoffice.enrollments.services import Wish, accept_request, submit_lead, submit_request
from backoffice.users.models import Child
from backoffice.users.tests.makers import make_child

_numbers = count(1)


def make_request(course: Course | None = None, **overrides: Any) -> EnrollmentRequest:
    """A request for a place, as the office enters it; pending, or waitlisted when the course is full.

    `child=`, `student=`, `payment_method=` and `notes=` go to the service; other fields are written onto the row.
    """
    asked = {name: overrides.pop(name) for name in ("child", "student", "payment_method", "notes") if name in overrides}
    if "child" not in asked and "student" not in asked:
        asked["child"] = make_child()
    request = submit_request(course_id=(course or make_course()).pk, by=None, **asked)
    if overrides:
        for name, value in overrides.items():
            setattr(request, name, value)
        request.save(update_fields=list(overrides))
    return request


def make_enrollment(course: Course | None = None, **overrides: Any) -> Enrollment:
    """A place in a course, accepted by the system; `discount=` is a `Discount` given by `by=`."""
    accepting = {name: overrides.pop(name) for name in ("by", "discount") if name in overrides}
    request = make_request(course, **overrides)
    return accept_request(request.pk, **({"by": None} | accepting))


def bulk_enroll(course: Course, children: Sequence[Child]) -> list[Enrollment]:
    """A place for each, written straight into the tables, for a test that needs hundreds; nobody else hears of it."""
    requests = EnrollmentRequest.objects.bulk_create(
        EnrollmentRequest(course=course, child=child, status="accepted", decided_at=timezone.now())
        for child in children
    )
    Course.objects.filter(pk=course.pk).update(enrolled_count=F("enrolled_count") + len(children))
    price = {"list_price": course.price, "price": course.price}
    return Enrollment.objects.bulk_create(
        Enrollment(course=course, request=request, child=request.child, **price) for request in requests
    )


def make_lead(course: Course | None = None, **overrides: Any) -> Lead:
    """A number that a visitor left; `name=`, `phone_number=`, `message=` and `child_age=` go to the service."""
    said = {"name": "أم يوسف", "phone_number": f"0109{next(_numbers):07d}"}
    said |= {
        name: overrides.pop(name) for name in ("name", "phone_number", "message", "child_age") if name in overrides
    }
    source = Lead.Source.COURSE if course else Lead.Source.CONTACT
    lead = submit_lead(Wish(**said), course=course, source=source, language="ar")
    if overrides:
        for name, value in overrides.items():
            setattr(lead, name, value)
        lead.save()
    return lead
