"""A backup is made whole or not at all, and what is restored is the centre that was backed up."""

import datetime as dt
import errno
from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TransactionTestCase

from backoffice.config.backups import backups_from
from backoffice.payments.models import Payment
from backoffice.payments.tests.makers import make_payment
from backoffice.shared.backup import plain, retention, sqlite
from backoffice.shared.backup.make import back_up, back_up_nightly
from backoffice.shared.backup.names import Backup, last_backup, name_at
from backoffice.shared.dates import CAIRO
from backoffice.shared.environment import environment
from backoffice.shared.errors import DomainError
from backoffice.users.models import CustomUser

KEY = "correct horse battery staple"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BACKUPS = replace(settings.BACKUPS, folder=tmp_path / "backups", key="")
    return tmp_path / "backups"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "encrypted"])
def test_what_is_restored_into_an_empty_database_is_what_was_there(settings, key):
    settings.BACKUPS = replace(settings.BACKUPS, key=key)
    payment = make_payment()
    public = storages["default"].save("pictures/one.jpg", ContentFile(b"public"))
    private = storages["private"].save("scans/one.jpg", ContentFile(b"private"))
    made = back_up()
    assert made.encrypted is bool(key)
    assert (b"private" in made.path.read_bytes()) is not bool(key)

    TransactionTestCase._fixture_teardown(None)
    storages["default"].delete(public)
    storages["private"].delete(private)
    assert not CustomUser.objects.exists()

    call_command("restore", str(made.path))
    assert Payment.objects.get().amount == payment.amount
    assert storages["default"].open(public).read() == b"public"
    assert storages["private"].open(private).read() == b"private"
    storages["default"].delete(public)
    storages["private"].delete(private)


@pytest.mark.django_db(transaction=True)
def test_a_centre_is_only_replaced_by_its_name(monkeypatch):
    make_payment()
    made = back_up()
    with pytest.raises(CommandError):
        call_command("restore", str(made.path))
    monkeypatch.setattr("builtins.input", lambda: "another")
    with pytest.raises(CommandError):
        call_command("restore", str(made.path), "--replace")
    monkeypatch.setattr("builtins.input", lambda: str(connection.settings_dict["NAME"]))
    call_command("restore", str(made.path), "--replace")
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_no_half_file_and_earlier_backups_alone(monkeypatch, folder):
    folder.mkdir()
    earlier = folder / name_at(dt.datetime(2026, 1, 1, tzinfo=CAIRO))
    earlier.write_bytes(b"earlier")

    def full(_self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(plain.PlainWriter, "write", full)
    with pytest.raises(DomainError) as refused:
        back_up()
    assert refused.value.code == "backup_disk_full"
    assert {path.name for path in folder.iterdir()} == {".lock", earlier.name}
    assert earlier.read_bytes() == b"earlier"


@pytest.mark.django_db(transaction=True)
def test_the_last_backup_is_the_one_just_made():
    assert last_backup() is None
    made = back_up()
    assert last_backup() == made
    assert made.looks_whole


@pytest.mark.django_db(transaction=True)
def test_the_night_deletes_what_is_too_old_and_nothing_that_is_not_ours(settings, folder):
    settings.BACKUPS = replace(settings.BACKUPS, keep={"daily": 1, "weekly": 1, "monthly": 1})
    folder.mkdir()
    old = folder / name_at(dt.datetime(2026, 1, 1, tzinfo=CAIRO))
    # As a whole one looks from outside: the end of an archive.
    old.write_bytes(back_up().path.read_bytes())
    (folder / "notes.txt").write_text("ours to keep")
    assert back_up_nightly()["forgotten"] >= 1
    assert not old.exists()
    assert (folder / "notes.txt").exists()
    assert last_backup() is not None


def test_over_a_year_days_weeks_and_months_are_kept(folder):
    keep = {"daily": 7, "weekly": 4, "monthly": 12}
    first, there = dt.datetime(2026, 1, 1, 2, 30, tzinfo=CAIRO), []
    for day in range(400):
        moment = first + dt.timedelta(days=day)
        there.insert(0, Backup(folder / name_at(moment), moment, 1, encrypted=False, looks_whole=True))
        gone = {one.path for one in retention.too_old(there, keep)}
        there = [one for one in there if one.path not in gone]
        assert there[0].made_at == moment
        assert len(there) <= 23
    days = {one.made_at.date() for one in there}
    last = there[0].made_at.date()
    assert {last - dt.timedelta(days=back) for back in range(7)} <= days
    assert len({(day.year, day.month) for day in days}) == 12


@pytest.mark.django_db
def test_a_backup_inside_a_transaction_is_refused_and_never_hangs(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's dump waits for nobody who only writes rows")
    make_payment()
    monkeypatch.setattr(sqlite, "_PATIENCE", 0.2)
    with pytest.raises(DomainError) as refused:
        back_up()
    assert refused.value.code == "backup_busy"


def test_a_key_that_stands_in_a_file_is_the_key(tmp_path, monkeypatch):
    file = tmp_path / "key"
    file.write_text("a key of more than twenty characters\n")
    monkeypatch.setenv("BACKUP_KEY_FILE", str(file))
    assert backups_from(environment(tmp_path), tmp_path).key == "a key of more than twenty characters"
