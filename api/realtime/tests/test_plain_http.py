"""A socket's address that is asked for by plain http."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/ws/attendance/", "/ws/attendance", "/ws/nothing/", "/ws/", "/ws"])
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_says_that_a_socket_is_spoken_here(client, method, address):
    answer = getattr(client, method)(address)
    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"
    assert "no-store" in answer.headers["Cache-Control"]


def test_says_it_in_words_and_a_code(client):
    answer = client.get("/ws/attendance/", headers={"Accept-Language": "en"}).json()
    assert answer["code"] == "upgrade_required"
    assert answer["detail"]


def test_other_addresses_that_begin_so_are_pages(client):
    assert client.get("/wsomething/").status_code == 404
