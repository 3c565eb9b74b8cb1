"""What the reports that are no plain ledger say, in small centres whose figures one can see."""

import datetime as dt
from decimal import Decimal

import pytest

from backoffice.attendance.models import InstructorAttendance, LectureAttendance
from backoffice.courses.models import Exam, ExamResult, Lecture
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.pricing import Discount
from backoffice.enrollments.services import accept_request, refuse_request
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.services import approve_refund, process_refund, request_refund
from backoffice.payments.tests.makers import make_payment, next_reference
from backoffice.users.models import CustomUser
from backoffice.users.tests.makers import huda, make_child, make_instructor, manager, omar
from reports.reading import Reading
from reports.registry import reports

pytestmark = pytest.mark.django_db


def rows_of(slug, **address):
    report = reports()[slug]
    filters = report.filters.read(address)
    assert filters.is_valid(), filters.errors
    return list(Reading(report, filters.cleaned_data).rows())


def test_refunds_name_who_asked_who_decided_and_who_paid_back():
    place = make_enrollment(make_course(price=Decimal(500)))
    payment = make_payment(place, amount=Decimal(300), method="card")
    registrar, accountant = omar(), huda()
    refund = request_refund(payment.pk, amount=Decimal("120.50"), reason="سفر", by=registrar)
    approve_refund(refund.pk, by=accountant)
    process_refund(refund.pk, by=accountant, reference_number=next_reference())
    (row,) = rows_of("refunds")
    assert (row["amount"], row["asked_by"], row["reason"]) == (Decimal("120.50"), str(registrar), "سفر")
    assert row["decider"] == row["payer_back"] == str(accountant)
    assert row["number"].startswith("R-")
    assert rows_of("refunds", state="rejected") == []


def test_discounts_are_the_places_that_have_one():
    course = make_course(price=Decimal(500))
    make_enrollment(course)
    boss = manager()
    place = make_enrollment(course, discount=Discount(Decimal(50), "أخوة"), by=boss)
    (row,) = rows_of("discounts")
    assert (row["pk"], row["discount"], row["price"]) == (place.pk, Decimal(50), Decimal(450))
    assert (row["discount_reason"], row["given_by"]) == ("أخوة", str(boss))


def test_a_month_stands_beside_the_same_month_of_the_year_before():
    course = make_course(price=Decimal(900), start_date=dt.date(2025, 1, 1))
    place = make_enrollment(course, created_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    # An hour before midnight in Greenwich is the next month in Cairo.
    make_payment(place, amount=Decimal(100), method="card", paid_at=dt.datetime(2025, 2, 28, 23, tzinfo=dt.UTC))
    make_payment(place, amount=Decimal(250), method="card", paid_at=dt.datetime(2026, 3, 5, tzinfo=dt.UTC))
    rows = {row["month"].month: row for row in rows_of("revenue-by-month", year="٢٠٢٦")}
    assert len(rows) == 12
    assert (rows[3]["net"], rows[3]["before"], rows[3]["change"]) == (250, 100, 150)
    assert rows[2]["before"] == 0


def test_a_course_shows_its_seats_who_waits_and_what_it_brought_in():
    course = make_course(capacity=2, price=Decimal(500))
    first = make_enrollment(course)
    make_enrollment(course)
    make_request(course)
    make_payment(first, amount=Decimal("350.25"), method="card")
    (row,) = rows_of("courses", season=str(course.season_id))
    assert (row["capacity"], row["enrolled_count"], row["fill_rate"], row["waiting"]) == (2, 2, 100, 1)
    assert row["received"] == Decimal("350.25")


def test_requests_say_what_became_of_them_and_how_long_they_waited():
    course, registrar = make_course(capacity=5), omar()
    asked = [make_request(course) for _ in range(3)]
    for request in asked:
        type(request).objects.filter(pk=request.pk).update(created_at=request.created_at - dt.timedelta(hours=5))
    accept_request(asked[0].pk, by=registrar)
    refuse_request(asked[1].pk, by=registrar, reason="س")
    yesterday = f"{dt.date.today() - dt.timedelta(days=2)}"
    (row,) = rows_of("requests", first=yesterday)
    assert [row[name] for name in ("came", "accepted", "refused", "lapsed", "listed", "open")] == [3, 1, 1, 0, 0, 1]
    assert dt.timedelta(hours=5) <= row["wait"] < dt.timedelta(hours=5, minutes=5)


def test_an_exam_has_its_average_and_how_many_passed():
    course = make_course()
    fields = {"title": "نصفي", "type": "midterm", "day": dt.date.today(), "total_marks": 20, "pass_marks": 10}
    exam = Exam.objects.create(course=course, **fields)
    for marks in (Decimal(20), Decimal("9.5")):
        ExamResult.objects.create(exam=exam, child=make_child(), marks=marks, total_marks=20)
    (row,) = rows_of("exam-results")
    assert (row["sat"], row["passed"]) == (2, 1)
    assert (row["average"], row["best"], row["worst"]) == (Decimal("73.8"), 100, Decimal("47.5"))


def mark(lecture, child, came):
    signed = {"marked_at": dt.datetime.now(dt.UTC), "marked_via": "auto"}
    LectureAttendance.objects.create(lecture=lecture, child=child, present=came, rating=8 if came else None, **signed)


def test_who_was_absent_three_times_running_is_found_and_who_came_back_is_not():
    course, today = make_course(), dt.date.today()
    gone, back = make_child(name="غائب"), make_child(name="عائد")
    for number in range(1, 6):
        lecture = make_lecture(course, lecture_number=number, day=today - dt.timedelta(days=6 - number))
        for child, came in ((gone, number < 3), (back, number == 5)):
            mark(lecture, child, came)
    cancelled = make_lecture(course, lecture_number=6, day=today)
    mark(cancelled, gone, True)
    Lecture.objects.filter(pk=cancelled.pk).update(status="cancelled")
    first = f"{today - dt.timedelta(days=30)}"
    rows = {row["participant"]: row for row in rows_of("attendance", first=first)}
    assert [rows["غائب"][name] for name in ("marked", "came", "absent", "running")] == [5, 2, 3, 3]
    assert (rows["غائب"]["rate"], rows["عائد"]["running"]) == (40, 0)
    assert [row["participant"] for row in rows_of("attendance", first=first, running="3")] == ["غائب"]


SATURDAY = dt.date(2026, 10, 31)


@pytest.fixture
def two_weeks():
    """Lectures from Friday, the last day of a week, on; one stays away from the second, one comes back to the last."""
    course = make_course(start_date=dt.date(2026, 10, 1))
    gone, back = make_child(name="غائب"), make_child(name="عائد")
    for number, day in enumerate((-1, 0, 2, 4, 6, 7), 1):
        lecture = make_lecture(course, lecture_number=number, day=SATURDAY + dt.timedelta(days=day))
        mark(lecture, gone, number == 1)
        mark(lecture, back, number in (1, 6))
    return {"first": "2026-10-01", "last": "2026-11-30"}


def test_attendance_by_week_begins_on_saturday_and_goes_on_counting_who_is_absent(two_weeks):
    rows = [row for row in rows_of("attendance", by="week", **two_weeks) if row["participant"] == "غائب"]
    assert [(f"{row['since']:%m-%d}", row["marked"], row["came"], row["running"]) for row in rows] == [
        ("11-07", 1, 0, 5),
        ("10-31", 4, 0, 4),
        ("10-24", 1, 1, 0),
    ]
    (away,) = rows_of("attendance", by="week", running="5", **two_weeks)
    assert (away["participant"], away["since"]) == ("غائب", dt.date(2026, 11, 7))


def test_a_course_week_by_week_says_how_many_came_and_how_many_stopped_coming(two_weeks):
    figures = ("since", "lectures", "participants", "marked", "came", "absent", "rate", "running")
    rows = [[row[name] for name in figures] for row in rows_of("attendance-of-courses", **two_weeks)]
    assert rows == [
        [dt.date(2026, 10, 24), 1, 2, 2, 2, 0, 100, 0],
        [SATURDAY, 4, 2, 8, 0, 8, 0, 2],
        [dt.date(2026, 11, 7), 1, 2, 2, 1, 1, 50, 1],
    ]


def test_a_course_month_by_month_and_as_a_whole(two_weeks):
    months = rows_of("attendance-of-courses", by="month", **two_weeks)
    assert [(row["since"].month, row["lectures"], row["came"], row["absent"]) for row in months] == [
        (10, 2, 2, 2),
        (11, 4, 1, 7),
    ]
    (whole,) = rows_of("attendance-of-courses", by="whole", **two_weeks)
    assert [whole[name] for name in ("since", "lectures", "marked", "running")] == [dt.date(2026, 10, 30), 6, 12, 1]


def test_the_staffs_month_is_that_of_its_sheets_with_the_pay():
    teacher = make_instructor()
    type(teacher).objects.filter(pk=teacher.pk).update(monthly_salary=Decimal("4000.50"))
    course = make_course(instructor=teacher, start_date=dt.date(2026, 9, 1))
    for number, day in enumerate((dt.date(2026, 9, 28), dt.date(2026, 10, 5), dt.date(2026, 10, 12))):
        times = {"day": day, "start_time": dt.time(16), "end_time": dt.time(18)}
        lecture = make_lecture(course, lecture_number=number + 1, **times)
        there = {"status": "present", "check_in": dt.datetime.combine(day, dt.time(14), dt.UTC)}
        status = {"status": "absent"} if day.day == 5 else there
        InstructorAttendance.objects.create(instructor=teacher, kind="lecture", lecture=lecture, **times, **status)
    (row,) = rows_of("instructors", month="٢٠٢٦-١٠")
    assert (row["name"], row["absences"], row["lectures"], row["times_late"]) == (str(teacher), 1, 1, 0)
    pay = [row[name] for name in ("salary", "earned", "off", "due")]
    assert pay == [Decimal("4000.50"), Decimal("4000.50"), Decimal("2000.25"), Decimal("2000.25")]
    assert rows_of("instructors", month="2026-08") == []


def test_seasons_stand_side_by_side_with_all_their_courses():
    first = make_course(capacity=4, price=Decimal(500))
    second = make_course(capacity=6, price=Decimal(500), season=first.season)
    other = make_course(capacity=3)
    make_payment(make_enrollment(first), amount=Decimal("350.25"), method="card")
    make_payment(make_enrollment(second), amount=Decimal(100), method="card")
    rows = {row["season"]: row for row in rows_of("seasons")}
    both = rows[first.season_id]
    assert [both[name] for name in ("courses", "seats", "taken", "fill", "listed")] == [2, 10, 2, 20, 0]
    assert both["revenue"] == Decimal("450.25")
    assert (rows[other.season_id]["courses"], rows[other.season_id]["revenue"]) == (1, 0)


def test_a_child_that_was_entered_twice_is_found_however_its_name_is_written():
    born = dt.date(2016, 5, 4)
    twice = [make_child(name="أحمد علي فتحي", dob=born), make_child(name="احمد  على فتحى", dob=born)]
    make_child(name="أحمد علي فتحي", dob=dt.date(2017, 5, 4))
    assert {row["pk"] for row in rows_of("data-quality")} == {child.pk for child in twice}


def test_a_child_without_a_birthday_or_whose_parent_nobody_can_call_is_found():
    unborn, unheard, well = make_child(dob=None), make_child(), make_child()
    CustomUser.objects.filter(pk=unheard.primary_parent_id).update(phone_number1="+201912345678")
    assert [row["pk"] for row in rows_of("data-quality", doubt="no_birthday")] == [unborn.pk]
    (row,) = rows_of("data-quality", doubt="number")
    assert (row["pk"], row["parent_number"]) == (unheard.pk, "+201912345678")
    assert well.pk != row["pk"]
