"""What Sentry is told: each error once, with the request's id, and nothing about anybody."""

import asyncio
import json
import logging
import os
import subprocess
import sys

import pytest
import sentry_sdk
from django.db import transaction
from django.test import Client
from sentry_sdk.transport import Transport

from api.realtime import consumer
from backoffice.config import error_reports
from backoffice.config.watching import Watching
from backoffice.shared.queue import enqueue_on_commit
from backoffice.shared.request_ids import under_request_id
from backoffice.shared.version import version

PHONE, ID, NAME = "+201000000001", "29901011234567", "منى عبد الله"
MAIL = "mona" + "@example.org"
SECRETS = (PHONE, PHONE[3:], ID, NAME, MAIL, "a-secret-of-a-file", "a-cookie")
GIVEN = "proxy-id-0123456789ab"


class Kept(Transport):
    """Sends nothing."""

    events: list = []

    def capture_envelope(self, envelope):
        self.events.extend(item.payload.json for item in envelope.items if item.type == "event")


def broken(*_args, **_kwargs):
    whose = f"no place for {PHONE}, {ID} or {MAIL}\nDETAIL:  Failing row contains ({NAME})."
    raise LookupError(whose)


@pytest.fixture
def sent():
    """The events, as they would have left the house."""
    Kept.events.clear()
    watching = Watching(None, "", "https://key@sentry.example.org/1", "trial")
    error_reports.start(watching, transport=Kept)
    yield Kept.events
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


def only(events):
    (event,) = events
    told = json.dumps(event, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in told] == []
    assert not {"user", "request", "breadcrumbs", "extra", "modules", "contexts"} & event.keys()
    assert '"vars"' not in told
    assert (event["release"], event["environment"]) == (version(), "trial")
    (error,) = event["exception"]["values"]
    assert error["type"] == "LookupError"
    assert error["value"] == "no place for …, … or …"
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    return event


@pytest.mark.django_db
def test_an_error_of_a_page_arrives_once_with_the_id_that_is_shown(sent, monkeypatch):
    monkeypatch.setattr("backoffice.config.csp.ContentSecurityPolicy.__call__", broken)
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a-cookie"
    answer = client.post(f"/files/a-secret-of-a-file/?phone={PHONE}", {"name": NAME})
    assert answer.status_code == 500
    event = only(sent)
    assert event["tags"]["request_id"] == answer["X-Request-ID"]
    assert event["logentry"]["message"] == "%s: %s"


@pytest.mark.django_db(transaction=True)
def test_an_error_of_a_task_arrives_once_under_the_id_of_who_asked(sent):
    with pytest.raises(LookupError), under_request_id(GIVEN), transaction.atomic():
        enqueue_on_commit(broken, PHONE)
    assert only(sent)["tags"]["request_id"] == GIVEN


def test_what_the_queue_repeats_is_not_told_again(sent):
    record = logging.LogRecord("django-q", logging.ERROR, "monitor.py", 66, f"Failed x - {PHONE}", (), None, "monitor")
    logging.getLogger("django-q").handle(record)
    assert sent == []


@pytest.mark.django_db
def test_an_error_of_a_socket_arrives_once_with_the_sockets_id(sent, monkeypatch, caplog):
    monkeypatch.setattr(consumer, "read_message", broken)
    listener, hub = Ending(), Ending()
    said = iter([{"type": "websocket.receive", "text": PHONE}])

    async def receive():
        return next(said)

    async def talk():
        with under_request_id(GIVEN):
            await consumer._Conversation(hub, listener, receive).hold(None)

    asyncio.run(talk())
    assert only(sent)["tags"]["request_id"] == GIVEN
    assert listener.ended == consumer.Code.BROKEN


class Ending:
    """As much of a hub and a listener as a socket that breaks at once needs."""

    ended = None
    live = True

    def end(self, code):
        self.ended = code

    async def catch_up(self, _listener):
        return None


def test_nobody_is_told_where_no_dsn_is_set(settings):
    assert settings.WATCHING.sentry_dsn == ""
    assert not sentry_sdk.get_client().is_active()


@pytest.mark.parametrize(("dsn", "is_on"), [("https://key@sentry.invalid/1", "True"), ("", "False")])
def test_it_is_on_in_every_process_when_its_address_is_set(dsn, is_on):
    ask = "import django, sentry_sdk; django.setup(); print(sentry_sdk.get_client().is_active())"
    settings = {"DJANGO_SETTINGS_MODULE": "backoffice.config.settings", "DJANGO_SECRET_KEY": "k" * 60, "DEBUG": "1"}
    told = os.environ | settings | {"SENTRY_DSN": dsn}
    done = subprocess.run([sys.executable, "-c", ask], env=told, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == is_on
