"""Exports for tests: a report of three rows that counts as long."""

from decimal import Decimal

from django.http import QueryDict
from django.utils import translation

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from reports import exporting
from reports.exporting import asking
from reports.models import Export
from reports.registry import reports


def make_owing(count=3):
    """So many places that owe their price."""
    course = make_course(name="نور البيان", price=Decimal("2000.50"), capacity=max(count, 20))
    for _ in range(count):
        make_enrollment(course)


def ask(by, slug="receivables", kind="csv", address=""):
    """The export as a page asks for it; nothing is queued."""
    report = reports()[slug]
    filters = report.filters.read(QueryDict(address))
    assert filters.is_valid()
    with translation.override("ar"):
        return exporting.ask(report, kind, filters, by=by)


def asked(monkeypatch, by, **how):
    """An export that waits, for the queue of the tests would make it at once."""
    monkeypatch.setattr(asking, "enqueue_on_commit", lambda *_: None)
    return ask(by, **how)


def now(export):
    """The export as it stands."""
    return Export.objects.get(pk=export.pk)
