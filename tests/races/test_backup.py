"""A backup is of one moment, whoever pays while it is made."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, connections

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment, Receipt
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.backup import postgresql
from backoffice.shared.backup.databases import counts_now
from backoffice.shared.backup.make import back_up
from backoffice.shared.backup.restore import restore

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CASHIERS, PAYMENTS_EACH = 3, 400


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BACKUPS = replace(settings.BACKUPS, folder=tmp_path / "backups", key="")


class Cashiers:
    """Threads that take a pound after the other until they are told to stop."""

    def __init__(self):
        self.places = [make_enrollment() for _ in range(CASHIERS)]
        self.failed = []
        self.taken = 0
        self._stop, self._one_more = threading.Event(), threading.Condition()
        self._threads = [threading.Thread(target=self._work, args=(place,)) for place in self.places]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.wait_for_more()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert self.failed == []

    def wait_for_more(self, more=CASHIERS):
        """Until so many payments more are committed."""
        with self._one_more:
            wanted = self.taken + more
            assert self._one_more.wait_for(lambda: self.taken >= wanted or self.failed, timeout=60)

    def _work(self, place):
        try:
            for _ in range(PAYMENTS_EACH):
                if self._stop.is_set():
                    return
                make_payment(place, amount=1)
                with self._one_more:
                    self.taken += 1
                    self._one_more.notify_all()
        except Exception as error:
            self.failed.append(error)
        finally:
            connections.close_all()


def backed_up_while_people_pay():
    """A backup; how many payments there were before it began, and when it was done."""
    with Cashiers() as cashiers:
        before = Payment.objects.count()
        made = back_up()
        cashiers.wait_for_more()
        after = Payment.objects.count()
    return made.path, before, after


def put_back(path):
    return restore(path, key="", replacing=str(connection.settings_dict["NAME"]))


def test_payments_during_a_backup_are_in_it_whole_or_not_at_all():
    path, before, after = backed_up_while_people_pay()
    restored = put_back(path)
    assert restored.differing == []
    assert before <= Payment.objects.count() < after
    assert Receipt.objects.count() == Payment.objects.count()
    assert [str(one) for one in check_ledger()] == []
    # The receipts' numbers go on where they stood: none is missing, none comes twice.
    make_payment()
    assert [str(one) for one in check_ledger()] == []


def test_without_the_one_moment_dump_and_counts_differ(monkeypatch):
    counted = []

    def counted_by_itself(_cursor, tables):
        # As a connection of its own sees it, after somebody has paid.
        counted.append(make_payment())
        return counts_now(tables)

    monkeypatch.setattr(postgresql, "counted", counted_by_itself)
    path, _before, _after = backed_up_while_people_pay()
    differing = {table for table, _held, _found in put_back(path).differing}
    assert counted
    assert {"payments_payment", "payments_receipt"} <= differing
