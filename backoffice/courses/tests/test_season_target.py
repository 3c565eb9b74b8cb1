"""What a season should bring in: set and seen by those alone whose business it is."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from backoffice.courses.models import Season
from backoffice.courses.services import set_revenue_target
from backoffice.courses.tests.makers import make_course
from backoffice.shared.errors import DomainError
from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda, make_staff, omar

pytestmark = pytest.mark.django_db
TARGET = "654321.25"


def season_with_target():
    season = make_course().season
    return set_revenue_target(season.pk, target=Decimal(TARGET), by=huda())


def test_the_target_is_kept_with_its_entry_in_the_trail():
    season = season_with_target()
    assert Season.objects.get(pk=season.pk).revenue_target == Decimal(TARGET)
    entry = AuditEntry.objects.filter(model="courses.season", object_id=str(season.pk)).latest("at")
    assert entry.changes == {"revenue_target": [None, TARGET]}


def test_a_registrar_sets_no_target_and_nobody_one_below_zero():
    season = make_course().season
    with pytest.raises(DomainError) as refused:
        set_revenue_target(season.pk, target=Decimal(5), by=omar())
    assert refused.value.code == "target_not_yours"
    with pytest.raises(DomainError) as refused:
        set_revenue_target(season.pk, target=Decimal(-1), by=huda())
    assert (refused.value.code, refused.value.field) == ("target_negative", "target")
    with pytest.raises(IntegrityError), transaction.atomic():
        Season.objects.filter(pk=season.pk).update(revenue_target=-1)


@pytest.mark.parametrize(("group", "sees"), [("Managers", True), ("Accountants", True), ("Registrars", False)])
def test_list_page_trail_and_report_show_the_target_to_who_may_see_it(client, group, sees):
    season = season_with_target()
    client.force_login(make_staff(group))
    pages = [
        reverse("admin:courses_season_changelist"),
        reverse("admin:courses_season_change", args=[season.pk]),
        reverse("admin:courses_season_history", args=[season.pk]),
        reverse("report", args=["seasons"]),
        reverse("report-file", args=["seasons", "csv"]),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        said = answer.getvalue().decode("utf-8-sig").replace(",", "").replace("٬", "")
        assert (TARGET in said) is sees, page


def test_a_form_that_is_saved_leaves_the_target_alone(client):
    season = season_with_target()
    client.force_login(omar())
    fields = {
        "name": "موسم آخر", "type": season.type, "is_active": "on", "revenue_target": "1", "target": "1",
        "start_date": f"{season.start_date:%Y-%m-%d}",
        "end_date": f"{season.end_date:%Y-%m-%d}" if season.end_date else "",
    }  # fmt: skip
    assert client.post(reverse("admin:courses_season_change", args=[season.pk]), fields).status_code == 302
    season.refresh_from_db()
    assert (season.name, season.revenue_target) == ("موسم آخر", Decimal(TARGET))


def test_the_dialog_takes_any_spelling_and_an_empty_field_takes_the_target_away(client):
    season = season_with_target()
    client.force_login(huda())
    page = reverse("admin:courses_season_set_target", args=[season.pk])
    for typed, kept in (("١٢٠٠٠٠", Decimal(120_000)), ("", None)):
        assert "HX-Redirect" in client.post(page, {"_form_submitted": "on", "target": typed}).headers
        season.refresh_from_db()
        assert season.revenue_target == kept
