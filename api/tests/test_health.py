"""What whoever watches the server is told."""

import datetime as dt

import pytest
from channels.layers import InMemoryChannelLayer
from django.core.files.storage import storages
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_q.models import Schedule

PARTS = ("database", "channel_layer", "queue", "migrations", "cache", "private_files")
FINE = dict.fromkeys(("status", *PARTS), "ok")


@pytest.fixture
def ready(client, db):
    Schedule.objects.create(name="x", func="x", next_run=timezone.now() + dt.timedelta(minutes=1))

    def ready():
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()

    return ready


def test_a_process_that_answers_lives_and_asks_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_all_is_fine(ready):
    assert ready() == (200, FINE)


def test_a_database_that_is_away(ready, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused: password of root")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", away)
        status, found = ready()
    assert (status, found["database"], found["channel_layer"]) == (503, "failed", "ok")
    assert set(found.values()) <= {"ok", "failed"}


def test_a_channel_layer_that_keeps_silent(ready, monkeypatch):
    async def silent(*args):
        return None

    monkeypatch.setattr("api.health._PATIENCE", 0.1)
    monkeypatch.setattr(InMemoryChannelLayer, "send", silent)
    assert ready() == (503, FINE | {"status": "failed", "channel_layer": "failed"})


def test_a_worker_that_lets_things_lie(ready):
    Schedule.objects.update(next_run=timezone.now() - dt.timedelta(minutes=6))
    assert ready() == (503, FINE | {"status": "failed", "queue": "failed"})


def test_a_worker_that_is_a_little_late_is_fine(ready):
    Schedule.objects.update(next_run=timezone.now() - dt.timedelta(minutes=4))
    assert ready() == (200, FINE)


def test_a_table_of_schedules_that_nobody_filled(ready):
    Schedule.objects.all().delete()
    assert ready() == (503, FINE | {"status": "failed", "queue": "failed"})


def test_a_migration_that_is_missing(ready):
    MigrationRecorder(connection).record_unapplied("courses", "0001_initial")
    assert ready() == (503, FINE | {"status": "failed", "migrations": "failed"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/", "/health/live/", "/health/ready/", "/health/other/"])
def test_nothing_else_is_there(client, path):
    assert client.get(path).status_code == 404


def test_only_reading_is_possible(client):
    assert client.post("/health/live").status_code == 405


def test_a_folder_of_private_files_that_takes_none(ready, monkeypatch, tmp_path):
    (tmp_path / "private").write_text("a file where the folder should be")
    monkeypatch.setattr(storages["private"], "location", str(tmp_path / "private"))
    assert ready() == (503, FINE | {"status": "failed", "private_files": "failed"})


def test_probes_need_no_host_name_and_no_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/(live|ready)$"]
    assert client.get("/health/live", headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/robots.txt", headers={"host": "10.1.2.3:8000"}).status_code == 400
