"""A sheet on its way to the browser, through either kind of server."""

from threading import Event, Thread
from urllib.parse import unquote

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncRequestFactory, RequestFactory

from backoffice.shared.sheets.download import download, stream, temporary_file

CONTENT = b"0123456789" * 50_000


def written():
    file = temporary_file()
    file.write(CONTENT)
    return file


def sent(request, file):
    return download(request, file, name="كشف.xlsx", content_type="application/octet-stream")


def test_a_wsgi_server_gets_pieces_and_the_file_is_closed():
    file = written()
    response = sent(RequestFactory().get("/"), file)
    pieces = list(response.streaming_content)
    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) <= 64 * 1024
    assert file.closed


@pytest.mark.filterwarnings("error")
def test_an_asgi_server_gets_pieces_too_and_never_the_whole():
    file = written()
    response = sent(AsyncRequestFactory().get("/"), file)
    assert response.is_async

    async def read():
        return [piece async for piece in response]

    pieces = async_to_sync(read)()
    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) <= 64 * 1024
    assert file.closed


def test_the_name_is_in_any_script_and_nothing_is_kept():
    response = sent(RequestFactory().get("/"), written())
    assert "كشف.xlsx" in unquote(response.headers["Content-Disposition"])
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Cache-Control"] == "no-store"


# The end of a response looks after the database's connections.
@pytest.mark.django_db
def test_who_goes_away_while_a_piece_is_taken_ends_nothing_under_the_taker():
    begun, may_go_on, events = Event(), Event(), []

    def pieces():
        begun.set()
        may_go_on.wait(10)
        events.append("taken")
        yield b"x"

    response = stream(
        RequestFactory().get("/"), pieces(), name="x", content_type="x", close=lambda: events.append("end")
    )
    taker = Thread(target=lambda: next(iter(response.streaming_content)))
    taker.start()
    begun.wait(10)
    response.close()
    assert events == []
    may_go_on.set()
    taker.join(10)
    assert events == ["taken", "end"]
    assert list(response.streaming_content) == []
