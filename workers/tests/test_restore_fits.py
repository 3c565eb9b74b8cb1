"""A backup goes back only where it can be read, and the ledger is looked at when it has."""

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from backoffice.payments.models import Payment
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.backup import parts, postgresql, sqlite
from backoffice.shared.backup.make import back_up
from backoffice.shared.backup.restore import restore
from backoffice.shared.models import Counter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_english(settings, tmp_path):
    settings.BACKUPS = replace(settings.BACKUPS, folder=tmp_path / "backups", key="")
    with translation.override("en"):
        yield


def backed_up(monkeypatch, **said):
    """A backup of a centre with one payment that says other things of its database than are true."""
    make_payment()
    database = postgresql if connection.vendor == "postgresql" else sqlite
    dump = database.dump
    with monkeypatch.context() as patched:
        patched.setattr(database, "dump", lambda *given: replace(dump(*given), **said))
        return back_up().path


def refused(path):
    """What `restore` says; the centre is as it was."""
    name = str(connection.settings_dict["NAME"])
    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(path), "--replace", "--yes")
    assert connection.settings_dict["NAME"] == name
    assert Payment.objects.count() == 1
    return str(refusal.value)


def test_a_backup_of_another_kind_of_database_is_refused(monkeypatch):
    other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
    words = refused(backed_up(monkeypatch, vendor=other))
    assert words == f"This is a backup of {other}; the database here is {connection.vendor}."


def test_a_backup_with_migrations_that_nobody_here_knows_is_refused_and_names_them(monkeypatch):
    words = refused(backed_up(monkeypatch, migrations=["payments.0001_initial", "payments.0999_of_tomorrow"]))
    assert words == ("This backup was made by a newer release (payments.0999_of_tomorrow): install that release first.")


def test_a_backup_in_a_later_form_is_refused(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(parts, "FORMAT", parts.FORMAT + 1)
        path = backed_up(patched)
    assert refused(path) == f"This backup was made by a newer release ({parts.FORMAT + 1}): install that release first."


@pytest.mark.postgres
def test_a_backup_of_a_newer_server_is_refused(monkeypatch):
    words = refused(backed_up(monkeypatch, server="99.1"))
    assert words == (
        "This backup comes from a newer server (PostgreSQL 99.1): restore it into one that is at least as new."
    )


@pytest.mark.postgres
def test_a_dump_of_a_newer_program_is_refused_and_says_what_to_install(monkeypatch):
    words = refused(backed_up(monkeypatch, program="pg_dump 99.1"))
    assert words.startswith("This backup was written by pg_dump 99.1, but pg_restore here is of version ")
    assert words.endswith("install postgresql-client-99 (Debian's name).")


def test_a_backup_of_an_older_release_is_taken(monkeypatch):
    path = backed_up(monkeypatch, migrations=["payments.0001_initial"])
    restored = restore(path, key="", replacing=str(connection.settings_dict["NAME"]))
    assert restored.differing == []
    assert Payment.objects.count() == 1


def restored_into_nothing(path):
    TransactionTestCase._fixture_teardown(None)
    said = io.StringIO()
    call_command("restore", str(path), stdout=said)
    return said.getvalue()


def test_a_restore_into_an_empty_database_checks_the_ledger(monkeypatch):
    said = restored_into_nothing(backed_up(monkeypatch))
    assert said.rstrip().endswith("The ledger adds up: seats, payments, refunds, receipts and sessions.")


def test_a_ledger_that_did_not_add_up_is_said_after_the_restore(monkeypatch):
    make_payment()
    Counter.objects.filter(key__startswith="receipt:").update(value=5)
    path = back_up().path
    with pytest.raises(CommandError, match=r"\d+ rows of the ledger differ"):
        restored_into_nothing(path)
