"""A name that changes while money is being recorded: the payment is found by the new one at once."""

import threading

import pytest
from django.contrib import admin
from django.db import connection, transaction

from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.models import Payment
from backoffice.payments.search import search_payments
from backoffice.payments.tests.makers import make_payment
from tests.races.harness import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

# How long the first waits for the second, which with the lock in place doesn't come.
PATIENCE = 1.0


def found_by(name):
    columns = admin.site._registry[Payment].search_fields
    return search_payments(Payment.objects.all(), name, columns).count()


def race(first, second):
    """The second begins when the first is done but not committed, and the first commits when the second is done."""
    begun, done = threading.Event(), threading.Event()

    def holds():
        with transaction.atomic():
            first()
            begun.set()
            done.wait(PATIENCE)

    def comes():
        begun.wait(10)
        second()
        done.set()

    outcome = at_once([holds, comes])
    assert outcome.failed == []


@pytest.fixture
def family():
    """A place nothing was paid for yet; how to pay for it, and how to rename its child."""
    place = make_enrollment()

    def rename():
        place.child.name = "اسم جديد"
        place.child.save()

    return lambda: make_payment(place), rename


@pytest.fixture
def without():
    """Take a line out of a function of the database, for one test."""
    originals = []

    def take_out(function, line, instead):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
            [(text,)] = cursor.fetchall()
            assert line in text
            originals.append(text)
            cursor.execute(text.replace(line, instead))

    yield take_out
    with connection.cursor() as cursor:
        for text in originals:
            cursor.execute(text)


def test_a_name_that_changes_during_the_first_payment_is_the_one_it_is_found_by(family):
    pay, rename = family
    race(pay, rename)
    assert found_by("اسم جديد") == 1


def test_a_payment_during_the_change_of_a_name_is_found_by_it_and_waits_for_nothing(family):
    pay, rename = family
    race(rename, pay)
    assert found_by("اسم جديد") == 1
    assert Payment.objects.get().party_id is None


def test_without_the_person_s_lock_the_first_payment_keeps_the_old_name(family, without):
    pay, rename = family
    without("payments_party_renamed", "PERFORM pg_advisory_xact_lock(7007, hashtext(renamed::text) & 255);", "")
    race(pay, rename)
    assert found_by("اسم جديد") == 0


def test_without_the_person_s_lock_a_payment_during_the_change_keeps_the_old_name(family, without):
    pay, rename = family
    without("payments_new_party", "IF NOT (pg_try", "IF FALSE AND NOT (pg_try")
    race(rename, pay)
    assert found_by("اسم جديد") == 0
