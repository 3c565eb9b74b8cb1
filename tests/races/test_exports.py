"""Two workers with one export, one person with many: one file, three at most; and what claim and lock are for."""

import time
from contextlib import nullcontext

import pytest
from django.db.models import QuerySet

from backoffice.shared.models import AuditEntry
from backoffice.users.tests.makers import huda
from reports.exporting import asking, running
from reports.models import Export
from reports.tests.exports import ask, asked, make_owing, now

from .harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def made_by_two(monkeypatch, meet):
    """How often its rows were written, and what became of it."""
    make_owing()
    export, began, write = asked(monkeypatch, huda()), [], running.written

    def written(*what):
        began.append(what)
        meet()
        return write(*what)

    monkeypatch.setattr(running, "written", written)
    outcome = at_once([lambda: running.run_export(str(export.pk))] * 2)
    assert outcome.failed == []
    return len(began), now(export)


def test_of_two_workers_one_makes_an_export(monkeypatch):
    began, export = made_by_two(monkeypatch, lambda: time.sleep(0.5))
    assert (began, export.status, export.attempts) == (1, "done", 1)
    assert AuditEntry.objects.filter(action="export").count() == 1


def test_without_the_claim_both_take_it_and_one_alone_ends_it(monkeypatch):
    monkeypatch.setattr(running, "claim", lambda _number, **_of: nullcontext(True))
    # Both meet with it in hand; who began first may find before its first row that it is the other's now.
    meeting, attempt = Meeting(2), running._attempt
    monkeypatch.setattr(running, "_attempt", lambda export: (meeting.wait(), attempt(export)))
    _began, export = made_by_two(monkeypatch, lambda: None)
    assert (export.status, export.attempts) == ("done", 2)
    assert AuditEntry.objects.filter(action="export").count() == 1


def four_at_once(monkeypatch, accountant):
    monkeypatch.setattr(asking, "enqueue_on_commit", lambda *_: None)
    slugs = ("receivables", "refunds", "discounts", "courses")
    return at_once([lambda slug=slug: ask(accountant, slug=slug) for slug in slugs])


def test_of_four_that_are_asked_for_at_once_three_may_wait(monkeypatch):
    outcome = four_at_once(monkeypatch, huda())
    assert (len(outcome.done), outcome.refused, outcome.failed) == (3, ["too_many_exports"], [])


def test_without_the_persons_lock_four_wait(monkeypatch):
    accountant = huda()
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    monkeypatch.setattr(QuerySet, "count", Meeting(4).after(QuerySet.count))
    assert len(four_at_once(monkeypatch, accountant).done) == 4


def test_the_same_asked_for_in_four_tabs_is_one(monkeypatch):
    accountant = huda()
    monkeypatch.setattr(asking, "enqueue_on_commit", lambda *_: None)
    assert at_once([lambda: ask(accountant)] * 4).failed == []
    assert Export.objects.count() == 1
