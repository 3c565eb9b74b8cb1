"""What the trail tells of reports stands on its pages in Arabic, to the last key."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from backoffice.shared.history import readable
from backoffice.shared.models import AuditEntry
from backoffice.users.services import make_claim_code
from backoffice.users.tests.makers import make_parent, manager
from reports.registry import reports
from reports.sending.due import make_due
from reports.services import change_schedule, save_view
from reports.trail import record_download

from .exports import asked, make_owing
from .makers import LOCMEM, accountant, make_report_schedule, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password_just_typed")]


def test_each_key_of_an_entry_has_its_word(client, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.MAIL_SERVER, settings.DEFAULT_FROM_EMAIL = LOCMEM, "reports@oasis.example"
    make_owing()
    reader, boss = accountant(), manager()
    client.force_login(reader)
    record_download(asked(monkeypatch, reader), by=reader)
    b"".join(client.get(reverse("report-file", args=["receivables", "csv"])).streaming_content)
    save_view(reports()["receivables"], name="عرض", filters="standing=", by=reader)
    schedule = make_report_schedule(reader)
    with django_capture_on_commit_callbacks(execute=True):
        assert make_due(schedule.begins_on.replace(year=2026, month=3))["reports"] == 1
    other = accountant(email="other@example.org")
    change_schedule(schedule.pk, plan=plan(reader, other), by=boss)
    make_claim_code(make_parent().user.pk, by=boss)
    entries = AuditEntry.objects.filter(model__in=["reports.report", "reports.savedview", "reports.reportschedule"])
    found = list(entries) + list(AuditEntry.objects.filter(changes__has_key="claim_code"))
    keys = {key for entry in found for key in entry.changes}
    assert {"rows", "filters", "format", "export", "recipients", "business_day", "made_by", "claim_code"} <= keys
    with translation.override("ar"):
        labels = {change.label for row in readable(found) for change in row.changes}
    assert {label for label in labels if re.search("[A-Za-z]", label)} == set()
