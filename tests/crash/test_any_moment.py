"""Killed from outside, at any moment of a day's work: what was told is there, and the day can go on."""

import random

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, PriceChange
from backoffice.enrollments.tests.makers import make_request
from backoffice.payments.models import Allocation, Payment, Receipt, RefundRequest
from backoffice.payments.tests.makers import open_session
from backoffice.users.tests.makers import huda, karima, manager
from tests.crash.harness import KILLED, faults

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DEATHS = 8


STEPS = {
    "accept": Enrollment.objects.all(),
    "pay": Payment.objects.filter(receipt__isnull=False),
    "change_price": PriceChange.objects.all(),
    "release": Allocation.objects.filter(target=None),
    "use_credit": Allocation.objects.filter(source=None),
    "ask": RefundRequest.objects.all(),
    "approve": RefundRequest.objects.filter(decided_by__isnull=False),
    "process": RefundRequest.objects.filter(number__isnull=False),
}


def there(done, row):
    """Whether an acknowledged step is in the database."""
    return STEPS[done].filter(pk=row).exists()


def test_no_acknowledged_step_of_a_day_is_gone_whenever_the_process_dies(runner):
    chance, cashier, accountant, boss = random.Random(2026), karima(), huda(), manager()
    open_session(cashier)
    told = []
    for _death in range(DEATHS):
        course = make_course()
        requests = [str(make_request(course).pk) for _ in range(20)]
        said = {"requests": requests, "registrar": cashier.pk, "accountant": accountant.pk, "manager": boss.pk}
        # A whole day takes longer than this on a quick machine too: it never ends by itself.
        life = runner.run("a_day", kill_after=chance.uniform(0, 0.2), **said)
        assert life.word("refused") is None, "no step stands in the next one's way"
        assert life.exit_code == KILLED
        assert life.said, "the day began"
        told += [(words["done"], words["row"]) for words in life.said]
        assert [step for step in told if not there(*step)] == []
        assert faults() == []
    payments = sum(done == "pay" for done, _row in told)
    # A step may have been done and not told: at most the one that was under way at each death.
    assert 0 <= Payment.objects.count() - payments <= DEATHS
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == [*range(1, Payment.objects.count() + 1)]
