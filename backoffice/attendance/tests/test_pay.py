"""What is due to the staff for a month: by the hours they were due, those they never came to, and the days they had."""

import datetime as dt
from decimal import Decimal

import pytest

from backoffice.attendance.models import InstructorAttendance
from backoffice.attendance.selectors.month import Month, sheets_of_month
from backoffice.attendance.selectors.pay import pay_of
from backoffice.courses.models import Holiday, Lecture
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.users.services import deactivate_user, update_instructor
from backoffice.users.tests.makers import make_instructor, manager

from .staff_makers import DAY, at, due, make_rota, make_supervisor, on_the_rota, times

pytestmark = pytest.mark.django_db

NOVEMBER = Month(dt.date(2026, 11, 1))
LONG_AGO = DAY - dt.timedelta(days=40)


def day(number):
    return dt.date(2026, 11, number)


@pytest.fixture
def december(clock):
    clock("09:00", dt.date(2026, 12, 1))


def paid(person, salary):
    type(person).objects.filter(pk=person.pk).update(monthly_salary=Decimal(salary))
    return person


@pytest.fixture
def sami():
    """Has given lectures before, for 3,000 a month."""
    sami = paid(make_instructor(), "3000")
    came(due(sami, day=LONG_AGO))
    return sami


def came(row):
    there = {"check_in": at("16:00", row.day), "check_out": at("18:00", row.day)}
    InstructorAttendance.objects.filter(pk=row.pk).update(status="present", **there)


def pay(person, month=NOVEMBER):
    (sheet,) = sheets_of_month(month, person.pk)
    found = pay_of([sheet], month)[person.pk]
    return found.salary, found.earned, found.absences, found.due


def egp(*amounts):
    return tuple(map(Decimal, amounts))


def test_who_came_to_everything_is_due_the_salary(december, sami):
    for number in (1, 8, 15):
        came(due(sami, day=day(number)))
    assert pay(sami) == egp("3000", "3000", "0", "3000")


def test_an_absence_takes_off_its_share_of_the_hours(december, sami):
    came(due(sami, "16:00-19:00", day(1)))
    due(sami, "16:00-17:00", day(8), status="absent")
    assert pay(sami) == egp("3000", "3000", "750", "2250")


def test_lateness_costs_nothing(december, sami):
    row = due(sami, day=day(1))
    came(row)
    InstructorAttendance.objects.filter(pk=row.pk).update(status="late", late_minutes=60)
    assert pay(sami)[-1] == 3000


def test_an_absence_from_a_lecture_that_was_cancelled_since_costs_nothing(december, sami):
    came(due(sami, day=day(1)))
    row = due(sami, day=day(8), status="absent")
    Lecture.objects.filter(pk=row.lecture_id).update(status="cancelled")
    assert pay(sami)[-1] == 3000


def test_an_hour_that_is_due_twice_is_missed_once(december):
    nadia = paid(make_supervisor(), "1200")
    came(due(nadia, day=LONG_AGO))
    on_the_rota(nadia, "14:00-18:00", day(1))
    due(nadia, "16:00-18:00", day(1), status="absent")
    InstructorAttendance.objects.filter(schedule__isnull=False).update(status="absent")
    came(on_the_rota(nadia, "14:00-18:00", day(8), weekday=2))
    assert pay(nadia) == egp("1200", "1200", "600", "600")


def test_who_gave_the_lecture_but_was_absent_from_the_rota_around_it_missed_the_rest(december):
    nadia = paid(make_supervisor(), "1200")
    came(due(nadia, day=LONG_AGO))
    on_the_rota(nadia, "14:00-20:00", day(1))
    InstructorAttendance.objects.filter(schedule__isnull=False).update(status="absent")
    came(due(nadia, "16:00-18:00", day(1)))
    assert pay(nadia) == egp("1200", "1200", "800", "400")


def test_each_amount_is_rounded_once_and_half_a_piastre_up(december, sami):
    paid(sami, "1000.01")
    came(due(sami, day=day(1)))
    due(sami, day=day(8), status="absent")
    assert pay(sami) == egp("1000.01", "1000.01", "500.01", "500.00")


def test_in_the_middle_of_a_month_the_hours_that_have_passed_are_due(clock, sami):
    clock("23:00", day(15))
    came(due(sami, day=day(1)))
    due(sami, day=day(8), status="absent")
    # Two lectures are to come, of which the row of the first is made already; a third was cancelled.
    due(sami, day=day(18))
    course = make_course(instructor=sami)
    make_lecture(course, lecture_number=2, day=day(25), **times("16:00-18:00"))
    make_lecture(course, lecture_number=3, day=day(26), status="cancelled", **times("16:00-18:00"))
    assert pay(sami) == egp("3000", "1500", "750", "750")


def test_the_rota_of_the_days_to_come_counts_but_for_holidays(clock):
    nadia = paid(make_supervisor(), "4000")
    came(due(nadia, day=LONG_AGO))
    make_rota(nadia, "16:00-18:00")
    clock("23:00", day(9))
    came(due(nadia, "16:00-18:00", day(8)))
    # Sundays to come are the 15th, 22nd and 29th.
    assert pay(nadia)[1:] == egp("1000", "0", "1000")
    Holiday.objects.create(name="عيد", start_date=day(22), end_date=day(23))
    assert pay(nadia)[1:] == egp("1333.33", "0", "1333.33")


def test_who_began_within_the_month_has_the_days_from_then_on(december):
    ziad = paid(make_instructor(), "3000")
    came(due(ziad, day=day(16)))
    due(ziad, day=day(20), status="absent")
    # Fifteen days of thirty, and one of two lectures.
    assert pay(ziad) == egp("3000", "1500", "750", "750")


def test_whose_account_was_closed_within_the_month_has_the_days_until_then(clock, sami):
    clock("23:00", day(10))
    came(due(sami, day=day(8)))
    deactivate_user(sami.pk, by=manager(), reason="ترك العمل")
    # What nobody took off the plan doesn't count against them.
    due(sami, day=day(15), status="absent")
    clock("09:00", dt.date(2026, 12, 1))
    assert pay(sami) == egp("3000", "1000", "0", "1000")
    clock("09:00", day(20))
    assert pay(sami)[-1] == 1000


def test_who_left_after_the_month_has_all_of_it(clock, december, sami):
    came(due(sami, day=day(8)))
    deactivate_user(sami.pk, by=manager(), reason="ترك العمل")
    assert pay(sami)[-1] == 3000


def test_a_raise_after_the_month_changes_nothing_in_it(clock, december, sami):
    came(due(sami, day=day(8)))
    boss = manager()
    update_instructor(sami.pk, by=boss, monthly_salary="3500")
    update_instructor(sami.pk, by=boss, monthly_salary="3600")
    assert pay(sami)[0] == 3000
    clock("09:00", day(30))
    assert pay(sami)[0] == 3600


def test_a_salary_that_was_written_down_after_the_month_for_the_first_time_counts(december):
    ziad = make_instructor()
    came(due(ziad, day=LONG_AGO))
    came(due(ziad, day=day(8)))
    assert pay(ziad) == egp("0", "0", "0", "0")
    update_instructor(ziad.pk, by=manager(), monthly_salary="3500")
    assert pay(ziad)[-1] == 3500


def test_questions_do_not_grow_with_people(december, django_assert_max_num_queries):
    for _ in range(4):
        due(paid(make_instructor(), "3000"), day=day(8), status="absent")
    sheets = sheets_of_month(NOVEMBER)
    with django_assert_max_num_queries(6):
        assert len(pay_of(sheets, NOVEMBER)) == 4
