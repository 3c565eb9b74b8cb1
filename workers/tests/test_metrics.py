"""What Prometheus is told, and that nobody's number is among it."""

import datetime as dt
import os
import subprocess
import sys
import urllib.request

import pytest
from django.contrib.auth import authenticate
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ
from prometheus_client import REGISTRY

from backoffice.attendance.models import AttendanceCronLog
from backoffice.config.watching import Watching
from backoffice.enrollments.tests.makers import make_enrollment
from backoffice.payments.tests.makers import make_payment
from tests.sockets.servers import free_port
from workers.metrics import facts, listening, port
from workers.metrics.folder import FOLDER, shared_folder

ON = Watching(metrics_port=1, metrics_host="127.0.0.1", sentry_dsn="", sentry_environment="")


def told(*collectors):
    """Every sample by its name and labels."""
    metrics = (metric for one in collectors for metric in one.collect())
    return {(each.name, *each.labels.values()): each.value for metric in metrics for each in metric.samples}


def counted(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def watched(settings):
    """A visitor whose requests are counted."""
    settings.WATCHING = ON
    return Client()


@pytest.mark.django_db
def test_a_request_is_counted_by_the_name_of_its_route(watched):
    labels = {"method": "GET", "route": "staff-sign-in", "status": "2xx"}
    before, took = (
        counted("redwan_requests_total", **labels),
        counted("redwan_request_duration_seconds_count", route="staff-sign-in"),
    )
    watched.get("/courses-admin/login/")
    watched.get("/health/live")
    assert counted("redwan_requests_total", **labels) == before + 1
    assert counted("redwan_request_duration_seconds_count", route="staff-sign-in") == took + 1


@pytest.mark.django_db
def test_no_stranger_makes_a_new_name(watched):
    watched.generic("ANYTHING-01000000001", "/nowhere/")
    watched.get("/files/01000000001/")
    labels = [sample.labels for metric in REGISTRY.collect() for sample in metric.samples]
    assert "other" in {one.get("method") for one in labels}
    assert "private-file" in {one.get("route") for one in labels}
    assert "01000000001" not in str(labels)


def test_nothing_is_counted_where_nobody_asks(settings):
    from backoffice.config.request_metrics import counting

    settings.WATCHING = Watching(None, "", "", "")
    assert counting() is None


@pytest.mark.django_db
def test_wrong_passwords_and_tasks_are_counted(rf, request):
    listening.listen()
    request.addfinalizer(listening.stop_listening)
    before = counted("redwan_failed_sign_ins_total")
    assert authenticate(rf.post("/"), username="01000000001", password="wrong") is None
    assert counted("redwan_failed_sign_ins_total") == before + 1

    task = {"func": "workers.jobs.beat", "group": "heartbeat", "success": True}
    listening._begin(task)
    listening._end(task)
    listening._end({"func": test_wrong_passwords_and_tasks_are_counted, "success": False})
    assert counted("redwan_tasks_total", task="heartbeat", outcome="done") >= 1
    assert counted("redwan_tasks_total", task="test_wrong_passwords_and_tasks_are_counted", outcome="failed") == 1


@pytest.mark.django_db
def test_the_database_tells_the_queue_the_jobs_and_the_days_money(django_assert_max_num_queries):
    now = timezone.now()
    OrmQ.objects.create(key="redwan", payload="x", lock=now - dt.timedelta(seconds=90))
    job = {"job": "backup", "started_at": now - dt.timedelta(seconds=7), "finished_at": now}
    AttendanceCronLog.objects.create(business_day=dt.date(2026, 1, 1), **job)
    AttendanceCronLog.objects.create(
        business_day=dt.date(2026, 1, 2), **(job | {"finished_at": None, "error": "no disk", "attempts": 3})
    )
    place = make_enrollment()
    make_payment(place, amount="250.00")
    with django_assert_max_num_queries(7):
        found = told(facts.Facts())
    assert found["redwan_queue_waiting_tasks",] == 1
    assert found["redwan_queue_oldest_task_seconds",] == pytest.approx(90, abs=20)
    assert found["redwan_job_last_success_timestamp_seconds", "backup"] == pytest.approx(now.timestamp())
    assert found["redwan_job_last_duration_seconds", "backup"] == pytest.approx(7, abs=0.01)
    assert found["redwan_job_failing_days", "backup"] == 1
    assert found["redwan_seats_sold_today",] == 1
    assert (found["redwan_payments_today",], found["redwan_money_in_today_egp",]) == (1, 250)
    assert found["redwan_disk_free_bytes", "files"] > 0
    assert found["redwan_facts_complete",] == 1


def test_a_database_that_is_away_is_told_and_the_rest_with_it(monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(facts, "queue_state", away)
    found = told(facts.Facts())
    assert found["redwan_facts_complete",] == 0
    assert found["redwan_disk_free_bytes", "files"] > 0
    assert ("redwan_queue_waiting_tasks",) not in found


def test_of_a_database_that_keeps_silent_one_thread_waits(monkeypatch):
    monkeypatch.setattr(facts, "_PATIENCE", 0.05)
    asked = facts.Facts()
    with asked._one_at_a_time:
        assert told(asked)["redwan_facts_complete",] == 0


COUNT = "from prometheus_client import Counter; Counter('c_total', 'c', ['x']).labels('y').inc(3)"


def test_what_a_process_counted_outlives_it_and_its_file_does_not(tmp_path):
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT], env={**os.environ, FOLDER: str(tmp_path)}, check=True)
    living = tmp_path / f"counter_{os.getpid()}.db"
    next(tmp_path.iterdir()).rename(living)
    everybody = port.Everybody(tmp_path)
    assert told(everybody) == {("c_total", "y"): 6.0}
    assert {file.name for file in tmp_path.iterdir()} == {living.name, "counter_gone.db"}
    assert told(everybody) == {("c_total", "y"): 6.0}


def test_the_folder_is_there_for_the_parts_and_gone_after_them():
    with shared_folder(9400) as folder:
        assert folder is not None
        assert folder.is_dir()
        assert os.environ[FOLDER] == str(folder)
    assert FOLDER not in os.environ
    assert not folder.exists()
    with shared_folder(None) as none:
        assert none is None


def test_the_port_answers_and_a_taken_one_stops_nobody(settings, caplog, monkeypatch):
    settings.WATCHING = ON
    monkeypatch.delenv(FOLDER, raising=False)
    chosen = free_port()
    close = port.open_port(chosen)
    assert close is not None
    try:
        answer = urllib.request.urlopen(f"http://127.0.0.1:{chosen}/metrics", timeout=10).read().decode()
        assert "redwan_failed_sign_ins_total" in answer
        assert port.open_port(chosen) is None
        assert f"no metrics on 127.0.0.1:{chosen}" in caplog.text
    finally:
        close()
