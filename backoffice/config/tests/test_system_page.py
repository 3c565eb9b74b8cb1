"""The managers' page of the system: each part in words, and nobody else sees it."""

import datetime as dt
import platform
from dataclasses import replace

import django
import pytest
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ, Task

from backoffice.attendance.models import AttendanceCronLog, Device
from backoffice.config import system_state as module
from backoffice.config.caches import caches_from
from backoffice.config.system_state import system_state
from backoffice.shared.backup.names import name_at
from backoffice.shared.backup.sealed import MAGIC
from backoffice.shared.dates import cairo_today
from backoffice.shared.disk import Disk
from backoffice.shared.version import version
from backoffice.users.tests.makers import make_staff
from tests.sockets.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = reverse("system")


def line(title):
    (found,) = [one for section in system_state().sections for one in section.lines if one.title == title]
    return found


def test_a_manager_reads_the_versions_and_how_much_needs_attention(boss):
    page = boss.get(PAGE).content.decode()
    for one in (version(), django.get_version(), platform.python_version()):
        assert one in page
    assert connection.vendor == "sqlite" or "PostgreSQL" in page
    assert "need attention" in page
    assert reverse("system") in boss.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("group", ["Accountants", "Registrars", "Supervisors"])
def test_nobody_else_does(client, group):
    client.force_login(make_staff(group))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get(reverse("admin:index")).content.decode()


def test_its_queries_stay_few_however_much_there_is(boss):
    boss.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        boss.get(PAGE)
    for number in range(3):
        Device.objects.create(name=f"Door {number}", last_seen_at=timezone.now())
        AttendanceCronLog.objects.create(
            job="backup", business_day=dt.date(2026, 1, 1 + number), started_at=timezone.now(), error="x"
        )
    with CaptureQueriesContext(connection) as many:
        boss.get(PAGE)
    assert len(many) <= len(few)
    assert len(few) - MENU_AND_PERSON <= 12


# What every page of the staff asks: session, person, rights, menu.
MENU_AND_PERSON = 6


def test_a_migration_that_is_missing_is_named():
    assert line("The database's tables").is_well
    MigrationRecorder(connection).record_unapplied("courses", "0001_initial")
    missing = line("The database's tables")
    assert (missing.word, missing.value) == ("Attention", "1 migrations aren't applied")
    assert missing.note == "courses.0001_initial"


def test_a_queue_that_stands_still_and_a_silent_worker_are_told():
    assert line("Waiting").is_well
    OrmQ.objects.create(key="redwan", payload="x", lock=timezone.now() - dt.timedelta(minutes=11))
    assert (line("Waiting").value, line("Waiting").word) == ("1", "Attention")
    assert line("The worker").word == "Attention"
    now = timezone.now()
    Task.objects.create(id="1" * 32, name="beat", func="x", started=now, stopped=now, success=True)
    assert line("The worker").word == "In order"


def test_a_job_that_failed_says_so_and_one_that_was_done():
    job = {"job": "backup", "business_day": cairo_today(), "started_at": timezone.now()}
    log = AttendanceCronLog.objects.create(**job, error="Traceback\nno disk")
    failed = line("The nightly backup")
    assert (failed.word, failed.note.split(" · ")[0]) == ("Attention", "Failed")
    AttendanceCronLog.objects.filter(pk=log.pk).update(finished_at=timezone.now(), error="")
    assert line("The nightly backup").word == "In order"
    assert line("Requests that nobody answered").word == "Not yet"


@pytest.mark.parametrize(("minutes", "word"), [(1, "In order"), (30, "Attention"), (None, "Never heard of")])
def test_a_device_is_told_by_when_it_was_heard_of(minutes, word):
    seen = None if minutes is None else timezone.now() - dt.timedelta(minutes=minutes)
    Device.objects.create(name="North door", last_seen_at=seen)
    assert line("North door").word == word


@pytest.mark.parametrize(
    ("disk", "word"),
    [(Disk(100 * 2**30, 50 * 2**30), "In order"), (Disk(100 * 2**30, 4 * 2**30), "Attention"), (None, "Attention")],
)
def test_a_disk_that_fills_up_is_told(monkeypatch, disk, word):
    monkeypatch.setattr(module, "disk_of", lambda _folder: disk)
    assert line("Disk of the files").word == word


def test_the_last_backup_is_told_with_its_age_size_and_key(settings, tmp_path):
    settings.BACKUPS = replace(settings.BACKUPS, folder=tmp_path)
    assert line("The last backup").value == "There is none yet."
    old, new = timezone.now() - dt.timedelta(hours=40), timezone.now() - dt.timedelta(hours=3)
    (tmp_path / name_at(old)).write_bytes(MAGIC + b"x" * 2048)
    assert line("The last backup").word == "Attention"
    (tmp_path / name_at(new)).write_bytes(MAGIC + b"x" * 2048)
    last = line("The last backup")
    assert (last.word, last.value.replace("\xa0", " ")) == ("In order", "3 hours ago")
    assert last.note.replace("\xa0", " ") == "2.0 KB · encrypted"
    settings.BACKUPS = replace(settings.BACKUPS, folder=None)
    assert line("The last backup").word == "Attention"


def test_it_opens_while_redis_is_away(boss, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = caches_from(settings.REDIS_URL)
    caches._settings = caches.settings = caches.configure_settings(None)
    page = boss.get(PAGE)
    assert page.status_code == 200
    assert "doesn&#x27;t answer" in page.content.decode()
