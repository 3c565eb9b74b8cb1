"""A test with real transactions leaves the database as the migrations made it, on both databases."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError
from django.test import TransactionTestCase

from backoffice.payments.models import Payment
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.models import AuditEntry
from backoffice.users.models import CustomUser

pytestmark = pytest.mark.django_db(transaction=True)


def put_back():
    TransactionTestCase("run")._fixture_teardown()


def test_rows_are_gone_also_those_that_may_never_be_deleted():
    make_payment()
    assert AuditEntry.objects.exists()
    put_back()
    assert not any(model.objects.exists() for model in (Payment, AuditEntry, CustomUser))


def test_what_the_migrations_wrote_is_there_again_as_it_was():
    before = [list(rows.order_by("pk").values()) for rows in (Group.objects, Permission.objects)]
    through = set(Group.permissions.through.objects.values_list("group", "permission"))
    Permission.objects.first().delete()
    Group.objects.first().delete()
    Group.objects.create(name="another")
    put_back()
    assert [list(rows.order_by("pk").values()) for rows in (Group.objects, Permission.objects)] == before
    assert set(Group.permissions.through.objects.values_list("group", "permission")) == through


def test_the_guards_stand_again():
    make_payment()
    put_back()
    make_payment()
    with pytest.raises(DatabaseError):
        AuditEntry.objects.all()._raw_delete("default")
