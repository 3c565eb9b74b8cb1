"""Under ASGI requests are answered in threads that stay, each with its connection."""

import asyncio
import threading

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.urls import path

from backoffice.config.threads import THREADS, StayingThreads

pytestmark = pytest.mark.urls(__name__)


def in_which_thread(request):
    return HttpResponse(str(threading.get_ident()))


def by_which_connection(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return HttpResponse(str(cursor.fetchone()[0]))


def broken(request):
    raise ValueError("of the view")


urlpatterns = [
    path("thread", in_which_thread),
    path("api/thread", in_which_thread),
    path("connection", by_which_connection),
    path("broken", broken),
]
handler500 = "api.errors.server_error"


async def _ask(application, address):
    sent = []
    messages = iter([{"type": "http.request", "body": b""}])

    async def receive():
        message = next(messages, None)
        if message is None:
            await asyncio.sleep(3600)
        return message

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": headers}
    await application(scope | {"http_version": "1.1", "scheme": "http"}, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def ask(application, address, times):
    async def all_at_once():
        return await asyncio.gather(*(_ask(application, address) for _ in range(times)))

    return asyncio.run(all_at_once())


@pytest.fixture
def application(settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    settings.SECURE_SSL_REDIRECT = False
    made = StayingThreads()
    yield made
    for threads in (made.apps, made.pages, made.around):
        _close_connections_of(threads)
        threads.shutdown()


def _close_connections_of(threads):
    meet = threading.Barrier(len(threads._threads) or 1)

    def leave():
        meet.wait(10)
        connections.close_all()

    for done in [threads.submit(leave) for _ in range(meet.parties)]:
        done.result(10)


def test_a_hundred_requests_take_turns_in_the_same_threads(application):
    answers = [*ask(application, "/thread", 50), *ask(application, "/thread", 50)]
    assert {status for status, _thread in answers} == {200}
    assert 1 <= len({thread for _status, thread in answers}) <= THREADS


def test_the_apps_and_the_pages_keep_out_of_each_others_way(application):
    begun, ends = threading.Semaphore(0), threading.Event()

    def slow():
        begun.release()
        ends.wait(10)

    for _ in range(THREADS):
        application.pages.submit(slow)
        begun.acquire(timeout=10)
    try:
        assert ask(application, "/api/thread", 1)[0][0] == 200
    finally:
        ends.set()


def test_a_view_that_breaks_breaks_nothing_else(application):
    assert [status for status, _body in ask(application, "/broken", 40)] == [500] * 40
    assert ask(application, "/thread", 1)[0][0] == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_connections_stay_with_their_threads_and_a_dead_one_is_replaced(application, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 60)
    monkeypatch.setitem(connections.settings["default"], "CONN_HEALTH_CHECKS", True)
    first = [ask(application, "/connection", 30) for _ in range(3)]
    pids = {pid for answers in first for _status, pid in answers}
    assert len(pids) <= THREADS
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [[int(pid) for pid in pids]])
    again = ask(application, "/connection", 30)
    assert {status for status, _pid in again} == {200}
    assert pids.isdisjoint(pid for _status, pid in again)
