"""Makers of what is kept of reports, and of a centre that fills them all."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.test import Client

from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.courses.models import Course, Exam, ExamResult
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.pricing import Discount
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.services import approve_refund, process_refund, request_refund
from backoffice.payments.tests.makers import make_payment, next_reference, open_session
from backoffice.shared.dates import cairo_today
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import huda, karima, make_child, make_instructor, make_staff, manager, omar
from reports.models import ReportSchedule
from reports.registry import reports
from reports.services import Plan, make_schedule

LOCMEM = {"backend": "django.core.mail.backends.locmem.EmailBackend"}


def plan(*recipients: CustomUser, **overrides: Any) -> Plan:
    """Every day, as CSV, about the filters as they are."""
    return Plan(**({"name": "كل صباح", "kind": "csv", "rhythm": "day", "recipients": list(recipients)} | overrides))


def make_report_schedule(
    *recipients: CustomUser, report: str = "receivables", filters: str = "", **overrides: Any
) -> ReportSchedule:
    """A schedule that began long ago, made by a manager."""
    by = make_staff("Managers")
    schedule = make_schedule(reports()[report], filters=filters, plan=plan(*recipients, **overrides), by=by)
    ReportSchedule.objects.filter(pk=schedule.pk).update(begins_on="2026-01-01")
    schedule.refresh_from_db()
    return schedule


def accountant(**overrides: Any) -> CustomUser:
    """An accountant with an address."""
    return make_staff("Accountants", **({"email": "huda@example.org", "first_name": "هدى"} | overrides))


def whole_house(client: Client) -> Course:
    """A course with a row at least for each report that is about courses, and the other reports' rows; the client is
    somebody who sees them all.
    """
    boss = manager()
    course = make_course(name="مكتبة لا تُغلق", price=Decimal("1250.00"), start_date=dt.date(2026, 1, 1))
    place = make_enrollment(course, discount=Discount(Decimal("50.25"), "أخوة"), by=boss)
    payment = make_payment(place, amount=Decimal("250.10"), method="card")
    refund = request_refund(payment.pk, amount=Decimal("0.10"), reason="س", by=omar())
    process_refund(approve_refund(refund.pk, by=huda()).pk, by=karima(), reference_number=next_reference())
    make_request(course)
    teacher = make_instructor()
    type(teacher).objects.filter(pk=teacher.pk).update(monthly_salary=Decimal("4321.50"))
    times = {"day": cairo_today(), "start_time": dt.time(16), "end_time": dt.time(18)}
    lecture = make_lecture(course, **times)
    signed = {"marked_at": dt.datetime.now(dt.UTC), "marked_via": "auto"}
    LectureAttendance.objects.create(lecture=lecture, child=make_child(), present=False, **signed)
    row = {"instructor": teacher, "kind": "lecture", "lecture": lecture, "status": "absent"}
    InstructorAttendance.objects.create(**row, **times)
    exam = Exam.objects.create(
        course=course, title="نصفي", type="midterm", day=cairo_today(), total_marks=30, pass_marks=10
    )
    for marks in (Decimal(20), Decimal("9.5")):
        child = make_child(name="مريم بلا تاريخ", dob=None)
        ExamResult.objects.create(exam=exam, child=child, marks=marks, total_marks=30)
    open_session(omar(), opening_float=Decimal("150.00"))
    client.force_login(boss)
    return course
