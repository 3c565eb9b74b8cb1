"""A report's page, its files and its trail say the same, whatever the address says."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.shared.models import AuditEntry
from backoffice.shared.sheets.read import open_sheet
from backoffice.users.tests.makers import huda, make_child, make_parent, manager
from reports.reading import Reading
from reports.registry import reports
from reports.screen import Screen
from reports.templatetags.exports import with_days
from reports.views import PER_PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]

SLUGS = sorted(reports())
MONEY = ("daily-cash", "payments-and-refunds", "receivables")
PAID, PRICE = Decimal("1250.00"), Decimal("2000.50")


@pytest.fixture
def centre():
    course = make_course(name="نور البيان", price=PRICE)
    for _ in range(3):
        make_payment(make_enrollment(course), amount=PAID, method="card")


def file_of(client, slug, kind, **asked):
    response = client.get(reverse("report-file", args=[slug, kind]), asked)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def lines_of(content, name):
    with open_sheet(io.BytesIO(content), name=name) as sheet:
        return [sheet.headers, *(line for _number, line in sheet.rows())]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_makes_at_most_ten_queries_however_many_rows_it_has(client, slug, centre):
    client.force_login(manager())
    client.get(reverse("report", args=[slug]))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("report", args=[slug])).status_code == 200
        counts.append(len(queries))
        make_payment(make_enrollment(make_course(price=PRICE)), amount=PAID, method="card")
    assert counts[1] <= counts[0] <= 10


WRONG = (
    "first=boo", "first=31/31/2020", "last=1", "day=0/0/0", "season=x", "course=00", "page=x", "page=-1", "page=٩٩٩٩٩",
    "method=gold", "by=eon", "cashier=%00", "day=%00", "standing=all", "first=2/1/2026&last=1/1/2026", "day=1/1/2099",
    "status=x", "cashier=" + "9" * 400, "page=" + "9" * 400, "day=", "by=", "first=&last=", "month=2026-13", "month=x",
    "year=٢٠", "running=9", "state=gone",
)  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_in_an_address_breaks_a_page_or_a_file(client, slug, monkeypatch):
    monkeypatch.setattr(type(admin.site), "get_sidebar_list", lambda *_: [])
    client.force_login(manager())
    for address in WRONG:
        assert client.get(f"{reverse('report', args=[slug])}?{address}").status_code == 200, address
        assert client.get(f"{reverse('report-file', args=[slug, 'csv'])}?{address}").status_code in (200, 302), address


def test_a_wrong_value_has_its_sentence_beside_it_and_stays_in_its_field(client):
    client.force_login(huda())
    page = client.get(reverse("report", args=["daily-cash"]), {"first": "أمس"}).content.decode()
    assert 'value="أمس"' in page
    assert page.count('class="report-error"') == 1
    assert 'id="report-rows"' not in page


def test_arabic_digits_are_read(client, centre):
    client.force_login(huda())
    today = f"{dt.date.today():%d/%m/%Y}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    page = client.get(reverse("report", args=["daily-cash"]), {"first": today, "last": today}).content.decode()
    assert "3,750.00" in page


def test_tomorrow_is_refused_for_it_has_not_come(client):
    client.force_login(huda())
    tomorrow = f"{dt.date.today() + dt.timedelta(days=2):%d/%m/%Y}"
    page = client.get(reverse("report", args=["receivables"]), {"day": tomorrow}).content.decode()
    assert page.count('class="report-error"') == 1


@pytest.mark.parametrize("slug", MONEY)
def test_page_csv_and_workbook_show_the_same_figures(client, slug, centre):
    client.force_login(huda())
    sums = {"daily-cash": "3750.00", "payments-and-refunds": "3750.00", "receivables": "2251.50"}[slug]
    csv = lines_of(file_of(client, slug, "csv"), "a.csv")
    xlsx = lines_of(file_of(client, slug, "xlsx"), "a.xlsx")
    head = next(place for place, line in enumerate(xlsx) if line == csv[0])
    assert [[plain(cell) for cell in line] for line in xlsx[head:]] == [[plain(cell) for cell in line] for line in csv]
    assert sums in csv[-1]
    page = client.get(reverse("report", args=[slug]), {"part": "totals"}).content.decode()
    assert f"{Decimal(sums):,.2f}" in page


def plain(cell):
    """A cell without what its format alone adds: 1250 and 1250.00 are one amount, a day is its text."""
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    text = str(cell)
    return str(Decimal(text).normalize()) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text.lstrip("'")


def test_the_workbook_says_above_its_rows_what_was_filtered_and_who_took_it(client, centre):
    accountant = huda()
    client.force_login(accountant)
    workbook = zipfile.ZipFile(io.BytesIO(file_of(client, "daily-cash", "xlsx", method="card")))
    sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    above, below = sheet.split("<t>أمين الخزينة</t>")
    assert "الطريقة: بطاقة" in above
    assert str(accountant) in above
    assert 'rightToLeft="1"' in above
    assert 'state="frozen"' in above
    assert "3750.00" in below


def test_an_export_is_in_the_trail_with_who_which_filters_and_how_many_rows(client, centre):
    accountant = huda()
    client.force_login(accountant)
    file_of(client, "receivables", "csv", standing="")
    entry = AuditEntry.objects.get(action="export")
    assert (entry.model, entry.object_id, entry.actor_id) == ("reports.report", "receivables", accountant.pk)
    assert entry.changes["rows"] == [None, 3]
    assert entry.changes["format"] == [None, "csv"]
    assert entry.changes["filters"][1] == f"day={dt.date.today()}"


def test_rows_of_a_report_lead_to_what_they_are_about(client):
    place = make_enrollment(make_course(price=PRICE))
    client.force_login(huda())
    page = client.get(reverse("report", args=["receivables"])).content.decode()
    assert reverse("admin:enrollments_enrollment_change", args=[place.pk]) in page


def test_who_has_a_drawer_open_counts_it_first(client, centre):
    boss = manager()
    open_session(boss)
    client.force_login(boss)
    for slug in MONEY:
        page = client.get(reverse("report", args=[slug])).content.decode()
        assert "3,750.00" not in page
        assert 'id="report-rows"' not in page
        assert client.get(reverse("report-file", args=[slug, "csv"])).status_code == 302


def test_what_people_wrote_is_text_on_every_form(client):
    name = "<script>alert(1)</script> #strong[x] =1+1"
    child = make_child(make_parent(), name=name)
    make_enrollment(make_course(price=PRICE), child=child)
    client.force_login(huda())
    page = client.get(reverse("report", args=["receivables"])).content.decode()
    assert "<script>alert" not in page
    assert name in [line[0] for line in lines_of(file_of(client, "receivables", "xlsx"), "a.xlsx")]
    assert file_of(client, "receivables", "pdf").startswith(b"%PDF")


def test_sums_that_come_later_are_not_waited_for_by_the_first_page(client, centre):
    client.force_login(huda())
    address = reverse("report", args=["receivables"])
    first = client.get(address).content.decode()
    assert "data-figures" in first
    assert "2,251.50" not in first
    later = client.get(address, {"part": "totals"}).content.decode()
    assert "2,251.50" in later
    assert 'id="report-chart-data"' in later


def test_a_report_without_filters_has_no_form(client):
    client.force_login(manager())
    assert 'id="report-filters"' not in client.get(reverse("report", args=["cash-in-hand"])).content.decode()
    assert 'id="report-filters"' in client.get(reverse("report", args=["courses"])).content.decode()


@pytest.mark.parametrize("first", ["chart", "rows"])
def test_page_and_chart_ask_for_the_rows_once_whichever_comes_first(centre, first, django_assert_num_queries):
    report = reports()["courses"]
    filters = report.filters.read({})
    assert filters.is_valid()
    screen = Screen(Reading(report, filters.cleaned_data, at_once=PER_PAGE + 1), 1, PER_PAGE, with_totals=True)
    with django_assert_num_queries(1):
        getattr(screen, first)
        assert screen.chart["labels"] == [row[0].words for row in screen.rows]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if reports()[slug].chart])
def test_a_chart_as_a_table_says_what_stands_in_each_column(slug):
    """But where a row is a column's sum, and says so itself."""
    chart = reports()[slug].chart
    filters = reports()[slug].filters.read({})
    assert filters.is_valid()
    screen = Screen(Reading(reports()[slug], filters.cleaned_data), 1, PER_PAGE, with_totals=True)
    assert len(screen.point_headings) == (0 if chart.of_totals else 1 + len(chart.series))
    assert all(screen.point_headings)


def test_the_headings_of_a_charts_table_are_on_the_page(client, centre):
    client.force_login(manager())
    page = client.get(reverse("report", args=["revenue-by-month"])).content.decode()
    (table,) = re.findall(r'id="report-chart-table">.*?</table>', page, re.DOTALL)
    assert len(re.findall(r'<th scope="col">[^<]+</th>', table)) == 3


def test_days_keep_their_direction_in_a_sentence_and_nothing_else_becomes_markup():
    said = with_days("من يوم: 2026-11-01 · الدورة: <b>2026-11-02</b>")
    day = '<bdi dir="ltr" class="report-day">{}</bdi>'
    first, second = day.format("2026-11-01"), day.format("2026-11-02")
    assert said == f"من يوم: {first} · الدورة: &lt;b&gt;{second}&lt;/b&gt;"
