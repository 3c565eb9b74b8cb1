"""A request and the work it asked for are found under one id, and nobody's number stands in the log."""

import json
import logging
import sys

import pytest
from django.db import transaction
from django_q.models import OrmQ
from django_q.signals import post_execute_in_worker, pre_execute

from backoffice.config.log_lines import JsonLine, OnceAnOutage, RequestId
from backoffice.shared.queue import enqueue_on_commit
from backoffice.shared.request_ids import current_request_id, under_request_id

GIVEN = "proxy-id-0123456789ab"


def record(message="hello", level=logging.INFO, exc_info=None, **extra):
    made = logging.getLogger("x").makeRecord("x", level, "f", 1, message, (), exc_info, extra=extra)
    RequestId().filter(made)
    return made


def test_a_request_has_an_id_of_its_own_each_time(client, db):
    first, second = (client.get("/health/live")["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_a_strangers_id_is_not_believed(client, db):
    assert client.get("/health/live", headers={"x-request-id": GIVEN})["X-Request-ID"] != GIVEN


@pytest.mark.parametrize(("given", "kept"), [(GIVEN, True), ("short", False), ('a"b{}' * 4, False), ("a" * 65, False)])
def test_a_trusted_proxys_id_is_kept_when_it_is_well_formed(client, db, settings, given, kept):
    settings.TRUSTED_PROXIES = 1
    assert (client.get("/health/live", headers={"x-request-id": given})["X-Request-ID"] == given) is kept


def test_one_line_a_request_without_query_and_none_for_probes(client, db, caplog):
    with caplog.at_level(logging.INFO, "access"):
        answer = client.get("/robots.txt?phone=01000000001")
        client.get("/health/live")
    (line,) = [one for one in caplog.records if one.name == "access"]
    assert (line.method, line.path, line.status) == ("GET", "/robots.txt", answer.status_code)
    assert "phone" not in str(vars(line))


def test_the_key_in_a_private_files_address_is_not_logged(client, db, caplog):
    with caplog.at_level(logging.INFO, "access"):
        client.get("/files/very-secret-key/")
    assert [one.path for one in caplog.records if one.name == "access"] == ["/files/…/"]


def test_a_json_line_has_what_is_looked_for_and_an_exception_as_text():
    try:
        raise ValueError("number +201000000001 of 29901011234567")
    except ValueError:
        with under_request_id(GIVEN):
            line = JsonLine().format(record("called 01000000001", exc_info=sys.exc_info(), request=object()))
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"], told["request_id"]) == ("INFO", "x", "called …", GIVEN)
    assert told["time"].endswith("+00:00")
    assert "ValueError: number … of …" in told["exception"]
    assert "request" not in told
    assert "\n" not in line


def test_an_outage_is_one_line_without_traceback(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("backoffice.config.log_lines.time.monotonic", lambda: now[0])
    once, passed = OnceAnOutage(), []
    for at in (100, 101, 102, 140):
        now[0] = at
        error = record("away", logging.ERROR, exc_info=(ValueError, ValueError("refused"), None))
        passed.append(once.filter(error))
        assert (error.getMessage(), error.exc_info) == ("away: refused", None)
    assert passed == [True, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_a_task_carries_the_id_of_its_request_through_the_queue(monkeypatch):
    monkeypatch.setattr("django_q.tasks.Conf.SYNC", False)
    with under_request_id(GIVEN), transaction.atomic():
        enqueue_on_commit(current_request_id)
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("backoffice.shared.request_ids.current_request_id", ())
    assert current_request_id() == ""
    pre_execute.send(sender="django_q", func=None, task=task)
    assert current_request_id() == GIVEN
    post_execute_in_worker.send(sender="django_q", func=None, task=task)
    assert current_request_id() == ""


def test_a_task_without_an_id_is_known_by_its_own():
    task = {"id": "0123456789abcdef"}
    pre_execute.send(sender="django_q", func=None, task=task)
    assert current_request_id() == task["id"]
    post_execute_in_worker.send(sender="django_q", func=None, task=task)
