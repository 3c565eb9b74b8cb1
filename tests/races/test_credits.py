"""A family's account is spent once, and one transfer over several places waits for nobody in a circle."""

from decimal import Decimal

import pytest

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.selectors import balance_of
from backoffice.payments.selectors.pots import credit_of, payments_of, with_share
from backoffice.payments.services import credits, record_credit, record_split, use_credit
from backoffice.users.tests.makers import make_child, make_parent
from tests.races.harness import Meeting, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def faults():
    return sorted({difference.code for difference in check_ledger()})


def two_places_of_one_family():
    family = make_parent()
    return family, [make_enrollment(make_course(), child=make_child(family)) for _ in range(2)]


def spending_twice():
    """One hundred pounds on the account, and each place wants all of it."""
    family, places = two_places_of_one_family()
    record_credit(family, amount=Decimal(100), method="other", why="وصل بعد فوات المقعد", by=None)
    return family, places, [lambda one=one: use_credit(one.pk, amount=Decimal(100), by=None) for one in places]


def test_one_credit_for_two_places_at_once_pays_for_one():
    family, places, calls = spending_twice()
    outcome = at_once(calls)
    assert (len(outcome.done), outcome.refused, outcome.failed) == (1, ["not_enough_credit"], [])
    assert credit_of(family) == 0
    assert sorted(balance_of(place).paid for place in places) == [0, 100]
    assert faults() == []


def test_without_the_payments_lock_one_credit_is_spent_twice(monkeypatch):
    _family, places, calls = spending_twice()
    meeting = Meeting(2)

    def read(source, family):
        rows = list(with_share(payments_of(family), source).filter(share__gt=0))
        meeting.wait()
        return rows

    monkeypatch.setattr(credits, "lock_holding", read)
    assert len(at_once(calls).done) == 2
    assert [balance_of(place).paid for place in places] == [100, 100]
    assert faults() != []


def test_the_same_key_twice_at_once_moves_once():
    family, (place, _other), _calls = spending_twice()
    click = lambda: use_credit(place.pk, amount=Decimal(40), by=None, idempotency_key="click")  # noqa: E731
    outcome = at_once([click, click, click])
    assert (outcome.refused, outcome.failed) == ([], [])
    assert len({row.pk for rows in outcome.done for row in rows}) == 1
    assert credit_of(family) == 60


def test_two_transfers_over_the_same_places_in_opposite_order_are_both_recorded():
    _family, places = two_places_of_one_family()
    ids = [place.pk for place in places]

    def split(order):
        return record_split([(pk, Decimal(10)) for pk in order], method="other", by=None)

    outcome = at_once([lambda order=order: split(order) for order in (ids, ids[::-1]) * 5])
    assert (len(outcome.done), outcome.refused, outcome.failed) == (10, [], [])
    assert [balance_of(place).paid for place in places] == [100, 100]
    assert faults() == []
