"""The month's sheets of the staff: how long, how late, how often missing; on the page and as a file."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from backoffice.attendance import services
from backoffice.attendance.models import InstructorAttendance
from backoffice.attendance.selectors.month import Month, sheets_of_month
from backoffice.attendance.selectors.pay import pay_of
from backoffice.shared.dates import hours_and_minutes
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_instructor, make_staff, manager, omar, ziad

from .staff_makers import DAY, at, due, make_supervisor, on_the_rota, scanned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]

PAGE = "admin:attendance_instructorattendance_month"
FILE = "admin:attendance_instructorattendance_month_file"
NOVEMBER = Month(dt.date(2026, 11, 1))


@pytest.fixture
def december(clock):
    clock("09:00", dt.date(2026, 12, 1))


def came(row, check_in, check_out=None, status="present", **fields):
    """Let a row say it, whatever the clock."""
    InstructorAttendance.objects.filter(pk=row.pk).update(
        status=status, check_in=check_in, check_out=check_out, **fields
    )


def sheet_of(person, month=NOVEMBER):
    (sheet,) = sheets_of_month(month, person.pk)
    return sheet


def hours_of(person, month=NOVEMBER):
    return hours_and_minutes(sheet_of(person, month).hours)


def test_hours_are_those_within_what_was_due_less_the_breaks(december):
    sami = make_instructor()
    for hours in ("15:40", "17:00", "17:25", "18:30"):
        scanned(sami, hours)
    due(sami)
    services.follow_scans([sami.pk], since=at("15:40"), until=at("18:30"))
    assert hours_of(sami) == "1:35"


@pytest.mark.parametrize(("check_in", "check_out", "hours"), [("16:20", "17:45", "1:25"), ("15:00", "21:00", "2:00")])
def test_coming_late_and_leaving_early_are_missing_and_more_than_was_due_is_nothing(
    december, check_in, check_out, hours
):
    sami = make_instructor()
    came(due(sami), at(check_in), at(check_out))
    assert hours_of(sami) == hours


def test_who_never_checked_out_is_taken_to_have_stayed_and_counted(december):
    sami = make_instructor()
    came(due(sami), at("16:10"))
    sheet = sheet_of(sami)
    assert (hours_and_minutes(sheet.hours), sheet.without_check_out) == ("1:50", 1)


def test_who_may_still_check_out_has_no_hours_yet(clock):
    sami = make_instructor()
    came(due(sami), at("16:00"))
    clock("21:59")
    assert hours_of(sami) == "0:00"
    clock("22:00")
    assert hours_of(sami) == "2:00"


def test_a_lecture_given_while_on_the_rota_counts_once_in_all(december):
    nadia = make_supervisor()
    came(on_the_rota(nadia, "14:00-20:00"), at("14:00"), at("20:00"))
    came(due(nadia, "16:00-18:00"), at("14:00"), at("20:00"))
    sheet = sheet_of(nadia)
    lengths = (sheet.hours, sheet.supervision_hours, sheet.lecture_hours)
    assert [hours_and_minutes(one) for one in lengths] == ["6:00", "6:00", "2:00"]


def test_the_sheet_counts_days_lectures_lateness_absences_and_ratings(december):
    sami = make_instructor()
    days = [DAY + dt.timedelta(days=number) for number in range(4)]
    came(due(sami, day=days[0]), at("16:00", days[0]), at("18:00", days[0]), rating=Decimal("9.00"))
    came(due(sami, "19:00-20:00", days[0]), at("18:55", days[0]), at("20:00", days[0]), rating=Decimal("8.01"))
    came(due(sami, day=days[1]), at("16:30", days[1]), at("18:00", days[1]), "late", late_minutes=30)
    due(sami, day=days[2], status="absent")
    due(sami, day=days[3])
    sheet = sheet_of(sami)
    counted = (sheet.days, sheet.lectures, sheet.times_late, sheet.late_minutes, sheet.absences, sheet.rating)
    assert counted == (2, 3, 1, 30, 1, Decimal("8.51"))


def test_an_average_is_rounded_half_up(december):
    sami = make_instructor()
    for number, rating in enumerate(("7.12", "7.13")):
        day = DAY + dt.timedelta(days=number)
        came(due(sami, day=day), at("16:00", day), rating=Decimal(rating))
    assert sheet_of(sami).rating == Decimal("7.13")


@pytest.mark.parametrize("only_sums", [False, True])
def test_questions_about_the_month_do_not_grow_with_its_rows(december, django_assert_num_queries, only_sums):
    for number in range(3):
        sami = make_instructor()
        day = DAY + dt.timedelta(days=number)
        came(due(sami, day=day), at("16:00", day), at("18:00", day))
    with django_assert_num_queries(2):
        sheets = sheets_of_month(NOVEMBER, only_sums=only_sums)
        assert [(sheet.hours, sheet.lectures, sheet.rating, str(sheet.instructor)) for sheet in sheets]
    assert len(sheets) == 3


def test_a_month_is_its_own_days_and_none_to_come(clock):
    sami = make_instructor()
    for day in (dt.date(2026, 10, 31), DAY, DAY + dt.timedelta(days=1), dt.date(2026, 12, 1)):
        due(sami, day=day)
    assert [line.row.day for line in sheet_of(sami).lines] == [DAY]


@pytest.mark.parametrize(
    ("day", "hours", "came_at", "left_at", "length"),
    [
        # Friday the 24th of April has no hour from 00:00 to 01:00.
        (dt.date(2026, 4, 24), "00:00-03:00", "00:00", "03:00", "2:00"),
        (dt.date(2026, 4, 23), "21:00-23:59", "21:00", "23:59", "2:59"),
        # The 29th of October has the hour from 23:00 twice; what is due ends in the first.
        (dt.date(2026, 10, 29), "20:00-23:30", "20:00", "23:30", "3:30"),
        (dt.date(2026, 10, 30), "00:00-02:00", "00:00", "02:00", "2:00"),
    ],
)
def test_an_hour_that_the_clocks_take_or_give_is_counted_as_it_passed(december, day, hours, came_at, left_at, length):
    sami = make_instructor()
    came(due(sami, hours, day), at(came_at, day), at(left_at, day))
    assert hours_of(sami, Month.of(day)) == length


def test_who_checks_in_before_the_clocks_go_back_is_there_an_hour_longer(december):
    sami, day = make_instructor(), dt.date(2026, 10, 29)
    first, second = at("23:10", day), at("23:10", day).replace(fold=1)
    came(due(sami, "23:00-23:59", day), first, second)
    assert second.astimezone(dt.UTC) - first.astimezone(dt.UTC) == dt.timedelta(hours=1)
    assert hours_of(sami, Month.of(day)) == "0:49"


@pytest.mark.parametrize(
    ("text", "month"), [("2026-11", "2026-11"), ("٢٠٢٦-١١", "2026-11"), ("2026-13", None), ("x", None), (None, None)]
)
def test_a_month_is_read_in_either_digits(text, month):
    assert (str(Month.read(text)) if Month.read(text) else None) == month


def test_the_month_before_january_is_december():
    assert [str(Month(dt.date(2026, 1, 1)).beside(months)) for months in (-1, 1, 12)] == [
        "2025-12",
        "2026-02",
        "2027-01",
    ]


# The page and the file.


@pytest.fixture
def sami(december):
    sami = make_instructor(first_name="سامي")
    came(due(sami), at("16:25"), at("18:00"), "late", late_minutes=25)
    due(sami, "19:00-20:00", status="absent")
    return sami


def asks(client, taker, name=PAGE, *args, **query):
    client.force_login(taker)
    return client.get(reverse(name, args=args), {"month": "2026-11", **query})


@pytest.mark.parametrize("kind", [None, "xlsx", "csv"])
def test_accountants_and_managers_see_the_month_and_nobody_else(client, sami, nadia, kind):
    address = (FILE, kind) if kind else (PAGE,)
    sami.user.is_staff = True
    sami.user.save()
    for person in (huda(), manager()):
        assert asks(client, person, *address).status_code == 200
    for person in (omar(), nadia, sami.user, make_staff("Instructors"), make_staff("Cashiers")):
        assert asks(client, person, *address).status_code == 403
    assert asks(client, ziad(), *address).status_code == 302


def test_the_page_says_everybodys_totals_and_one_persons_days(client, sami):
    boss = huda()
    page = asks(client, boss).content.decode()
    assert "سامي" in page
    assert "1:35" in page
    days = asks(client, boss, person=str(sami.pk)).content.decode()
    assert "16:25" in days
    assert 'id="month-days"' in days


@pytest.mark.parametrize("person", ["x", "6f8f1f0e-0000-4000-8000-000000000001"])
def test_a_person_there_is_none_of_is_an_empty_month_or_no_page(client, sami, person):
    response = asks(client, huda(), person=person)
    assert response.status_code == (404 if person == "x" else 200)


def test_pay_is_that_of_the_report_and_only_for_who_may_see_salaries(client, sami):
    type(sami).objects.filter(pk=sami.pk).update(monthly_salary=Decimal("3000.30"))
    boss, without = huda(), make_staff("Accountants")
    without.groups.clear()
    without.user_permissions.add(Permission.objects.get(codename="export_instructorattendance"))
    month = Month(dt.date(2026, 11, 1))
    due_ = f"{pay_of(sheets_of_month(month), month)[sami.pk].due:,.2f}"
    # Two hours of three, of a month that began with the first day.
    assert due_ == "2,000.20"
    for query in ({}, {"person": str(sami.pk)}):
        assert due_ in asks(client, boss, **query).content.decode()
        assert "000." not in asks(client, without, **query).content.decode()
    for kind in ("csv", "xlsx"):
        assert asks(client, boss, FILE, kind).status_code == 200
    assert "2000.20" in b"".join(asks(client, boss, FILE, "csv").streaming_content).decode()
    assert "2000.20" not in b"".join(asks(client, without, FILE, "csv").streaming_content).decode()


def test_the_workbook_has_real_hours_that_add_up_past_a_day(client, sami):
    content = b"".join(asks(client, huda(), FILE, "xlsx").streaming_content)
    sheet = load_workbook(BytesIO(content)).active
    with translation.override("ar"):
        headings = [cell.value for cell in sheet[1]]
    row = dict(zip(headings, sheet[2], strict=True))
    hours = row["إجمالي الساعات"]
    assert (hours.number_format, hours.value) == ("[h]:mm", dt.timedelta(hours=1, minutes=35))
    assert (row["دقائق التأخير"].value, row["مرات الغياب"].value) == (25, 1)


def test_the_csv_of_a_person_has_each_day(client, sami):
    content = b"".join(asks(client, huda(), FILE, "csv", person=str(sami.pk)).streaming_content).decode("utf-8-sig")
    first, second = content.splitlines()[1:]
    assert "2026-11-01 16:25:00" in first
    assert ",1:35,25," in first
    assert "غائب" in second


def test_a_file_that_is_taken_is_in_the_trail(client, sami):
    taker = huda()
    asks(client, taker, FILE, "csv", person=str(sami.pk))
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.model, entry.changes["rows"]) == (taker, "attendance.instructorattendance", [None, 2])
    assert "2026-11" in entry.object_name


def test_an_unknown_kind_of_file_is_no_page(client, sami):
    assert asks(client, huda(), FILE, "pdf").status_code == 404


def test_the_page_asks_as_much_for_many_people_as_for_one(client, sami, django_assert_max_num_queries):
    boss = huda()
    for _ in range(8):
        came(due(make_instructor()), at("16:00"), at("18:00"))
    client.force_login(boss)
    # Her first page after some minutes also notes that she was seen.
    client.get(reverse(PAGE))
    with django_assert_max_num_queries(8):
        client.get(reverse(PAGE), {"month": "2026-11"})
