"""Killed at every step: a family's account, further ways to a seat, what it costs, and differences of a drawer."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments.models import Enrollment, EnrollmentRequest, PriceChange
from backoffice.enrollments.services import drop_enrollment
from backoffice.enrollments.tests.makers import make_enrollment, make_request
from backoffice.payments.models import AccountTask, Payment, Receipt
from backoffice.payments.selectors import balance_of
from backoffice.payments.selectors.pots import credit_of, family_of
from backoffice.payments.services import close_cash_session, explain_difference, record_credit
from backoffice.payments.tests.makers import make_payment, open_session
from backoffice.users.tests.makers import huda, karima, make_child, make_parent, manager, omar
from tests.crash.harness import faults, killed_at_every_step, kills
from tests.crash.runner import ANSWER

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


# A family's account.
def test_money_for_no_place(runner):
    family, cashier = make_parent(), karima()
    session = open_session(cashier)
    life = killed_at_every_step(runner, "credit", parent=family.pk, by=cashier.pk, key="click")
    payment = session.payments.get()
    assert life.word("acknowledged") == str(payment.pk)
    assert (payment.receipt.serial, credit_of(family), AccountTask.objects.open().count()) == (1, 100, 1)


def test_a_place_that_is_paid_out_of_the_account_with_two_payments(runner):
    place = make_enrollment()
    for _ in range(2):
        record_credit(family_of(place), amount=Decimal(100), method="other", why="بعد الامتلاء", by=None)
    said = {"enrollment": place.pk, "by": karima().pk, "key": "click", "amount": 150}
    killed_at_every_step(runner, "use_credit", **said)
    assert (balance_of(place).paid, credit_of(family_of(place))) == (150, 50)
    assert AccountTask.objects.open().count() == 1


def test_money_of_a_place_that_goes_to_the_account(runner):
    place = make_payment().enrollment
    said = {"enrollment": place.pk, "by": karima().pk, "key": "click", "amount": 60}
    killed_at_every_step(runner, "release", **said)
    assert (balance_of(place).paid, credit_of(family_of(place))) == (40, 60)


def test_one_transfer_over_two_places(runner):
    family = make_parent()
    places = [make_enrollment(child=make_child(family)) for _ in range(2)]
    ids = [str(place.pk) for place in places]
    killed_at_every_step(runner, "split", enrollments=ids, by=karima().pk, key="click")
    assert [balance_of(place).paid for place in places] == [100, 100]
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == [1, 2]


# Further ways to a seat.
def test_the_offices_own_button(runner):
    course = make_course(capacity=1)
    said = {"course": course.pk, "child": make_child().pk, "by": omar().pk}
    killed_at_every_step(runner, "enrol", again="has_place_already", **said)
    assert (EnrollmentRequest.objects.get().status, Enrollment.objects.get().status) == ("accepted", "active")


def test_a_place_that_is_given_back(runner):
    place = make_enrollment(make_course(capacity=1))
    drop_enrollment(place.pk, by=None, reason="سفر")
    killed_at_every_step(runner, "reactivate", again="illegal_step", enrollment=place.pk, by=omar().pk)
    assert (Enrollment.objects.get().status, Course.objects.get().enrolled_count) == ("active", 1)


def test_a_move_with_its_money_to_a_cheaper_course(runner):
    """The old seat is offered, what the new place doesn't cost lies on the account."""
    place = make_enrollment(make_course(capacity=1))
    make_payment(place, amount=Decimal(300))
    waiting = make_request(place.course)
    other = make_course(capacity=1, price=Decimal(200))
    said = {"enrollment": place.pk, "course": other.pk, "by": omar().pk}
    killed_at_every_step(runner, "transfer", again="illegal_step", **said)
    assert (balance_of(Enrollment.objects.get(course=other)).paid, credit_of(family_of(place))) == (200, 100)
    assert EnrollmentRequest.objects.get(pk=waiting.pk).called_at


def test_a_price_that_changes(runner):
    place = make_enrollment()
    killed_at_every_step(runner, "change_price", enrollment=place.pk, by=manager().pk, key="click")
    assert PriceChange.objects.get().amount == -50


def test_offers_that_lapse_in_two_courses(runner):
    """Each course is a piece of its own: its offer ended, its money kept and its next one called, or nothing of it."""
    queues = [overdue(), overdue()]
    seen = set()
    for step in kills(runner, "sweep"):
        ended = [piece_of(*queue) for queue in queues]
        assert faults() == []
        seen.add(sum(ended))
        if step == ANSWER:
            assert ended == [True, True]
    assert seen == {0, 1, 2}
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == [1, 2]


def overdue():
    """A freed seat, offered for too long to the first of two, whose sheet says that money was paid."""
    place = make_enrollment(make_course(capacity=1))
    late, following = make_request(place.course), make_request(place.course)
    drop_enrollment(place.pk, by=None, reason="سفر")
    over = timezone.now() - dt.timedelta(hours=25)
    rows = EnrollmentRequest.objects.filter(pk=late.pk)
    rows.update(called_at=over, paid_before=Decimal(50), payment_method="other")
    return late, following


def piece_of(late, following):
    """Whether the sweep was here; wholly or not at all."""
    late.refresh_from_db()
    following.refresh_from_db()
    kept = Payment.objects.filter(idempotency_key=f"request:{late.pk}").exists()
    state = (late.status, following.status, following.called_at is not None, kept)
    assert state in (("pending", "waitlisted", False, False), ("expired", "pending", True, True))
    return kept


# A drawer's difference.
@pytest.fixture
def differing():
    session = open_session(karima())
    close_cash_session(session.pk, counted=Decimal(190), by=session.cashier)
    return session


def test_a_difference_that_is_explained(runner, differing):
    said = {"session": differing.pk, "by": differing.cashier_id}
    killed_at_every_step(runner, "explain", again="difference_explained", **said)
    differing.refresh_from_db()
    assert differing.difference_reason


def test_a_difference_that_is_confirmed(runner, differing):
    explain_difference(differing.pk, reason="فكة", by=differing.cashier)
    killed_at_every_step(runner, "confirm", again="nothing_to_confirm", session=differing.pk, by=huda().pk)
    differing.refresh_from_db()
    assert differing.confirmed_at
