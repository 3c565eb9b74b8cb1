"""Ten queries at most for each page of the reports, for everybody who may open it, with saved views and without."""

import itertools
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.config import roles
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import make_payment
from backoffice.users.tests.makers import make_staff
from reports.registry import reports
from reports.services import save_view

from .makers import accountant, make_report_schedule
from .test_permissions import SEEN

pytestmark = pytest.mark.django_db

MOST = 10
PAIRS = sorted((slug, role) for slug, seen_by in SEEN.items() for role in seen_by)
ROLES = [role for role in (roles.MANAGERS, *roles.TABLE) if any(role in seen_by for seen_by in SEEN.values())]


_numbers = itertools.count(1)


def add_rows():
    course = make_course(name="نور البيان", price=Decimal("2000.50"))
    for _ in range(3):
        make_payment(make_enrollment(course), amount=Decimal("1250.00"), method="card")


def add_views(user, slug):
    """Of one's own and of a colleague's, for oneself and for the group."""
    (group,) = user.groups.all()
    colleague = make_staff(group.name)
    for owner in (user, colleague):
        for shared in (None, group):
            save_view(reports()[slug], name=f"عرض {next(_numbers)}", filters="", group=shared, by=owner)


def queries_of(client, address, **asked):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, asked)
    assert response.status_code == 200
    return len(queries)


@pytest.mark.parametrize(("slug", "role"), PAIRS)
def test_a_report_asks_ten_times_at_most_for_each_role_however_many_rows_and_views_it_has(client, slug, role):
    user, address = make_staff(role), reverse("report", args=[slug])
    client.force_login(user)
    add_rows()
    add_views(user, slug)
    client.get(address)
    counts = []
    for _round in range(2):
        counts.append([queries_of(client, address, **asked) for asked in ({}, {"part": "totals"})])
        add_rows()
        add_views(user, slug)
    assert all(later <= first <= MOST for first, later in zip(*counts, strict=True)), counts


@pytest.mark.parametrize("slug", sorted(SEEN))
def test_to_look_at_a_report_writes_nothing(client, slug):
    user, address = make_staff(roles.MANAGERS), reverse("report", args=[slug])
    client.force_login(user)
    add_rows()
    add_views(user, slug)
    for asked in ({}, {"page": 1}, {"part": "totals"}):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, asked).status_code == 200
        asked_for = [one["sql"].split()[0].upper() for one in queries]
        assert "SELECT" in asked_for
        assert not {"INSERT", "UPDATE", "DELETE"} & set(asked_for), asked


@pytest.mark.parametrize("role", ROLES)
def test_the_other_pages_of_reports_ask_ten_times_at_most(client, role):
    user = make_staff(role)
    client.force_login(user)
    slug = next(slug for slug, seen_by in SEEN.items() if role in seen_by)
    view = save_view(reports()[slug], name="عرض", filters="", group=Group.objects.get(name=role), by=user)
    pages = [reverse("reports"), reverse("report-exports"), reverse("report-save", args=[slug])]
    pages += [reverse(name, args=[view.pk]) for name in ("report-view", "report-view-delete")]
    if role == roles.MANAGERS:
        schedules = [make_report_schedule(accountant(email=f"{number}@example.org")) for number in range(3)]
        pages += [reverse("report-schedules"), reverse("report-schedule-add", args=[slug])]
        for name in ("report-schedule", "report-schedule-change", "report-schedule-delete"):
            pages.append(reverse(name, args=[schedules[0].pk]))
    client.get(pages[0])
    counts = {page: queries_of(client, page) for page in pages}
    assert max(counts.values()) <= MOST, counts
