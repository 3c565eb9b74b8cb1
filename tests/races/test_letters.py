"""Two workers at the same letters, two mornings begun at once, two views at the limit: one effect; and twins."""

from contextlib import nullcontext

import pytest
from django.core import mail
from django.db.models import QuerySet

from backoffice.shared.dates import cairo_today
from reports.models import Letter, ReportDelivery, SavedView
from reports.registry import reports
from reports.sending import deliver as delivering
from reports.sending.deliver import deliver
from reports.sending.due import make_due
from reports.services import MOST_VIEWS, save_view
from reports.tests.makers import LOCMEM, accountant, make_report_schedule

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def delivery(settings, monkeypatch):
    """A morning that was begun; its work waits in the queue."""
    settings.MAIL_SERVER = LOCMEM
    monkeypatch.setattr("backoffice.shared.queue.async_task", lambda *_args: None)
    make_report_schedule(accountant())
    make_due(cairo_today())
    return ReportDelivery.objects.get()


def meet_before_sending(monkeypatch, meeting):
    monkeypatch.setattr(delivering, "parcel_of", meeting.after(delivering.parcel_of))


def test_of_two_workers_one_sends_the_letter(delivery, monkeypatch):
    meet_before_sending(monkeypatch, Meeting(2))
    outcome = at_once([lambda: deliver(delivery.pk)] * 2)
    assert outcome.failed == []
    assert len(mail.outbox) == 1
    assert Letter.objects.get().state == "sent"


def test_without_the_claim_both_send_it(delivery, monkeypatch):
    meet_before_sending(monkeypatch, Meeting(2))
    # Both find it due: the first attempt of the one is a moment before the other's.
    monkeypatch.setattr(delivering, "_is_due", lambda _delivery: True)
    monkeypatch.setattr(delivering, "claim", lambda _number, **_of: nullcontext(True))
    at_once([lambda: deliver(delivery.pk)] * 2)
    assert len(mail.outbox) == 2


def test_a_morning_that_is_begun_by_four_at_once_is_begun_once(settings, monkeypatch):
    settings.MAIL_SERVER = LOCMEM
    handed = []
    monkeypatch.setattr("backoffice.shared.queue.async_task", lambda *args: handed.append(args))
    make_report_schedule(accountant())
    outcome = at_once([lambda: make_due(cairo_today())["reports"]] * 4)
    assert outcome.failed == []
    assert sum(outcome.done) == len(handed) == ReportDelivery.objects.count() == 1


def at_the_limit():
    owner = accountant()
    rows = (SavedView(owner=owner, report="receivables", name=f"ع {n}") for n in range(MOST_VIEWS - 1))
    SavedView.objects.bulk_create(rows)
    return owner


def save_two(owner):
    report = reports()["receivables"]
    return at_once([lambda name=name: save_view(report, name=name, filters="", by=owner) for name in ("أ", "ب")])


def test_two_views_at_once_stay_within_the_limit():
    owner = at_the_limit()
    assert save_two(owner).refused == ["too_many_views"]
    assert SavedView.objects.count() == MOST_VIEWS


def test_without_the_owners_lock_they_pass_it(monkeypatch):
    owner, meeting = at_the_limit(), Meeting(2)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self)
    count = QuerySet.count
    monkeypatch.setattr(QuerySet, "count", meeting.after(count))
    save_two(owner)
    monkeypatch.setattr(QuerySet, "count", count)
    assert SavedView.objects.count() == MOST_VIEWS + 1
