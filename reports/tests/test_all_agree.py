"""Every report, whatever it is about and filtered by: rows, sums, pages and files say the same, of what was chosen."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.dates import cairo_today
from backoffice.users.tests.makers import make_staff
from reports.filters import ChoiceFilter
from reports.reading import Reading
from reports.registry import reports
from reports.tests.agreement import asked_for, check_agreement
from reports.tests.makers import whole_house
from reports.words import words_of

pytestmark = pytest.mark.django_db
CELL = re.compile(r"<td[^>]*>(?:<a [^>]*>)?<bdi[^>]*>(.*?)</bdi>", re.S)


@pytest.fixture
def centre(client):
    """A row at least for each report, and more than a page of some."""
    course, other = whole_house(client), make_course(price=Decimal("1750.25"))
    make_payment(make_enrollment(other), amount=Decimal("1250.10"), method="card")
    make_request(other)
    for _ in range(3):
        make_enrollment(course)
    return course


#: An address by which each report has rows here.
WIDE = {"first": "2026-01-01", "doubt": "no_birthday", "standing": ""}


def addresses(report, course):
    """As it begins, by a course and its season, and by each of its choices."""
    yield from ({}, WIDE, WIDE | {"course": str(course.pk)}, {"season": str(course.season_id)})
    for name, field in report.filters.base_fields.items():
        if isinstance(field, ChoiceFilter):
            yield from (WIDE | {name: code} for code, _words in field.widget.choices)


@pytest.mark.parametrize("slug", sorted(reports()))
def test_rows_sums_pages_and_files_agree_by_any_filter(centre, slug):
    found = [len(check_agreement(slug, **address)[0]) for address in addresses(reports()[slug], centre)]
    assert max(found) > 0


#: Into what rows are parted: it leaves none out.
PARTED = "by"
#: The reports that have rows though nothing happened, how many, and which of their figures are none then.
EVEN_SO = {
    "courses": (1, ("enrolled_count", "waiting", "received")),
    "seasons": (1, ("taken", "listed", "revenue")),
    "revenue-by-month": (12, ("taken", "given", "net", "before", "change")),
}


@pytest.fixture
def nowhere():
    """By the name of each filter a choice that nothing in the centre is of."""
    course = make_course()
    tomorrow = f"{cairo_today() + dt.timedelta(days=1)}"
    long_ago = {"day": "2019-03-05", "month": "2019-03", "year": "2019"}
    choices = {"method": "bank_transfer", "state": "rejected", "standing": "left", "running": "5", "doubt": "number"}
    rows = {"season": course.season_id, "course": course.pk, "cashier": make_staff("Registrars").pk}
    return {name: {name: str(value)} for name, value in (long_ago | choices | rows).items()} | {
        "first": {"first": tomorrow, "last": tomorrow},
        "last": {"first": "2019-01-01", "last": "2019-03-05"},
    }


@pytest.mark.parametrize("slug", [slug for slug, report in sorted(reports().items()) if report.filters.base_fields])
def test_by_what_nothing_is_of_a_report_shows_nothing(centre, nowhere, slug):
    count, figures = EVEN_SO.get(slug, (0, ()))
    rows, _given = check_agreement(slug, **WIDE)
    assert any(row[name] for row in rows for name in figures) if figures else rows
    for name in sorted(reports()[slug].filters.base_fields.keys() - {PARTED}):
        rows, given = check_agreement(slug, **(WIDE | nowhere[name]))
        assert given[name], name
        assert len(rows) == count, name
        assert not [row for row in rows if any(row[figure] for figure in figures)], name


@pytest.mark.parametrize("slug", sorted(reports()))
def test_the_pages_that_people_see_have_every_row_and_the_sums(client, centre, slug, monkeypatch):
    monkeypatch.setattr("reports.views.PER_PAGE", 2)
    report, filters = asked_for(slug)
    reading = Reading(report, filters.cleaned_data)
    shown, number, page = [], 1, ""
    while number == 1 or 'rel="next"' in page:
        page = client.get(reverse("report", args=[slug]), {"page": number}).content.decode()
        table = page.partition('id="report-rows"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
        shown += [unescape(cell) for cell in CELL.findall(table)]
        number += 1
    rows = list(reading.rows())
    assert shown == [words_of(row[one.key], one.kind) for row in rows for one in report.columns]
    totals = client.get(reverse("report", args=[slug]), {"part": "totals"}).content.decode()
    foot = [unescape(cell) for cell in CELL.findall(totals.partition("<tfoot")[2])]
    for column in report.columns:
        if column.total:
            assert words_of(reading.totals.sums[column.key], column.kind) in foot
