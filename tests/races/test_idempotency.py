"""The same key at the same moment, on PostgreSQL with real threads; the twin without the index's wait does it twice."""

import threading
from functools import partial

import pytest
from django.db import connection
from django.urls import path
from rest_framework.response import Response
from rest_framework.test import APIClient

from api import idempotency
from api.models import IdempotentAnswer
from api.tests.conftest import carry, sign_in
from api.views import ApiView
from backoffice.courses.models import Season
from backoffice.courses.tests.makers import make_season
from backoffice.users.tests.makers import PASSWORD, make_parent

from .harness import Meeting, at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls(__name__),
]

NUMBER = "+201001234567"
slow = threading.Event()


class TriedView(ApiView):
    def post(self, request):
        season = make_season()
        if slow.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(4)")
        return Response({"id": season.pk}, status=201)


def _urls():
    from api.accounts.views import LoginView

    return [path("api/v1/tried/", TriedView.as_view()), path("auth/jwt/create/", LoginView.as_view())]


urlpatterns = _urls()


@pytest.fixture
def token():
    make_parent(phone_number1=NUMBER, password=PASSWORD)
    client = APIClient()
    client.default_format = "json"
    return sign_in(client, NUMBER)["access"]


def post(token, key="k"):
    client = APIClient(raise_request_exception=False)
    carry(client, token)
    return client.post("/api/v1/tried/", {"a": 1}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_twenty_at_once_are_done_once_and_all_get_the_same_answer(token):
    outcome = at_once([partial(post, token) for _ in range(20)])
    assert not outcome.failed
    assert {answer.status_code for answer in outcome.done} == {201}
    assert len({answer.content for answer in outcome.done}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in outcome.done) == 1
    assert Season.objects.count() == 1


def test_twin_looking_before_writing_does_it_more_than_once(token, monkeypatch):
    """Without the unique row in the same transaction: look whether the key is there, do it, then write the key."""
    meeting = Meeting(2)

    def look(user, key, fingerprint):
        kept = IdempotentAnswer.objects.filter(user=user, key=key).first()
        meeting.wait()
        return kept or IdempotentAnswer(user=user, key=key, fingerprint=fingerprint)

    monkeypatch.setattr(idempotency, "claim", look)
    monkeypatch.setattr(idempotency, "_keep", lambda kept, response: None)
    at_once([partial(post, token) for _ in range(2)])
    assert Season.objects.count() == 2


def test_one_that_still_runs_after_the_wait_is_a_409(token):
    slow.set()
    try:
        outcome = at_once([partial(post, token) for _ in range(2)])
    finally:
        slow.clear()
    statuses = sorted(answer.status_code for answer in outcome.done)
    assert statuses == [201, 409]
    running = next(answer for answer in outcome.done if answer.status_code == 409)
    assert (running.json()["code"], running["Retry-After"]) == ("still_running", "1")
    assert post(token)["Idempotent-Replayed"] == "true"
    assert Season.objects.count() == 1


def test_a_connection_that_dies_half_way_frees_the_key_and_leaves_nothing(token, monkeypatch):
    """As with a killed process: the database rolls back what was not committed."""

    def killed(kept, response):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_keep", killed)
        outcome = at_once([partial(post, token)])
        assert not [answer for answer in outcome.done if answer.status_code < 500]
    assert not Season.objects.exists()
    assert not IdempotentAnswer.objects.exists()
    again = post(token)
    assert (again.status_code, "Idempotent-Replayed" in again) == (201, False)
    assert Season.objects.count() == 1


def test_other_keys_dont_wait_for_each_other(token):
    outcome = at_once([partial(post, token, key=f"k-{number}") for number in range(8)])
    assert [answer.status_code for answer in outcome.done] == [201] * 8
    assert Season.objects.count() == 8
