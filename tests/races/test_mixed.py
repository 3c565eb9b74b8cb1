"""Eight people do anything at all at the same moment: nobody waits for nobody, and the ledger adds up."""

import os
from decimal import Decimal
from typing import ClassVar

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.enrollments.models import Enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.services import receipts
from tests.races.mixed import Busy

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
# The 10,000 take minutes: MIXED_OPERATIONS=10000.
OPERATIONS = int(os.environ.get("MIXED_OPERATIONS", "1000"))
SEED = int(os.environ.get("MIXED_SEED", "2026"))


@pytest.fixture(autouse=True)
def short_offers(settings):
    """An offer from the waiting list is kept for a second or two; a large refund is one above 50 EGP."""
    settings.WAITING_LIST_OFFER_HOURS = 1.5 / 3600
    settings.REFUND_NEEDS_MANAGER_ABOVE = Decimal(50)


def test_random_operations_of_eight_threads_end_without_a_deadlock_and_with_a_clean_ledger():
    busy = Busy(SEED)
    busy.work(OPERATIONS)
    print(f"\ndone {sum(busy.done.values())}: {dict(busy.done)}\nrefused: {dict(busy.refused)}")  # noqa: T201
    assert busy.failed == []
    assert list(check_ledger()) == []
    if OPERATIONS >= 5000:
        assert set(busy.WEIGHTS) - set(busy.done) == set(), "each step was done at least once"
    for course in Course.objects.all():
        assert Enrollment.objects.of_course(course).holding_seat().count() == course.enrolled_count
        assert course.enrolled_count <= course.capacity + course.overbooked


class OutOfOrder(Busy):
    """The twin: half of the payments don't keep to the order of docs/locking.md."""

    WEIGHTS: ClassVar[dict[str, int]] = {"ask": 2, "accept": 2, "pay": 10}

    def pay(self, chance, key=None):
        with transaction.atomic():
            if chance.random() < 0.5:
                receipts.next_number("receipt", timezone.localdate().year)
            return super().pay(chance)

    def _amount(self, chance):
        return Decimal("0.01")


def test_a_counter_that_is_taken_first_is_a_deadlock():
    busy = OutOfOrder(SEED)
    del busy.courses[1:]
    busy.work(2000, until_failed=True)
    assert any(isinstance(error, OperationalError) and "deadlock" in str(error) for _step, error in busy.failed)
