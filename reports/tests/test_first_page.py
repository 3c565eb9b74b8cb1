"""The first page: each figure is what the page behind it shows, for the same person, and twelve queries fetch all."""

import datetime as dt
import re
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from backoffice.attendance.models import InstructorAttendance
from backoffice.courses.models import Season
from backoffice.courses.tests.makers import make_course, make_lecture
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.dates import cairo_today
from backoffice.users.tests.makers import karima, make_instructor, make_staff

pytestmark = pytest.mark.django_db

MOST = 12
TODAY = {"Lectures today", "Staff missing now", "Requests to answer", "Numbers to call", "Paid today", "Cash in hand"}
WAITS = {"My cash session", "Refunds to decide", "Money on families' accounts", "The ledger, last night"}
SEASON = {"Fill rate", "Revenue", "Receivables"}
SEES = {
    "Managers": TODAY | WAITS | SEASON | {"Parents asking for a child"},
    "Registrars": TODAY - {"Staff missing now", "Cash in hand"} | {"Fill rate", "Parents asking for a child"},
    "Cashiers": {"Paid today", "My cash session"},
    "Accountants": {"Requests to answer", "Paid today", "Cash in hand"} | WAITS - {"My cash session"} | SEASON,
    "Supervisors": {"Lectures today", "Staff missing now", "Requests to answer"},
    "Instructors": {"Lectures today"},
    "Marketing": set(),
}
#: The column of a report's sums that a card shows.
SUMS = {"daily-cash": "taken", "cash-in-hand": "due", "seasons": "revenue", "receivables": "owed"}


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def centre_with_a_season(rows: int = 2) -> None:
    """A running season with a target, lectures, places that owe, an open drawer, somebody missing, requests."""
    today = cairo_today()
    for _row in range(rows):
        course = make_course(price=Decimal("900.00"), instructor=make_instructor(is_staff=True))
        lecture = make_lecture(course, day=today)
        make_request(course)
        make_payment(make_enrollment(course), amount=Decimal("250.50"))
        make_enrollment(make_course(price=Decimal("100.00")))
        InstructorAttendance.objects.create(
            instructor=course.instructor, lecture=lecture, kind="lecture", day=today, status="pending",
            start_time=dt.time(0), end_time=dt.time(23, 59, 59),
        )  # fmt: skip
    Season.objects.update(revenue_target=Decimal("1000.00"), is_active=True, end_date=None)
    Season.objects.update(start_date=today - dt.timedelta(days=40))
    open_session(karima())


def somebody(group):
    if group != "Instructors":
        return make_staff(group)
    sami = make_instructor(is_staff=True)
    sami.user.groups.set(make_staff(group).groups.all())
    make_lecture(make_course(instructor=sami), day=cairo_today())
    return sami.user


def signed_in(client, user):
    client.force_login(user, backend="backoffice.users.backends.PhoneBackend")
    client.cookies["django_language"] = "en"
    return client


def amount_in(words):
    return Decimal(re.sub(r"[^0-9.]", "", words) or "0")


def proven(client, url):
    """What the page behind a figure shows of it."""
    page = client.get(url)
    assert page.status_code == 200, url
    if "/reports/" not in url:
        return Decimal(page.context["cl"].result_count)
    reading = page.context["screen"].reading
    slug = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]
    sums = reading.totals.sums
    if slug == "courses":
        return round(sums["enrolled_count"] * Decimal(100) / sums["capacity"], 1)
    return sums[SUMS[slug]]


@pytest.mark.parametrize("group", [*SEES])
def test_each_figure_is_what_the_page_behind_it_shows(client, group):
    centre_with_a_season()
    signed_in(client, somebody(group))
    home = client.get(reverse("admin:index")).context
    cards = [*home["cards"], *(card for band in home["seasons"][:1] for card in band.cards)]
    assert {str(card.title) for card in cards} == SEES[group]
    for card in cards:
        shown = {"Closed": "0", "Open": "1", "—": "0"}.get(card.figure, card.figure)
        assert amount_in(shown) == proven(client, card.url), card.title


@pytest.mark.parametrize("group", ["Managers", "Accountants", "Registrars"])
def test_a_drawings_figure_and_rows_are_the_reports(client, group):
    centre_with_a_season()
    signed_in(client, make_staff(group))
    drawings = {drawing.key: drawing for drawing in client.get(reverse("admin:index")).context["drawings"]}
    assert set(drawings) == ({"fill"} if group == "Registrars" else {"net", "fill"})
    for key, drawing in drawings.items():
        reading = client.get(drawing.url).context["screen"].reading
        if key == "net":
            assert amount_in(drawing.figure) == reading.totals.sums["net"] > 0
            assert sum(amount_in(cell) for _day, cell in drawing.rows) == reading.totals.sums["net"]
        else:
            shown = {row["name"]: (row["capacity"], row["enrolled_count"]) for row in reading.rows()}
            assert all(shown[name] == (int(seats), int(taken)) for name, seats, taken, _rate in drawing.rows)


@pytest.mark.parametrize("group", [*SEES])
def test_the_page_asks_twelve_queries_at_most_whatever_there_is(client, group):
    centre_with_a_season(rows=1)
    user = somebody(group)
    signed_in(client, user)
    counts = []
    for _time in range(2):
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("admin:index"))
        counts.append(len(queries))
        centre_with_a_season(rows=3)
    assert counts[0] == counts[1] <= MOST, [query["sql"][:100] for query in queries]


def test_the_list_of_who_is_missing_holds_who_is_due_and_not_here(client):
    centre_with_a_season()
    late, missing = InstructorAttendance.objects.order_by("pk")
    InstructorAttendance.objects.filter(pk=late.pk).update(status="late", check_in=timezone.now(), late_minutes=30)
    signed_in(client, make_staff("Supervisors"))
    address = reverse("admin:attendance_instructorattendance_changelist")
    assert list(client.get(address, {"now": "awaited"}).context["cl"].result_list) == [missing]
    InstructorAttendance.objects.filter(pk=missing.pk).update(start_time=dt.time(0), end_time=dt.time(0, 0, 1))
    assert not client.get(address, {"now": "awaited"}).context["cl"].result_count
