"""A family's account is spent once, and one transfer over several places waits for nobody in a circle."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError

from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.querysets import EnrollmentQuerySet
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.ledger import check_ledger
from backoffice.payments.selectors import balance_of
from backoffice.payments.selectors.pots import credit_of, payments_of, with_share
from backoffice.payments.services import credits, record_credit, record_split, split, use_credit
from backoffice.users.tests.makers import make_child, make_parent
from tests.races.harness import Meeting, at_once, take_lock_out

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


def clicking_twice():
    family, (place, _other), _calls = spending_twice()
    return family, [lambda: use_credit(place.pk, amount=Decimal(40), by=None, idempotency_key="click")] * 2


def test_the_same_key_twice_at_once_moves_once():
    family, calls = clicking_twice()
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert len({row.pk for rows in outcome.done for row in rows}) == 1
    assert credit_of(family) == 60


def test_the_same_key_twice_at_once_moves_once_even_past_the_places_lock(monkeypatch):
    family, calls = clicking_twice()
    take_lock_out(monkeypatch, EnrollmentQuerySet, Meeting(2).wait)
    outcome = at_once(calls)
    assert (outcome.refused, outcome.failed) == ([], [])
    assert credit_of(family) == 60


def test_without_looking_again_the_second_click_is_an_error_on_the_screen(monkeypatch):
    _family, calls = clicking_twice()
    take_lock_out(monkeypatch, EnrollmentQuerySet, Meeting(2).wait)
    monkeypatch.setattr(credits, "_moved_before", lambda what: [])
    outcome = at_once(calls)
    assert len(outcome.done) == 1
    assert isinstance(outcome.failed[0], IntegrityError)


def test_without_the_key_two_clicks_move_twice():
    family, (place, _other), _calls = spending_twice()
    at_once([lambda: use_credit(place.pk, amount=Decimal(40), by=None)] * 2)
    assert credit_of(family) == 20


def test_two_transfers_over_the_same_places_in_opposite_order_are_both_recorded():
    _family, places = two_places_of_one_family()
    ids = [place.pk for place in places]

    def split(order):
        return record_split([(pk, Decimal(10)) for pk in order], method="other", by=None)

    outcome = at_once([lambda order=order: split(order) for order in (ids, ids[::-1]) * 5])
    assert (len(outcome.done), outcome.refused, outcome.failed) == (10, [], [])
    assert [balance_of(place).paid for place in places] == [100, 100]
    assert faults() == []


def test_places_that_are_locked_as_they_come_are_a_deadlock(monkeypatch):
    _family, places = two_places_of_one_family()
    ids = [place.pk for place in places]
    monkeypatch.setattr(split, "sorted", list, raising=False)
    monkeypatch.setattr(EnrollmentQuerySet, "lock", Meeting(2).after(EnrollmentQuerySet.lock))
    outcome = at_once(
        [
            lambda order=order: record_split([(pk, Decimal(10)) for pk in order], method="other", by=None)
            for order in (ids, ids[::-1])
        ]
    )
    assert any(isinstance(error, OperationalError) and "deadlock" in str(error) for error in outcome.failed)
